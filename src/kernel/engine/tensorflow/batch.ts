/** Rows as one batch: what its lookups need to know of it. */

import { type Dataset, entriesOf, takeRows } from '../../data/dataset.ts';
import { type Graph, inputOf } from '../../graph/graph.ts';
import { type Shape, shapesOf } from '../../graph/shape.ts';
import type { Lookup } from './lookups.ts';

/** Most numbers of one tensor of a set in a prediction; more rows are predicted in parts. */
const numbersAtOnce = 4_000_000;

export interface Batch {
  readonly data: Dataset;
  /** Entries of the longest row, at least 2: there is always room for a pair, and no tensor is empty. */
  readonly positions: number;
  /** The slot of each entry in a lookup. */
  slots(by: Lookup['by']): Int32Array;
  /** Slots of each row. */
  slotsOfRow(by: Lookup['by']): number;
}

export class Batches {
  /** Rows of the tables. */
  readonly features: number;
  readonly #fields: number;
  readonly #fieldOf: Int32Array;
  readonly #widest: number;
  readonly #hasPairs: boolean;

  constructor(graph: Graph) {
    const { features, fields } = inputOf(graph).attributes;
    this.features = features;
    this.#fields = fields.length;
    this.#fieldOf = new Int32Array(features);
    fields.forEach(({ offset, size }, f) => {
      this.#fieldOf.fill(f, offset, offset + size);
    });
    this.#widest = Math.max(...[...shapesOf(graph).values()].map(widthOf));
    this.#hasPairs = graph.nodes.some(({ op }) => op === 'attention');
  }

  /** The batch of rows `rows` of `data`, in that order. */
  of(data: Dataset, rows: Int32Array): Batch {
    const taken = takeRows(data, rows);
    let positions = 2;
    for (let row = 0; row < taken.rows; row++) positions = Math.max(positions, entriesOf(taken, row));
    const slotsOfRow = (by: Lookup['by']) => ({ row: 1, field: this.#fields, position: positions })[by];
    const made = new Map<Lookup['by'], Int32Array>();
    const slots = (by: Lookup['by']) => {
      if (!made.has(by)) made.set(by, this.#slots(taken, by, slotsOfRow(by)));
      return made.get(by)!;
    };
    return { data: taken, positions, slots, slotsOfRow };
  }

  /** End of the longest run of rows from `first` whose sets, or whose pairs, stay within a size that is worth a tensor. */
  fitting(data: Dataset, first: number, to: number): number {
    let longest = 2;
    for (let row = first; row < to; row++) {
      longest = Math.max(longest, entriesOf(data, row));
      const vectors = this.#hasPairs ? (longest * (longest - 1)) / 2 : longest;
      if (row > first && (row + 1 - first) * vectors * this.#widest > numbersAtOnce) return row;
    }
    return to;
  }

  #slots({ rows, rowStart, ids }: Dataset, by: Lookup['by'], ofRow: number): Int32Array {
    const slots = new Int32Array(ids.length);
    for (let row = 0; row < rows; row++)
      for (let e = rowStart[row], position = 0; e < rowStart[row + 1]; e++, position++)
        slots[e] = row * ofRow + (by === 'row' ? 0 : by === 'field' ? this.#fieldOf[ids[e]] : position);
    return slots;
  }
}

const widthOf = (shape: Shape): number =>
  shape.kind === 'vector' ? shape.size : shape.kind === 'set' ? shape.factors : 1;
