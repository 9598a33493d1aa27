/** Outputs of cells in VS Code as a notebook file keeps them, and back. */

import * as vscode from 'vscode';
import type { Json, JsonObject, MimeBundle } from '../kernel/format/mime.ts';
import { type CellOutput, type Notebook, newNotebook } from '../kernel/format/notebook.ts';
import { errorItem, itemsOf } from './outputItems.ts';

const streams = {
  'application/vnd.code.notebook.stdout': 'stdout',
  'application/vnd.code.notebook.stderr': 'stderr',
} as const;
const errorType = 'application/vnd.code.notebook.error';

/** An open notebook with the outputs that it shows. */
export function notebookOf(document: vscode.NotebookDocument): Notebook {
  const cells = document.getCells().map((cell): Notebook['cells'][number] => {
    const source = cell.document.getText();
    return cell.kind === vscode.NotebookCellKind.Code
      ? { cell_type: 'code', metadata: {}, source, execution_count: null, outputs: cell.outputs.map(savedOutput) }
      : { cell_type: 'markdown', metadata: {}, source };
  });
  return { ...newNotebook(), cells };
}

function savedOutput({ items, metadata }: vscode.NotebookCellOutput): CellOutput {
  const [first] = items;
  const stream = streams[first?.mime as keyof typeof streams];
  if (stream) return { output_type: 'stream', name: stream, text: items.map(textOf).join('') };
  if (first?.mime === errorType) {
    const { name = '', message = '', stack = '' } = JSON.parse(textOf(first)) as Partial<Error>;
    return { output_type: 'error', ename: name, evalue: message, traceback: stack.split('\n') };
  }
  const kept = {
    data: Object.fromEntries(items.map((item) => [item.mime, savedItem(item)])),
    metadata: (metadata?.metadata ?? {}) as JsonObject,
  };
  return metadata?.outputType === 'execute_result'
    ? { output_type: 'execute_result', execution_count: null, ...kept }
    : { output_type: 'display_data', ...kept };
}

/** An output of a file as VS Code shows it. */
export function shownOutput(output: CellOutput): vscode.NotebookCellOutput {
  switch (output.output_type) {
    case 'stream':
      return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem[output.name](output.text)]);
    case 'error': {
      const { ename, evalue, traceback } = output;
      return new vscode.NotebookCellOutput([
        errorItem({ name: ename, message: evalue, stack: traceback.join('\n'), frames: [] }),
      ]);
    }
    default: {
      const { output_type: outputType, data, metadata } = output;
      return new vscode.NotebookCellOutput(itemsOf(data as MimeBundle), { outputType, metadata });
    }
  }
}

/** JSON as values, pictures as base64, the rest as text: as in `.ipynb`. */
function savedItem(item: vscode.NotebookCellOutputItem): Json {
  if (item.mime.endsWith('json')) return JSON.parse(textOf(item)) as Json;
  return isBinary(item.mime) ? Buffer.from(item.data).toString('base64') : textOf(item);
}

const isBinary = (type: string): boolean => /^(image|audio|video)\/(?!svg)/.test(type);

const textOf = ({ data }: vscode.NotebookCellOutputItem): string => new TextDecoder().decode(data);
