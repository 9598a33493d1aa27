/** Pairs for the pairwise losses: each positive row of a group with a random negative row of the same group. */

import type { Random } from '../base/random.ts';
import type { Dataset } from '../data/dataset.ts';
import { DataError } from '../data/errors.ts';
import { groupsOf } from './rankingMetrics.ts';

export interface PairSource {
  /** Row numbers of all positives (target above 0), ascending. */
  readonly positives: Int32Array;
  /** Rows `positive, negative, positive, negative, ...`: positives in the given order of their positions. */
  draw(order: Int32Array, random: Random): Int32Array;
}

/** @throws DataError when rows have no group, or a group with a positive has no negative to compare it with */
export function pairSource(data: Dataset): PairSource {
  if (!data.group)
    throw new DataError(
      `${data.source}: a pairwise loss compares rows of one group (a user, a query), and these rows have no group; ` +
        'name a group field when loading, or train with a loss on single rows (log, squared)',
    );
  const groups = groupsOf(data).map((rows) => ({
    positive: rows.filter((row) => data.target[row] > 0),
    negative: rows.filter((row) => !(data.target[row] > 0)),
  }));
  const withPositive = groups.filter((g) => g.positive.length > 0);
  const lacking = withPositive.filter((g) => g.negative.length === 0);
  if (lacking.length)
    throw new DataError(
      `${data.source}: ${lacking.length} of ${withPositive.length} groups have positive rows but no negative one ` +
        `(first: group ${data.group[lacking[0].positive[0]]}); sample negatives for them, or leave them out`,
    );
  if (!withPositive.length)
    throw new DataError(`${data.source}: a pairwise loss needs positive rows (target above 0), and there is none`);

  const negativesOf = new Map<number, Int32Array>(); // positive row -> its group's negatives
  for (const { positive, negative } of withPositive) for (const row of positive) negativesOf.set(row, negative);
  const positives = Int32Array.from(negativesOf.keys()).sort();
  return {
    positives,
    draw(order, random) {
      const rows = new Int32Array(order.length * 2);
      for (let i = 0; i < order.length; i++) {
        const positive = positives[order[i]];
        const negatives = negativesOf.get(positive)!;
        rows[2 * i] = positive;
        rows[2 * i + 1] = negatives[random.below(negatives.length)];
      }
      return rows;
    },
  };
}
