/**
 * A copy of the data set that is trained on, behind the program in its memory: there a kernel puts each batch together,
 * in a third of the time that JavaScript's loops over typed arrays take. A row is one record, so that it is one or two
 * cache lines: its ids, its values unless all are 1, its target.
 */

import type { Dataset } from '../../data/dataset.ts';
import type { BatchPlace } from './batchPlace.ts';
import type { Kernels } from './instance.ts';
import { largestBytes, pageBytes } from './memory.ts';

/** Larger data sets are read where they lie: their copy would cost more memory than it saves time. */
const largestCopy = 256 * 2 ** 20;

export class ResidentRows {
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;
  /** Where the records begin; the memory ended here when the program was laid out. */
  readonly #start: number;
  #held: WeakRef<Dataset> | null = null;
  /** Data sets for which there is no room. */
  readonly #refused = new WeakSet<Dataset>();

  constructor(memory: WebAssembly.Memory, kernels: Kernels) {
    this.#memory = memory;
    this.#kernels = kernels;
    this.#start = memory.buffer.byteLength;
  }

  /** Copies a data set whose rows all have `length` entries, in the place of the one before; false where there is no room. */
  hold(data: Dataset, length: number): boolean {
    if (this.#held?.deref() === data) return true;
    const bytes = data.rows * recordBytes(data, length) + 64;
    if (this.#refused.has(data) || !this.#makeRoom(bytes)) {
      this.#refused.add(data);
      return false;
    }
    const { rows, ids, values, target } = data;
    this.#held = null;
    const integers = new Int32Array(this.#memory.buffer, this.#start, bytes / 4);
    const floats = new Float32Array(this.#memory.buffer, this.#start, bytes / 4);
    const step = recordBytes(data, length) / 4;
    for (let row = 0, from = 0, at = 0; row < rows; row++, from += length, at += step) {
      for (let e = 0; e < length; e++) integers[at + e] = ids[from + e];
      if (values) for (let e = 0; e < length; e++) floats[at + length + e] = values[from + e];
      floats[at + (values ? 2 * length : length)] = target[row];
    }
    this.#held = new WeakRef(data);
    return true;
  }

  #makeRoom(bytes: number): boolean {
    const end = this.#start + bytes;
    if (bytes > largestCopy || end > largestBytes) return false;
    const missing = end - this.#memory.buffer.byteLength;
    try {
      if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
      return true;
    } catch {
      return false; // the machine has no more
    }
  }

  /**
   * Puts `count` rows of the held data set into the batch; their numbers lie at `batch.order`.
   * @returns -1, or the place of a number that is no row
   */
  take(data: Dataset, length: number, count: number, batch: BatchPlace): number {
    return this.#kernels.takeRows(
      batch.order,
      count,
      data.rows,
      length,
      data.values ? 1 : 0,
      this.#start,
      recordBytes(data, length),
      batch.rowStart,
      batch.ids,
      batch.values,
      batch.targets,
    );
  }
}

/** Whole vectors of 16 bytes. */
const recordBytes = ({ values }: Dataset, length: number): number => ((length * (values ? 2 : 1) + 4) >> 2) * 16;
