/** Parameters of a headless run, as papermill has them: a cell of assignments after the one tagged `parameters`. */

import { nearest } from '../base/options.ts';
import type { CodeCell, Notebook, NotebookCell } from '../format/notebook.ts';
import { NotebookError, tagsOf } from '../format/notebook.ts';
import { transformCell } from './transform.ts';

const parametersTag = 'parameters';
const injectedTag = 'injected-parameters';

/** Name to text; a text that is JSON stands for its value (`0.05`, `true`, `[64, 64]`), any other for itself. */
export type ParameterTexts = Readonly<Record<string, string>>;

/**
 * The notebook with the given values put in. A cell that an earlier run has put in is replaced.
 * @throws NotebookError when no cell is tagged `parameters`, or when that cell does not define a name
 */
export async function withParameters(notebook: Notebook, parameters: ParameterTexts): Promise<Notebook> {
  const names = Object.keys(parameters);
  if (names.length === 0) return notebook;
  const isTagged = (cell: NotebookCell, tag: string) => cell.cell_type === 'code' && tagsOf(cell).includes(tag);
  const cells = notebook.cells.filter((cell) => !isTagged(cell, injectedTag));
  const at = cells.findIndex((cell) => isTagged(cell, parametersTag));
  if (at < 0)
    throw new NotebookError(
      `parameter "${names[0]}" given, but no cell of the notebook has the tag "${parametersTag}"`,
    );
  const known = (await transformCell(cells[at].source)).defines;
  for (const name of names) if (!known.includes(name)) throw unknownParameter(name, known);
  // `let`, so that later cells may assign again; a declaration, because the notebook's own may be `const`.
  const lines = names.map((name) => `let ${name} = ${JSON.stringify(parameterValue(parameters[name]))};`);
  const injected: CodeCell = {
    cell_type: 'code',
    metadata: { tags: [injectedTag] },
    source: ['// Parameters', ...lines].join('\n'),
    execution_count: null,
    outputs: [],
    ...(notebook.nbformat_minor >= 5 ? { id: injectedTag } : {}),
  };
  return { ...notebook, cells: cells.toSpliced(at + 1, 0, injected) };
}

function parameterValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unknownParameter(name: string, known: readonly string[]): NotebookError {
  const near = nearest(name, known);
  return new NotebookError(
    `unknown parameter "${name}"${near ? `; did you mean "${near}"?` : ''}; ` +
      `the notebook's parameters: ${known.join(', ') || 'none'}`,
  );
}
