/**
 * The batches of an epoch: a fresh order of the rows from the stream `shuffle:<epoch>`, cut into consecutive pieces.
 * An epoch depends on (seed, epoch) alone, so a resumed run meets the same batches.
 */

import { permutation, Random } from '../base/random.ts';
import type { Dataset } from '../data/dataset.ts';
import { isPairwise, type Loss } from '../engine/losses.ts';
import { pairSource } from './pairs.ts';

/**
 * `epoch`: every row once (every positive once, with a pairwise loss). `windows`: floor(N / batchSize) windows of the
 * shuffled rows that start at random and may overlap, as the NFM authors' code does; about 63 % of the rows a pass.
 */
export type Sampler = 'epoch' | 'windows';

export interface BatchOptions {
  readonly seed: number;
  readonly loss: Loss;
  /** Rows a step; pairs a step with a pairwise loss. */
  readonly batchSize: number;
  readonly sampler: Sampler;
  /** Leave out the last batch of an epoch when it is not full. */
  readonly dropLast: boolean;
  /** Batch normalisation cannot take a batch of one row: a single row left over is then left out. */
  readonly batchNorm: boolean;
}

/** Batch b is rows `rows[from[b] .. to[b])` of the data set. */
export interface EpochPlan {
  readonly rows: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/**
 * Prepares the batches of `data`; the returned function gives those of an epoch (from 1).
 * @throws DataError when a pairwise loss has no groups to draw pairs from
 */
export function batchesOf(data: Dataset, options: BatchOptions): (epoch: number) => EpochPlan {
  const { seed, batchSize, sampler } = options;
  const pairs = isPairwise(options.loss) ? pairSource(data) : null;
  const rowsPerItem = pairs ? 2 : 1;
  const items = pairs ? pairs.positives.length : data.rows; // what is shuffled: rows, or positives with their pair
  return (epoch) => {
    const random = new Random(seed, `shuffle:${epoch}`);
    const order = permutation(items, random);
    const rows = pairs ? pairs.draw(order, new Random(seed, `pairs:${epoch}`)) : order;
    const starts =
      sampler === 'windows' && items > batchSize ? windows(items, batchSize, random) : consecutive(items, options);
    return {
      rows,
      from: starts.map((s) => s * rowsPerItem),
      to: starts.map((s) => Math.min(s + batchSize, items) * rowsPerItem),
    };
  };
}

function windows(items: number, batchSize: number, random: Random): Int32Array {
  return new Int32Array(Math.floor(items / batchSize)).map(() => random.below(items - batchSize));
}

function consecutive(items: number, { batchSize, dropLast, batchNorm, loss }: BatchOptions): Int32Array {
  const left = items % batchSize;
  const unusable = left > 0 && items > batchSize && (dropLast || (left === 1 && batchNorm && !isPairwise(loss)));
  const count = Math.floor(items / batchSize) + (left > 0 && !unusable ? 1 : 0);
  return new Int32Array(count).map((_, b) => b * batchSize);
}
