/** Putting rows of a data set where the program reads them. */

import type { Dataset } from '../../data/dataset.ts';
import { type Graph, inputOf } from '../../graph/graph.ts';
import { checkIds, EngineError } from '../checks.ts';
import { dropoutKey, dropoutLayers, dropoutMultiplier } from '../dropout.ts';
import type { CompileOptions } from '../engine.ts';
import { chunkRows, control, type Program } from './program.ts';

export class BatchWriter {
  readonly #integers: Int32Array;
  readonly #floats: Float32Array;
  readonly #words: Int32Array;
  /** Data sets whose ids have been checked, with the length that all their rows have (0: different lengths). */
  readonly #seen = new WeakMap<Dataset, number>();
  /** Attention dropout: where each layer's multipliers go, its number and its ratio. */
  readonly #kept: readonly { readonly address: number; readonly layer: number; readonly ratio: number }[];
  /** Concatenation: byte offset of each feature's field in a row. */
  readonly #slotOf: Int32Array | null;
  /** The batch's values are all 1 up to this entry. */
  #onesUpTo = 0;

  constructor(
    readonly graph: Graph,
    readonly program: Program,
    buffer: ArrayBufferLike,
    readonly options: CompileOptions,
  ) {
    this.#integers = new Int32Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#words = new Int32Array(buffer, program.control, 32);
    const layers = dropoutLayers(graph);
    this.#kept = graph.nodes.flatMap((node) => {
      const address = program.batch.kept.get(node.id);
      if (node.op !== 'attention' || address === undefined) return [];
      return { address, layer: layers.get(node.id)!, ratio: node.attributes.dropout };
    });
    this.#slotOf = program.batch.slots ? slotsOfFeatures(graph) : null;
  }

  /** Writes rows `rowAt(i)`, i in from .. to. `step` ≥ 0 prepares masks of attention dropout for that step. */
  write(data: Dataset, rows: Int32Array | null, from: number, to: number, step: number): void {
    const length = this.#seen.get(data) ?? this.#look(data);
    const { batch } = this.program;
    const [ids, floats] = [this.#integers, this.#floats];
    const [start, id, value, target] = [batch.rowStart, batch.ids, batch.values, batch.targets].map((a) => a / 4);
    const { capacity } = this.options;
    if (to - from > capacity.rows) throw this.#tooLarge(`${to - from} rows`);
    if (rows) this.#words[control.readAhead] = this.#fetch(data, rows, from, to, length);
    let entry = 0;
    let pairs = 0;
    ids[start] = 0;
    const { rowStart, ids: source, target: targets } = data;
    for (let i = from; i < to; i++) {
      const row = rows ? rows[i] : i;
      if (!(row >= 0 && row < data.rows))
        throw new EngineError(
          `batch row ${i}: expected a row number in 0 .. ${data.rows - 1} of ${data.source}, got ${row}`,
        );
      const first = length ? row * length : rowStart[row];
      const end = length ? first + length : rowStart[row + 1];
      const m = end - first;
      pairs += (m * (m - 1)) / 2;
      if (!(entry + m <= capacity.entries && m <= capacity.longestRow && pairs <= capacity.pairs))
        throw this.#tooLarge(`row ${row} of ${m} entries after ${entry}`);
      for (let e = first; e < end; e++) ids[id + entry++] = source[e];
      ids[start + 1 + i - from] = entry;
      floats[target + i - from] = targets[row];
    }
    this.#writeValues(data, rows, from, to, value, entry);
    if (this.#slotOf) for (let e = 0; e < entry; e++) ids[batch.slots / 4 + e] = this.#slotOf[ids[id + e]];
    if (batch.pairStart) this.#writePairs(to - from, step);
    this.#words[control.rows] = to - from;
    this.#words[control.ones] = data.values ? 0 : 1;
    this.#words[control.step] = step;
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

  #writeValues(data: Dataset, rows: Int32Array | null, from: number, to: number, at: number, entries: number): void {
    if (!data.values) {
      if (this.#onesUpTo < entries) {
        this.#floats.fill(1, at, at + entries);
        this.#onesUpTo = entries;
      }
      return;
    }
    this.#onesUpTo = 0;
    let entry = at;
    for (let i = from; i < to; i++) {
      const row = rows ? rows[i] : i;
      for (let e = data.rowStart[row]; e < data.rowStart[row + 1]; e++) this.#floats[entry++] = data.values[e];
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
      for (const end = Math.min(rows, row + chunkRows); row < end; row++) {
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
