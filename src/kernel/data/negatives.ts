/**
 * Negative sampling: rows that did not happen. Each positive row is followed by copies of it with another value of the
 * target field, drawn from the catalogue without what the exclusion rule forbids and without repeats.
 */

import { integer, number, OptionError, oneOf, readOptions, text } from '../base/options.ts';
import { Random } from '../base/random.ts';
import type { Dataset } from './dataset.ts';
import { DataError, quote } from './errors.ts';
import { entriesInField, fieldOf } from './fields.ts';
import { Growing } from './growing.ts';

export interface NegativeOptions {
  /** The field whose value is replaced, for example item. */
  readonly field: string;
  /**
   * What is never drawn, over the whole log: all that the `user` ever had (as in the published Frappe data), all
   * that the user had in exactly this `context` (all other fields equal), or all that this `pair` of user and item
   * had (tags).
   */
  readonly rule: 'user' | 'context' | 'pair';
  /** Name of the user field; default `user`. */
  readonly user?: string;
  /** Name of the item field of rule `pair`; default `item`. */
  readonly item?: string;
  /** Negatives per positive; default 2 (NFM section 5.1). */
  readonly count?: number;
  /** Values are drawn by (rows of the value)^popularity; default 0, uniform over the catalogue. */
  readonly popularity?: number;
  /** Target of negatives: -1 (default), or 0 where positives are 1. */
  readonly target?: -1 | 0;
  /** Seed of the run; negatives draw from its stream `negatives`. Default 2016. */
  readonly seed?: number;
}

export interface NegativeSamples {
  /** The rows of the log, each positive followed by its negatives. */
  readonly data: Dataset;
  readonly negatives: number;
  /** Positives that got fewer negatives than asked for, since no value was left. */
  readonly exhausted: number;
  /** The first of them, as a row of the log; null without any. */
  readonly firstExhausted: number | null;
}

/**
 * Adds negatives to a log. Rows with a target above 0 are positives; others stay as they are.
 * @throws DataError if a row has no or several values of a field that is needed; OptionError
 */
export function sampleNegatives(log: Dataset, options: NegativeOptions): NegativeSamples {
  const read = readOptions('sampleNegatives()', options, {
    field: text(null),
    rule: oneOf(['user', 'context', 'pair'], null),
    user: text('user'),
    item: text('item'),
    count: integer(2, { min: 1 }),
    popularity: number(0, { min: 0 }),
    target: integer(-1, { min: -1, max: 0 }),
    seed: integer(2016),
  });
  if (read.field === null) throw new OptionError('sampleNegatives(): "field" is missing; name the field to replace');
  if (read.rule === null)
    throw new OptionError('sampleNegatives(): "rule" is missing; use "user", "context" or "pair"');

  const entry = oneEntryPerRow(log, read.field);
  const keyOf = exclusionKey(log, read.rule, entry, read.user, read.item);
  const excluded = new Map<string | number, Set<number>>();
  for (let row = 0; row < log.rows; row++) {
    const key = keyOf(row);
    const values = excluded.get(key);
    if (values) values.add(log.ids[entry[row]]);
    else excluded.set(key, new Set([log.ids[entry[row]]]));
  }

  const catalogue = catalogueOf(log, read.field, entry, read.popularity);
  const random = new Random(read.seed, 'negatives');
  const rows = new Growing<Int32Array>(Int32Array); // the log row of each new row
  const ids = new Growing<Int32Array>(Int32Array); // its id in the target field
  let exhausted = 0;
  let firstExhausted: number | null = null;
  for (let row = 0; row < log.rows; row++) {
    rows.push(row);
    ids.push(log.ids[entry[row]]);
    if (log.target[row] <= 0) continue;
    const drawn = catalogue.draw(read.count, excluded.get(keyOf(row))!, random);
    for (const id of drawn) {
      rows.push(row);
      ids.push(id);
    }
    if (drawn.length === read.count) continue;
    exhausted++;
    firstExhausted ??= row;
  }
  const data = assemble(log, rows.join(), ids.join(), entry, read.target);
  return { data, negatives: data.rows - log.rows, exhausted, firstExhausted };
}

function oneEntryPerRow(log: Dataset, field: string): Int32Array {
  const entry = entriesInField(log, field);
  const row = entry.indexOf(-1);
  if (row < 0) return entry;
  throw new DataError(
    `${log.source}: expected a value of field ${quote(field)} in every row, got none in row ${row}; fill it or remove the row`,
    log.source,
  );
}

/** What rows must share so that they exclude each other's values. */
function exclusionKey(log: Dataset, rule: string, entry: Int32Array, user: string, item: string) {
  const users = oneEntryPerRow(log, user);
  if (rule === 'user') return (row: number): number => log.ids[users[row]];
  if (rule === 'pair') {
    const items = oneEntryPerRow(log, item);
    return (row: number): string => `${log.ids[users[row]]} ${log.ids[items[row]]}`;
  }
  return (row: number): string => {
    let key = '';
    for (let e = log.rowStart[row]; e < log.rowStart[row + 1]; e++)
      if (e !== entry[row]) key += `${log.ids[e]}:${log.values ? log.values[e] : 1} `;
    return key;
  };
}

/** The values that can be drawn: all of the field (but its unknown id), with cumulative weights. */
class Catalogue {
  readonly #ids: Int32Array;
  /** Sum of the weights up to and with each id. */
  readonly #upTo: Float64Array;

  constructor(ids: Int32Array, weights: Float64Array) {
    this.#ids = ids;
    this.#upTo = weights;
    for (let i = 1; i < weights.length; i++) this.#upTo[i] += this.#upTo[i - 1];
  }

  /** Up to `count` different values that are not excluded; fewer only when no more are left. */
  draw(count: number, excluded: ReadonlySet<number>, random: Random): number[] {
    const drawn: number[] = [];
    // Rejection is quick while most values are free. Otherwise what is free is listed and drawn from directly, which
    // gives the same distribution.
    for (let tries = 0; drawn.length < count && tries < 20 * count; tries++) {
      const id = this.#drawAny(random);
      if (!excluded.has(id) && !drawn.includes(id)) drawn.push(id);
    }
    while (drawn.length < count) {
      const free = this.#without(excluded, drawn);
      if (free === null) break;
      drawn.push(free.#drawAny(random));
    }
    return drawn;
  }

  #drawAny(random: Random): number {
    const at = random.uniform() * this.#upTo[this.#upTo.length - 1];
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#upTo[middle] > at) high = middle;
      else low = middle + 1;
    }
    return this.#ids[low];
  }

  #without(excluded: ReadonlySet<number>, drawn: readonly number[]): Catalogue | null {
    const weight = (i: number): number => this.#upTo[i] - (i > 0 ? this.#upTo[i - 1] : 0);
    const free = Array.from(this.#ids.keys()).filter(
      (i) => weight(i) > 0 && !excluded.has(this.#ids[i]) && !drawn.includes(this.#ids[i]),
    );
    if (free.length === 0) return null;
    return new Catalogue(
      Int32Array.from(free, (i) => this.#ids[i]),
      Float64Array.from(free, weight),
    );
  }
}

function catalogueOf(log: Dataset, name: string, entry: Int32Array, popularity: number): Catalogue {
  const { offset, size } = fieldOf(log, name);
  const spec = log.dictionary?.fields.find((field) => field.name === name)?.spec;
  const hasUnknown = spec !== undefined && 'unknown' in spec && spec.unknown;
  const ids = Int32Array.from({ length: size - (hasUnknown ? 1 : 0) }, (_, i) => offset + i);
  const weights = new Float64Array(ids.length);
  if (popularity === 0) weights.fill(1);
  else {
    for (const e of entry) if (log.ids[e] - offset < weights.length) weights[log.ids[e] - offset]++;
    for (let i = 0; i < weights.length; i++) weights[i] = weights[i] > 0 ? weights[i] ** popularity : 0;
  }
  return new Catalogue(ids, weights);
}

/** New row i is row `rows[i]` of the log with `ids[i]` in the target field. */
function assemble(log: Dataset, rows: Int32Array, ids: Int32Array, entry: Int32Array, negative: number): Dataset {
  const rowStart = new Int32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) rowStart[i + 1] = rowStart[i] + log.rowStart[row + 1] - log.rowStart[row];
  const entries = rowStart[rows.length];
  const data = {
    ids: new Int32Array(entries),
    values: log.values ? new Float32Array(entries) : null,
    target: new Float32Array(rows.length),
    group: log.group ? new Int32Array(rows.length) : null,
  };
  for (const [i, row] of rows.entries()) {
    const from = log.rowStart[row];
    const to = log.rowStart[row + 1];
    data.ids.set(log.ids.subarray(from, to), rowStart[i]);
    data.ids[rowStart[i] + entry[row] - from] = ids[i];
    data.values?.set(log.values!.subarray(from, to), rowStart[i]);
    data.target[i] = i > 0 && rows[i - 1] === row ? negative : log.target[row];
    if (data.group) data.group[i] = log.group![row];
  }
  return { ...log, rows: rows.length, rowStart, ...data };
}
