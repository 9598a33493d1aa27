/** What a training on a data file would look like: format, target, task and fields, from the file's first megabyte. No VS Code in here. */

import { existsSync } from 'node:fs';
import { parseCsv } from '../kernel/data/csv.ts';
import { DataError } from '../kernel/data/errors.ts';
import { readChunks } from '../kernel/data/files.ts';
import { inferSchema } from '../kernel/data/inferSchema.ts';
import { formatOf } from '../kernel/data/load.ts';
import type { Schema } from '../kernel/data/schema.ts';
import { columnOf, parseNumber, type Table } from '../kernel/data/table.ts';
import type { Task } from '../kernel/graph/graph.ts';

export interface TrainingProposal {
  readonly path: string;
  readonly format: 'csv' | 'libfm';
  readonly task: Task;
  /** Why this task. */
  readonly reason: string;
  /** Of a table: its columns and what they are taken for. */
  readonly columns?: readonly string[];
  readonly schema?: Schema;
  /** Files of the other rows that lie beside the training file: `x.train.libfm`, `x.validation.libfm`, `x.test.libfm`. */
  readonly validation?: string;
  readonly test?: string;
}

/**
 * Looks at the start of a data file.
 * @param target the target column of a table, where the guess was wrong
 * @throws DataError for files that are neither libFM text nor a table
 */
export async function proposeTraining(path: string, target?: string): Promise<TrainingProposal> {
  const format = await formatOf(path);
  const text = await startOf(path);
  const siblings = siblingsOf(path);
  if (format === 'libfm') {
    const rows = text.split(/\r?\n/).filter((line) => /^\s*[^#\s]/.test(line));
    if (rows.length === 0) throw new DataError(`${path}: expected libFM rows, got none; choose another file`, path);
    return { path, format, ...siblings, ...taskOf(rows.map((row) => parseNumber(row.trim().split(/\s/, 1)[0]))) };
  }
  const table = parseCsv(text, undefined, path);
  const { schema } = inferSchema(table, target === undefined ? undefined : { target });
  const columns = [...table.columns.keys()];
  return { path, format, columns, schema, ...siblings, ...taskOf(numbersOf(table, schema.target.column)) };
}

/** Two labels are a binary task, other numbers a regression. */
function taskOf(targets: readonly number[]): { task: Task; reason: string } {
  const labels = [...new Set(targets)].sort((a, b) => a - b);
  const [low, high] = labels;
  if (labels.length === 2 && high === 1 && (low === 0 || low === -1))
    return { task: 'binary', reason: `all targets are ${low} or ${high}` };
  return { task: 'regression', reason: `the targets are numbers from ${low} to ${labels.at(-1)}` };
}

/** @throws DataError if a target is no number */
function numbersOf(table: Table, name: string): readonly number[] {
  const column = columnOf(table, name);
  if (column.kind === 'number') return [...column.numbers];
  const numbers = column.values.map((text) => (text === 'true' ? 1 : text === 'false' ? 0 : parseNumber(text)));
  const wrong = numbers.findIndex(Number.isNaN);
  if (wrong >= 0)
    throw new DataError(
      `${table.source}: expected numbers in the target column "${name}", got "${column.values[wrong]}"; choose another target`,
      table.source,
    );
  return numbers;
}

/** Whole lines of the first chunk. */
async function startOf(path: string): Promise<string> {
  let text = '';
  for await (const chunk of readChunks(path)) {
    // One chunk is enough to guess from; of a second only its existence counts.
    if (text !== '') return text.slice(0, text.lastIndexOf('\n') + 1);
    text = new TextDecoder().decode(chunk);
  }
  return text;
}

function siblingsOf(path: string): Pick<TrainingProposal, 'validation' | 'test'> {
  const found: { validation?: string; test?: string } = {};
  const place = /train(?![\s\S]*[/\\])/.exec(path);
  if (!place) return found;
  const named = (part: string): string => path.slice(0, place.index) + part + path.slice(place.index + 'train'.length);
  const existing = (...parts: string[]): string | undefined => parts.map(named).find((file) => existsSync(file));
  const validation = existing('validation', 'valid', 'val');
  const test = existing('test');
  return { ...(validation && { validation }), ...(test && { test }) };
}
