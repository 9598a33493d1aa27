/** Rows that occur more than once, exactly: same target, ids and values in the same order. No object per row. */

import type { Dataset, Split } from './dataset.ts';

/** A set of the distinct rows of a data set: an open-addressed table of row numbers. */
class RowSet {
  readonly #data: Dataset;
  readonly #slots: Int32Array;
  /** Number of distinct rows. */
  size = 0;

  constructor(data: Dataset) {
    this.#data = data;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(data.rows * 2 + 2)));
    for (let row = 0; row < data.rows; row++) {
      const slot = this.#find(data, row);
      if (this.#slots[slot] !== 0) continue;
      this.#slots[slot] = row + 1;
      this.size++;
    }
  }

  has(data: Dataset, row: number): boolean {
    return this.#slots[this.#find(data, row)] !== 0;
  }

  /** The slot of an equal row, or the empty slot where it would go. */
  #find(data: Dataset, row: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(data, row) & mask;
    while (this.#slots[slot] !== 0 && !equal(this.#data, this.#slots[slot] - 1, data, row)) slot = (slot + 1) & mask;
    return slot;
  }
}

/** Number of distinct rows. */
export const distinctRows = (data: Dataset): number => new RowSet(data).size;

/** Rows of validation and test that also occur in training, by exact comparison. */
export function duplicatesAcross(split: Split): { readonly validation: number; readonly test: number } {
  const train = new RowSet(split.train);
  const count = (data: Dataset | undefined): number => {
    let rows = 0;
    for (let row = 0; row < (data?.rows ?? 0); row++) if (train.has(data!, row)) rows++;
    return rows;
  };
  return { validation: count(split.validation), test: count(split.test) };
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);
const bitsOf = (value: number): number => {
  float[0] = value;
  return bits[0];
};

function hashOf(data: Dataset, row: number): number {
  let h = bitsOf(data.target[row]);
  for (let e = data.rowStart[row]; e < data.rowStart[row + 1]; e++) {
    h = Math.imul(h ^ data.ids[e], 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 15) ^ (data.values ? bitsOf(data.values[e]) : 0x3f800000), 0x85ebca6b);
  }
  return h ^ (h >>> 13);
}

function equal(a: Dataset, rowA: number, b: Dataset, rowB: number): boolean {
  const [fromA, fromB] = [a.rowStart[rowA], b.rowStart[rowB]];
  const length = a.rowStart[rowA + 1] - fromA;
  if (a.target[rowA] !== b.target[rowB] || b.rowStart[rowB + 1] - fromB !== length) return false;
  for (let i = 0; i < length; i++)
    if (
      a.ids[fromA + i] !== b.ids[fromB + i] ||
      (a.values ? a.values[fromA + i] : 1) !== (b.values ? b.values[fromB + i] : 1)
    )
      return false;
  return true;
}
