/**
 * The side file of a text notebook, `<name>.nfm.outputs.json` beside `<name>.nfm.ts`: what its code cells showed.
 *
 *     { "nfmOutputs": 1, "cells": [ { "cell": "9c1185a5c5e9fc54", "outputs": [ … as in .ipynb … ] } ] }
 *
 * It is optional, and never more than that: a cell is known by the hash of its text, so outputs of a cell that has
 * changed since are not shown, and a file that cannot be read costs outputs, never cells. No counts and no times, so
 * that the same outputs give the same file.
 */

import { describe } from '../base/options.ts';
import { murmur3 } from '../base/random.ts';
import { jsonFault } from './jsonPosition.ts';
import { type CellOutput, type Notebook, NotebookError, outputToFile, readOutput } from './notebook.ts';

/** The outputs of one code cell. */
export interface SavedOutputs {
  /** Hash of the cell's text. */
  readonly cell: string;
  readonly outputs: readonly CellOutput[];
}

const version = 1;

/** The side file's path: `a.nfm.ts` -> `a.nfm.outputs.json`. */
export const outputsFileOf = (notebookPath: string): string =>
  `${notebookPath.replace(/(?:\.nfm)?\.ts$/, '')}.nfm.outputs.json`;

/** The file's text: all code cells in the order of the notebook, so that those of the same text can be told apart. */
export function writeOutputs({ cells }: Notebook): string {
  const saved = cells.flatMap((cell) =>
    cell.cell_type === 'code'
      ? [{ cell: cellHash(cell.source), outputs: cell.outputs.map((output) => outputToFile(withoutCount(output))) }]
      : [],
  );
  return `${JSON.stringify({ nfmOutputs: version, cells: saved }, null, 1)}\n`;
}

/**
 * Reads the text of a side file.
 * @param file its name in messages
 * @throws NotebookError; whoever catches it must leave the file as it is
 */
export function parseOutputs(text: string, file: string): readonly SavedOutputs[] {
  const fail = (what: string): never => {
    throw new NotebookError(`${file}: ${what}; the notebook opens without saved outputs, this file was not changed`);
  };
  const fault = jsonFault(text);
  if (fault) return fail(`not JSON at ${fault.line}:${fault.column}, found ${fault.found}`);
  const { nfmOutputs, cells } = (JSON.parse(text) ?? {}) as { readonly nfmOutputs?: unknown; readonly cells?: unknown };
  if (nfmOutputs !== version)
    return fail(`expected saved outputs with "nfmOutputs": ${version}, got ${describe(nfmOutputs)}`);
  if (!Array.isArray(cells)) return fail(`"cells" must be a list, got ${describe(cells)}`);
  return cells.map((value: unknown, i) => {
    const { cell, outputs } = (value ?? {}) as { readonly cell?: unknown; readonly outputs?: unknown };
    if (typeof cell !== 'string')
      return fail(`cell ${i + 1}: "cell" must be the hash of a text, got ${describe(cell)}`);
    if (!Array.isArray(outputs)) return fail(`cell ${i + 1}: "outputs" must be a list, got ${describe(outputs)}`);
    return {
      cell,
      outputs: outputs.map((output, j) =>
        readOutput(output, (what) => fail(`cell ${i + 1}, output ${j + 1}: ${what}`)),
      ),
    };
  });
}

export interface WithOutputs {
  readonly notebook: Notebook;
  /** What of the side file is not shown, and why; absent where all is. */
  readonly note?: string;
}

/**
 * The notebook with the outputs of its side file. Cells of the same text get theirs in order. Never throws.
 * @param text the side file's
 * @param file its name in messages
 */
export function withOutputs(notebook: Notebook, text: string, file: string): WithOutputs {
  let saved: readonly SavedOutputs[];
  try {
    saved = parseOutputs(text, file);
  } catch (error) {
    return { notebook, note: (error as Error).message };
  }
  const waiting = new Map<string, SavedOutputs[]>();
  for (const each of saved) waiting.set(each.cell, [...(waiting.get(each.cell) ?? []), each]);
  const cells = notebook.cells.map((cell) => {
    const found = cell.cell_type === 'code' ? waiting.get(cellHash(cell.source))?.shift() : undefined;
    return found && cell.cell_type === 'code' ? { ...cell, outputs: found.outputs } : cell;
  });
  const rest = [...waiting.values()].flat().filter(({ outputs }) => outputs.length > 0).length;
  const those = rest === 1 ? 'the outputs of 1 cell are' : `the outputs of ${rest} cells are`;
  const note = `${file}: ${those} not shown, because the text of these cells has changed or is gone; run them again`;
  return { notebook: { ...notebook, cells }, ...(rest > 0 ? { note } : {}) };
}

/** 64 bits of a cell's text, whatever its line ends. */
function cellHash(source: string): string {
  const text = source.replaceAll('\r\n', '\n');
  return [0, 1].map((start) => murmur3(text, start).toString(16).padStart(8, '0')).join('');
}

const withoutCount = (output: CellOutput): CellOutput =>
  output.output_type === 'execute_result' ? { ...output, execution_count: null } : output;
