/**
 * Metrics of an order: AUC over all rows, and AUC, HR, NDCG and MRR within groups (users, queries). A row is positive
 * when its target is above 0. Equal scores count against the model: within a group negatives come first, so a constant
 * model scores worst. Groups without a positive or without a negative are left out; `groupCounts` says how many.
 */

import type { Dataset } from '../data/dataset.ts';

/**
 * Probability that a random positive scores above a random negative, ties half (mid-ranks): exact for any size.
 * @returns null when a class is missing
 */
export function auc(scores: Float32Array, target: Float32Array): number | null {
  return aucOf(scores, target, indices(scores.length));
}

/** Σ rows_g AUC_g / Σ rows_g over groups with both classes; null without groups or when none has both. */
export function groupedAuc(scores: Float32Array, data: Dataset): number | null {
  let sum = 0;
  let weight = 0;
  for (const rows of usableGroups(data)) {
    sum += rows.length * aucOf(scores, data.target, rows)!;
    weight += rows.length;
  }
  return weight ? sum / weight : null;
}

/** Share of groups whose first `k` ranks hold a positive. */
export function hitRate(scores: Float32Array, data: Dataset, k: number): number | null {
  return meanOverGroups(scores, data, (positives) => (positives[0] <= k ? 1 : 0));
}

/** Mean over groups of Σ 1 / log2(rank + 1) over the positives among the first `k`, divided by the best possible sum. */
export function ndcg(scores: Float32Array, data: Dataset, k: number): number | null {
  return meanOverGroups(scores, data, (positives) => {
    let gained = 0;
    let ideal = 0;
    for (let i = 0; i < positives.length; i++) {
      if (positives[i] <= k) gained += 1 / Math.log2(positives[i] + 1);
      if (i < k) ideal += 1 / Math.log2(i + 2);
    }
    return gained / ideal;
  });
}

/** Mean over groups of 1 / rank of the first positive; 0 for a group whose first positive is beyond `k`. */
export function reciprocalRank(scores: Float32Array, data: Dataset, k: number): number | null {
  return meanOverGroups(scores, data, (positives) => (positives[0] <= k ? 1 / positives[0] : 0));
}

/** How many groups the metrics above use, and how many they leave out for want of a positive or a negative. */
export function groupCounts(data: Dataset): { readonly used: number; readonly skipped: number } | null {
  if (!data.group) return null;
  const used = usableGroups(data).length;
  return { used, skipped: groupsOf(data).length - used };
}

function meanOverGroups(
  scores: Float32Array,
  data: Dataset,
  value: (ranksOfPositives: readonly number[]) => number,
): number | null {
  const groups = usableGroups(data);
  let sum = 0;
  for (const rows of groups) sum += value(ranksOfPositives(scores, data.target, rows));
  return groups.length ? sum / groups.length : null;
}

/** Ranks (from 1, ascending) of a group's positives by descending score, negatives first among equals. */
function ranksOfPositives(scores: Float32Array, target: Float32Array, rows: Int32Array): readonly number[] {
  const label = (row: number) => (target[row] > 0 ? 1 : 0);
  const order = rows.slice().sort((a, b) => scores[b] - scores[a] || label(a) - label(b));
  const ranks: number[] = [];
  for (let i = 0; i < order.length; i++) if (label(order[i])) ranks.push(i + 1);
  return ranks;
}

function aucOf(scores: Float32Array, target: Float32Array, rows: Int32Array): number | null {
  const positive = Float32Array.from(
    rows.filter((row) => target[row] > 0),
    (row) => scores[row],
  ).sort();
  const negative = Float32Array.from(
    rows.filter((row) => !(target[row] > 0)),
    (row) => scores[row],
  ).sort();
  if (!positive.length || !negative.length) return null;
  let below = 0;
  let notAbove = 0;
  let wins = 0; // pairs that the positive wins, ties half: the rank sum with mid-ranks, less its least value
  for (const score of positive) {
    while (below < negative.length && negative[below] < score) below++;
    while (notAbove < negative.length && negative[notAbove] <= score) notAbove++;
    wins += (below + notAbove) / 2;
  }
  return wins / (positive.length * negative.length);
}

function indices(n: number): Int32Array {
  const all = new Int32Array(n);
  for (let i = 0; i < n; i++) all[i] = i;
  return all;
}

// Groups are read at every evaluation of a run, and a data set never changes.
const groupCache = new WeakMap<Dataset, readonly Int32Array[]>();

/** Row numbers of every group, groups in order of their number; none when the rows have no groups. */
export function groupsOf(data: Dataset): readonly Int32Array[] {
  if (!data.group) return [];
  const known = groupCache.get(data);
  if (known) return known;
  const group = data.group;
  const order = indices(data.rows).sort((a, b) => group[a] - group[b] || a - b);
  const groups: Int32Array[] = [];
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && group[order[to]] === group[order[from]]) to++;
    groups.push(order.subarray(from, to));
    from = to;
  }
  groupCache.set(data, groups);
  return groups;
}

function usableGroups(data: Dataset): readonly Int32Array[] {
  return groupsOf(data).filter((rows) => {
    const positives = rows.reduce((n, row) => n + (data.target[row] > 0 ? 1 : 0), 0);
    return positives > 0 && positives < rows.length;
  });
}
