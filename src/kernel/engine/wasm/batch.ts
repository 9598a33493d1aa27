/** Putting rows of a data set where the program reads them. */

import type { Dataset } from '../../data/dataset.ts';
import { type Graph, inputOf } from '../../graph/graph.ts';
import { checkIds, EngineError } from '../checks.ts';
import { dropoutKey, dropoutLayers, dropoutMultiplier } from '../dropout.ts';
import type { CompileOptions } from '../engine.ts';
import type { Kernels } from './instance.ts';
import { control, type Program } from './program.ts';
import { ResidentRows } from './residentRows.ts';

export class BatchWriter {
  readonly #integers: Int32Array;
  readonly #floats: Float32Array;
  readonly #words: Int32Array;
  readonly #resident: ResidentRows;
  /** Data sets whose ids have been checked, with the length that all their rows have (0: different lengths). */
  readonly #seen = new WeakMap<Dataset, number>();
  /** Attention dropout: where each layer's multipliers go, its number and its ratio. */
  readonly #kept: readonly { readonly address: number; readonly layer: number; readonly ratio: number }[];
  /** Concatenation: byte offset of each feature's field in a row. */
  readonly #slotOf: Int32Array | null;
  /** The batch's values are all 1 up to this entry, in both orders. */
  #onesUpTo = 0;

  constructor(
    readonly graph: Graph,
    readonly program: Program,
    memory: WebAssembly.Memory,
    kernels: Kernels,
    readonly options: CompileOptions,
  ) {
    this.#integers = new Int32Array(memory.buffer);
    this.#floats = new Float32Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer, program.control, 32);
    this.#resident = new ResidentRows(memory, kernels);
    const layers = dropoutLayers(graph);
    this.#kept = graph.nodes.flatMap((node) => {
      const address = program.batch.kept.get(node.id);
      if (node.op !== 'attention' || address === undefined) return [];
      return { address, layer: layers.get(node.id)!, ratio: node.attributes.dropout };
    });
    this.#slotOf = program.batch.slots ? slotsOfFeatures(graph) : null;
  }

  /** Writes rows `rows[i]`, or without `rows` rows i themselves, i in from .. to. `step` ≥ 0 prepares masks of attention dropout for that step. */
  write(data: Dataset, rows: Int32Array | null, from: number, to: number, step: number): void {
    const length = this.#seen.get(data) ?? this.#look(data);
    const { batch } = this.program;
    const { capacity } = this.options;
    if (to - from > capacity.rows) throw this.#tooLarge(`${to - from} rows`);
    const isResident = rows !== null && length > 0 && this.#resident.hold(data, length);
    const entries = isResident
      ? this.#takeRows(data, rows, from, to, length)
      : this.#copyRows(data, rows, from, to, length);
    this.#fillOnes(data, entries);
    if (this.#slotOf) {
      const ids = this.#integers;
      for (let e = 0; e < entries; e++) ids[batch.slots / 4 + e] = this.#slotOf[ids[batch.ids / 4 + e]];
    }
    if (batch.pairStart) this.#writePairs(to - from, step);
    this.#words[control.rows] = to - from;
    this.#words[control.ones] = data.values ? 0 : 1;
    this.#words[control.step] = step;
  }

  /** Rows of one length, from their copy in the program's memory; returns the number of entries. */
  #takeRows(data: Dataset, rows: Int32Array, from: number, to: number, length: number): number {
    const { batch } = this.program;
    const { capacity } = this.options;
    const count = to - from;
    const entries = count * length;
    if (entries > capacity.entries || length > capacity.longestRow || (entries * (length - 1)) / 2 > capacity.pairs)
      throw this.#tooLarge(`${count} rows of ${length} entries`);
    this.#integers.set(rows.subarray(from, to), batch.order / 4);
    const wrong = this.#resident.take(data, length, count, batch);
    if (wrong >= 0) throw noRow(data, from + wrong, rows[from + wrong]);
    return entries;
  }

  /** Any rows, from the data set's own arrays; returns the number of entries. */
  #copyRows(data: Dataset, rows: Int32Array | null, from: number, to: number, length: number): number {
    const { batch } = this.program;
    const { capacity } = this.options;
    const [ids, floats] = [this.#integers, this.#floats];
    const [start, id, value, target] = [batch.rowStart, batch.ids, batch.values, batch.targets].map((a) => a / 4);
    if (rows) this.#words[control.readAhead] = this.#fetch(data, rows, from, to, length);
    let entry = 0;
    let pairs = 0;
    ids[start] = 0;
    const { rowStart, ids: source, target: targets, values } = data;
    for (let i = from; i < to; i++) {
      const row = rows ? rows[i] : i;
      if (!(row >= 0 && row < data.rows)) throw noRow(data, i, row);
      const first = length ? row * length : rowStart[row];
      const end = length ? first + length : rowStart[row + 1];
      const m = end - first;
      pairs += (m * (m - 1)) / 2;
      if (!(entry + m <= capacity.entries && m <= capacity.longestRow && pairs <= capacity.pairs))
        throw this.#tooLarge(`row ${row} of ${m} entries after ${entry}`);
      if (values) for (let e = first; e < end; e++) floats[value + entry + e - first] = values[e];
      for (let e = first; e < end; e++) ids[id + entry++] = source[e];
      ids[start + 1 + i - from] = entry;
      floats[target + i - from] = targets[row];
    }
    return entry;
  }

  /**
   * Reads one word of what the batch's rows will need. Rows are scattered over the data set; read back to back, with
   * nothing else waiting for them, their cache misses overlap instead of following each other.
   */
  #fetch({ rowStart, ids, target }: Dataset, rows: Int32Array, from: number, to: number, length: number): number {
    let sum = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const first = length ? row * length : rowStart[row];
      const end = length ? first + length : rowStart[row + 1];
      sum += ids[first] + ids[end - 1] + target[row];
    }
    return sum; // kept, so that the loop is not optimised away
  }

  /** Checks a data set once. Rows of one length need no look at `rowStart`, which saves a cache miss a row. */
  #look(data: Dataset): number {
    checkIds(data, this.graph);
    const length = data.rowStart[1] ?? 0;
    const uniform = data.rowStart.every((start, row) => start === row * length);
    this.#seen.set(data, uniform ? length : 0);
    return uniform ? length : 0;
  }

  #tooLarge(what: string): EngineError {
    const { rows, entries, pairs, longestRow } = this.options.capacity;
    return new EngineError(
      `a batch does not fit (${what}): the model was compiled for ${rows} rows, ${entries} entries, ${pairs} pairs and ${longestRow} entries in one row; see capacityFor()`,
    );
  }

  /** Where the data set has no values they are all 1, and stay in the batch (grouped or not) from one to the next. */
  #fillOnes({ values }: Dataset, entries: number): void {
    if (values) this.#onesUpTo = 0;
    else if (this.#onesUpTo < entries) {
      const { values: inOrder, groupValue } = this.program.batch;
      for (const at of [inOrder / 4, groupValue / 4]) this.#floats.fill(1, at, at + entries);
      this.#onesUpTo = entries;
    }
  }

  /** First pair of each chunk, and the multipliers of attention dropout: pairs count in row order over the batch. */
  #writePairs(rows: number, step: number): void {
    const { batch } = this.program;
    const start = batch.rowStart / 4;
    let first = 0; // of the chunk, with the fill of the tiles before
    let pairs = 0; // of the batch, without it
    for (let chunk = 0, row = 0; row < rows; chunk++) {
      this.#integers[batch.pairStart / 4 + chunk] = first;
      let count = 0;
      for (const end = Math.min(rows, row + this.program.chunkRows); row < end; row++) {
        const m = this.#integers[start + row + 1] - this.#integers[start + row];
        count += (m * (m - 1)) / 2;
      }
      for (const { address, layer, ratio } of step < 0 ? [] : this.#kept) {
        const key = dropoutKey(this.options.seed, layer, step);
        for (let p = 0; p < count; p++)
          this.#floats[address / 4 + first + p] = dropoutMultiplier(key, ratio, 1, 0, pairs + p);
      }
      pairs += count;
      first += (count + 3) & ~3;
      this.#integers[batch.pairStart / 4 + chunk + 1] = first;
    }
  }
}

const noRow = (data: Dataset, at: number, row: number): EngineError =>
  new EngineError(`batch row ${at}: expected a row number in 0 .. ${data.rows - 1} of ${data.source}, got ${row}`);

function slotsOfFeatures(graph: Graph): Int32Array {
  const { features, fields } = inputOf(graph).attributes;
  const concat = graph.nodes.find((n) => n.op === 'concat')!;
  const embedding = graph.nodes.find((n) => n.id === concat.inputs[0])!;
  const factors = embedding.op === 'embedding' ? embedding.attributes.factors : 0;
  const slots = new Int32Array(features);
  fields.forEach((field, f) => {
    slots.fill(4 * factors * f, field.offset, field.offset + field.size);
  });
  return slots;
}
