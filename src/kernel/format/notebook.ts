/**
 * The notebook file `.ipynb` (nbformat 4), in memory as in the file but for one thing: texts that the file may keep as
 * arrays of lines are one string here. Whatever else a file holds (metadata, keys of other programs) passes through.
 */

import { describe } from '../base/options.ts';
import { jsonFault } from './jsonPosition.ts';
import type { Json, JsonObject } from './mime.ts';

export interface Notebook {
  readonly nbformat: 4;
  readonly nbformat_minor: number;
  readonly metadata: JsonObject;
  readonly cells: readonly NotebookCell[];
}

export type NotebookCell = CodeCell | TextCell;

export interface CodeCell {
  readonly cell_type: 'code';
  readonly id?: string;
  readonly metadata: JsonObject;
  readonly source: string;
  readonly execution_count: number | null;
  readonly outputs: readonly CellOutput[];
}

export interface TextCell {
  readonly cell_type: 'markdown' | 'raw';
  readonly id?: string;
  readonly metadata: JsonObject;
  readonly source: string;
}

export type CellOutput =
  | { readonly output_type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | { readonly output_type: 'display_data'; readonly data: JsonObject; readonly metadata: JsonObject }
  | {
      readonly output_type: 'execute_result';
      readonly execution_count: number | null;
      readonly data: JsonObject;
      readonly metadata: JsonObject;
    }
  | {
      readonly output_type: 'error';
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** A file that cannot be read as a notebook. Whoever catches it must leave the file as it is. */
export class NotebookError extends Error {
  override name = 'NotebookError';
}

/** A notebook without cells, marked so that editors choose this kernel and its language. */
export function newNotebook(): Notebook {
  return {
    cells: [],
    metadata: {
      kernelspec: { display_name: 'NFM (TypeScript)', language: 'typescript', name: 'nfm' },
      language_info: { name: 'typescript', file_extension: '.ts', mimetype: 'text/x-typescript' },
    },
    nbformat: 4,
    nbformat_minor: 4, // from 5 on every cell must have an id
  };
}

/**
 * Reads the text of an `.ipynb` file. A text of zero bytes is a new notebook; anything else that is not a notebook is
 * an error, never an empty notebook, because the next save would destroy the file.
 * @param file the name to use in messages
 * @throws NotebookError
 */
export function parseNotebook(text: string, file = 'the notebook'): Notebook {
  if (text === '') return newNotebook();
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const fault = jsonFault(json);
  if (fault)
    throw new NotebookError(
      `${file}:${fault.line}:${fault.column}: not JSON, found ${fault.found}; ` +
        'open the file as text to repair it, it was not changed',
    );
  return readNotebook(JSON.parse(json), file);
}

/** The text of the file: indented by one space, texts as arrays of lines, a line break at the end, as Jupyter writes. */
export function writeNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    ...('outputs' in cell ? { outputs: cell.outputs.map(outputToFile) } : {}),
    source: lines(cell.source),
  }));
  return `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`;
}

/** The language of a cell: its own, else the notebook's, else TypeScript. */
export function languageOf(notebook: Notebook, cell: NotebookCell): string {
  const own = (cell.metadata.vscode as JsonObject | undefined)?.languageId;
  const shared = (notebook.metadata.language_info as JsonObject | undefined)?.name;
  return typeof own === 'string' ? own : typeof shared === 'string' ? shared : 'typescript';
}

/** The tags of a cell (`parameters`, `raises-exception`, ...). */
export function tagsOf(cell: NotebookCell): readonly string[] {
  const tags = cell.metadata.tags;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}

type Loose = Record<string, unknown>;
const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readNotebook(value: unknown, file: string): Notebook {
  const fail = (text: string): never => {
    throw new NotebookError(`${file}: ${text}`);
  };
  if (!isObject(value)) return fail(`not a notebook: expected an object with "cells", got ${describe(value)}`);
  const { nbformat, nbformat_minor = 0, metadata = {}, cells } = value;
  if (nbformat !== 4)
    return fail(
      nbformat === undefined
        ? 'not a notebook: it is JSON, but has no "nbformat"'
        : `expected nbformat 4, got ${describe(nbformat)}; convert it with "jupyter nbconvert --to notebook"`,
    );
  if (!Number.isSafeInteger(nbformat_minor)) return fail(`"nbformat_minor" must be an integer`);
  if (!isObject(metadata)) return fail(`"metadata" must be an object, got ${describe(metadata)}`);
  if (!Array.isArray(cells)) return fail(`"cells" must be a list, got ${describe(cells)}`);
  const read = cells.map((cell, i) => readCell(cell, (text) => fail(`cell ${i + 1}: ${text}`)));
  return { ...value, nbformat, nbformat_minor, metadata, cells: read } as Notebook;
}

function readCell(value: unknown, fail: (text: string) => never): NotebookCell {
  if (!isObject(value)) return fail(`expected an object, got ${describe(value)}`);
  const { cell_type, metadata = {}, execution_count = null, outputs = [] } = value;
  if (cell_type !== 'code' && cell_type !== 'markdown' && cell_type !== 'raw')
    return fail(`"cell_type" must be "code", "markdown" or "raw", got ${describe(cell_type)}`);
  if (!isObject(metadata)) return fail(`"metadata" must be an object, got ${describe(metadata)}`);
  const source = joined(value.source) ?? fail(`"source" must be text or lines, got ${describe(value.source)}`);
  if (cell_type !== 'code') return { ...value, cell_type, metadata: metadata as JsonObject, source };
  if (execution_count !== null && typeof execution_count !== 'number')
    return fail(`"execution_count" must be a number or null, got ${describe(execution_count)}`);
  if (!Array.isArray(outputs)) return fail(`"outputs" must be a list, got ${describe(outputs)}`);
  const read = outputs.map((output, i) => readOutput(output, (text) => fail(`output ${i + 1}: ${text}`)));
  return { ...value, cell_type, metadata: metadata as JsonObject, source, execution_count, outputs: read };
}

/**
 * One output as the file has it, with its texts joined.
 * @param fail called with what is wrong
 */
export function readOutput(value: unknown, fail: (text: string) => never): CellOutput {
  if (!isObject(value)) return fail(`expected an object, got ${describe(value)}`);
  switch (value.output_type) {
    case 'stream':
      return { ...value, text: joined(value.text) ?? fail('"text" must be text or lines') } as CellOutput;
    case 'display_data':
    case 'execute_result': {
      if (!isObject(value.data)) return fail(`"data" must be an object, got ${describe(value.data)}`);
      const data = Object.entries(value.data).map(([type, v]) => [type, isJsonType(type) ? v : (joined(v) ?? v)]);
      return { ...value, data: Object.fromEntries(data), metadata: value.metadata ?? {} } as CellOutput;
    }
    case 'error':
      if (!Array.isArray(value.traceback)) return fail('"traceback" must be a list of lines');
      return value as CellOutput;
    default:
      return fail(
        `"output_type" must be stream, display_data, execute_result or error, got ${describe(value.output_type)}`,
      );
  }
}

/** One output as the file has it: texts as arrays of lines. */
export function outputToFile(output: CellOutput): unknown {
  if (output.output_type === 'stream') return { ...output, text: lines(output.text) };
  if (output.output_type === 'error') return output;
  const data = Object.entries(output.data).map(([type, v]) => [
    type,
    typeof v === 'string' && isLineType(type) ? lines(v) : v,
  ]);
  return { ...output, data: Object.fromEntries(data) };
}

const isJsonType = (type: string): boolean => type === 'application/json' || type.endsWith('+json');
/** Types whose texts Jupyter keeps as lines, for readable diffs; base64 stays in one piece. */
const isLineType = (type: string): boolean =>
  type.startsWith('text/') || type === 'image/svg+xml' || type === 'application/javascript';

function joined(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((line) => typeof line === 'string') ? value.join('') : undefined;
}

/** Lines with their line breaks. */
const lines = (text: string): readonly Json[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
