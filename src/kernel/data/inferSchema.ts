/** A proposal for the schema of a table, with its reasons. It is a start to be read and changed, not a decision. */

import { integer, readOptions, text } from '../base/options.ts';
import { DataError, quote } from './errors.ts';
import { categorical, defineSchema, type FieldSpec, multiValued, numeric, type Schema, target } from './schema.ts';
import { columnOf, parseNumber, type Table } from './table.ts';

export interface SchemaProposal {
  readonly schema: Schema;
  /** One line per column: what is proposed and why. */
  readonly reasons: readonly string[];
}

/**
 * Proposes a schema from the first rows of a table: a column is numeric if every cell is a number and not all are
 * integers, multi-valued if the list separator occurs in it, else categorical.
 * @param options `target`: the target column (default `target`, `label`, `rating` or `y`, else the last column) ·
 *   `separator` of lists (default `|`) · `rows` to look at (default 10000)
 * @throws DataError
 */
export function inferSchema(
  table: Table,
  options?: { readonly target?: string; readonly separator?: string; readonly rows?: number },
): SchemaProposal {
  const read = readOptions('inferSchema()', options, {
    target: text(null),
    separator: text('|'),
    rows: integer(10_000, { min: 1 }),
  });
  const names = [...table.columns.keys()];
  if (read.target !== null) columnOf(table, read.target); // names the columns there are
  const targetName =
    read.target ?? names.find((name) => /^(target|label|rating|y)$/i.test(name)) ?? names[names.length - 1];
  const fields: Record<string, FieldSpec> = {};
  const reasons = [
    `${targetName}: target${read.target === null ? ', guessed from its name or place; give target to change it' : ''}`,
  ];
  for (const name of names) {
    if (name === targetName) continue;
    const [spec, reason] = propose(cellsOf(table, name, read.rows), read.separator);
    fields[name] = spec;
    reasons.push(`${name}: ${spec.kind}, ${reason}`);
  }
  if (names.length < 2)
    throw new DataError(
      `${table.source}: expected a target and at least one more column, got ${names.map(quote).join(', ')}`,
    );
  return { schema: defineSchema({ fields, target: target(targetName) }), reasons };
}

/** Distinct cells of the first rows with the number of their rows; '' is the empty cell. */
function cellsOf(table: Table, name: string, rows: number): Map<string, number> {
  const column = columnOf(table, name);
  const counts = new Map<string, number>();
  for (let row = 0; row < Math.min(rows, table.rows); row++) {
    const cell =
      column.kind === 'number'
        ? Number.isNaN(column.numbers[row])
          ? ''
          : String(column.numbers[row])
        : (column.values[column.codes[row]] ?? '');
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  return counts;
}

function propose(counts: ReadonlyMap<string, number>, separator: string): [FieldSpec, string] {
  const cells = [...counts.keys()].filter((cell) => cell !== '');
  const missing = counts.has('') ? `, ${counts.get('')} empty cells` : '';
  const distinct = `${cells.length} distinct cells${missing}`;
  const numbers = cells.map(parseNumber);
  const allNumbers = cells.length > 0 && numbers.every((x) => !Number.isNaN(x));
  if (allNumbers && numbers.some((x) => !Number.isInteger(x)))
    return [numeric({ transform: 'standard' }), `every cell is a number and not all are integers; ${distinct}`];
  const lists = cells.filter((cell) => cell.includes(separator)).length;
  if (lists > 0) return [multiValued({ separator }), `${quote(separator)} occurs in ${lists} of ${distinct}`];
  if (allNumbers)
    return [
      categorical(),
      `every cell is an integer, which may be an id (kept so) or a quantity (numeric); ${distinct}`,
    ];
  return [categorical(), `text; ${distinct}`];
}
