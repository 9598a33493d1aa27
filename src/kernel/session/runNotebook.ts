/** A notebook run from the first cell to the last without an editor. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Decorate } from '../format/mime.ts';
import type { CodeCell, Notebook } from '../format/notebook.ts';
import { languageOf, tagsOf } from '../format/notebook.ts';
import type { ErrorReport, LogMessage, RunMessage, RunStatus } from '../format/protocol.ts';
import { CellOutputs } from './cellOutputs.ts';
import type { Library } from './modules.ts';
import { type ParameterTexts, withParameters } from './parameters.ts';
import { Session } from './session.ts';

export interface RunNotebookOptions {
  /** Absolute path of the notebook, from which its imports resolve. */
  readonly path: string;
  /** What cells import as `nfm`. */
  readonly library: Library;
  /** Values for the cell tagged `parameters`. Default none. */
  readonly parameters?: ParameterTexts;
  /** Go on after a cell that failed. Default false; a cell tagged `raises-exception` never stops the run. */
  readonly continueOnError?: boolean;
  readonly signal?: AbortSignal;
  /** Adds pictures to outputs in their last state. Default none. */
  readonly decorate?: Decorate;
  /** Receives every message as it comes, with the number of its code cell from 1 (0: of no cell). */
  readonly onMessage?: (message: RunMessage | LogMessage, cell: number) => void;
}

export interface NotebookRun {
  readonly status: RunStatus;
  /** The notebook with the outputs of this run; cells that were not reached have none. */
  readonly notebook: Notebook;
  /** The first error, with the number of its code cell from 1. */
  readonly failure?: { readonly cell: number; readonly error: ErrorReport };
}

const plain: Decorate = (data) => ({ data, metadata: {} });

/**
 * Runs the code cells in order in a session of their own.
 * @throws NotebookError for parameters that the notebook does not have
 */
export async function runNotebook(notebook: Notebook, options: RunNotebookOptions): Promise<NotebookRun> {
  const { path, library, parameters = {}, continueOnError = false, signal, onMessage, decorate = plain } = options;
  const prepared = await withParameters(notebook, parameters);
  const code = prepared.cells.filter((cell) => cell.cell_type === 'code');
  const outputs = code.map(() => new CellOutputs());
  const result: { status: RunStatus; failure?: NotebookRun['failure'] } = { status: 'ok' };

  const session = new Session({
    notebook: path,
    library,
    emit: (message) => {
      const cell = message.type === 'log' ? 0 : message.runId; // run i is code cell i
      if (message.type !== 'log') outputs[cell - 1].add(message);
      if (message.type === 'error' && !tagsOf(code[cell - 1]).includes('raises-exception')) {
        const { name, message: text, stack, frames } = message;
        result.failure ??= { cell, error: { name, message: text, stack, frames } };
        if (result.status === 'ok') result.status = 'error';
      }
      onMessage?.(message, cell);
    },
  });
  const uncaught = (error: unknown) => session.uncaught(error);
  process.on('unhandledRejection', uncaught).on('uncaughtException', uncaught);
  const counts: (number | null)[] = code.map(() => null);
  try {
    for (const [i, cell] of code.entries()) {
      if (result.status === 'interrupted' || (result.status === 'error' && !continueOnError)) break;
      const outcome = await session.run({
        cellId: `cell-${i + 1}`,
        code: cell.source,
        language: languageOf(prepared, cell),
        signal,
      });
      counts[i] = outcome.executionCount;
      if (outcome.status === 'interrupted') result.status = 'interrupted';
      await nextTurn(); // rejections that nobody handles are told between turns
    }
  } finally {
    session.close();
    process.off('unhandledRejection', uncaught).off('uncaughtException', uncaught);
  }

  const executed = new Map<CodeCell, CodeCell>();
  for (const [i, cell] of code.entries())
    executed.set(cell, { ...cell, execution_count: counts[i], outputs: await outputs[i].list(decorate) });
  const cells = prepared.cells.map((cell) => (cell.cell_type === 'code' ? (executed.get(cell) ?? cell) : cell));
  return { ...result, notebook: { ...prepared, cells } };
}
