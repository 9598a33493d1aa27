/** Whether targets fit the task, before training starts. */

import type { Task } from '../graph/graph.ts';
import type { Dataset } from './dataset.ts';
import { DataError } from './errors.ts';

/**
 * Checks the targets of a data set.
 *
 * - `regression`: finite numbers.
 * - `binary`: exactly {-1, 1} or {0, 1}, both present.
 * - `ranking`: finite, some above 0 (positive) and some not.
 *
 * @param use one class only is an error for `training` (default) and a warning for `evaluation`, where AUC has no value
 * @returns warnings
 * @throws DataError with the count of each wrong label
 */
export function checkTargets(data: Dataset, task: Task, use: 'training' | 'evaluation' = 'training'): string[] {
  const notFinite = data.target.findIndex((y) => !Number.isFinite(y));
  if (notFinite >= 0)
    throw refuse(
      data,
      `expected finite targets, got ${data.target[notFinite]} in row ${notFinite} ` +
        `(${data.target.filter((y) => !Number.isFinite(y)).length} in all)`,
      'remove these rows',
    );
  if (task === 'regression') return [];
  if (task === 'binary') {
    const counts = labelCounts(data);
    const labels = [...counts.keys()];
    const within = (allowed: readonly number[]): boolean => labels.every((y) => allowed.includes(y));
    if (!within([-1, 1]) && !within([0, 1])) {
      const mixed = within([-1, 0, 1]);
      throw refuse(
        data,
        `expected binary targets, either -1 and 1 or 0 and 1, got ${mixed ? 'a mixture: ' : ''}${countsText(counts)}`,
        mixed ? 'use one coding' : "use task 'regression', or target(column, { positiveAbove })",
      );
    }
  }
  const positives = data.target.filter((y) => y > 0).length;
  if (positives > 0 && positives < data.rows) return [];
  const text = `expected positive and negative targets, got ${countsText(labelCounts(data))} only`;
  if (use === 'training')
    throw refuse(data, text, positives > 0 ? 'add negatives (sampleNegatives)' : 'check the target column');
  return [`${data.source}: ${text}; AUC has no value here`];
}

function labelCounts(data: Dataset): Map<number, number> {
  const counts = new Map<number, number>();
  for (const y of data.target) counts.set(y, (counts.get(y) ?? 0) + 1);
  return counts;
}

/** `-1 (5 rows), 1 (7 rows)`, at most 5 labels. */
function countsText(counts: ReadonlyMap<number, number>): string {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const shown = sorted.slice(0, 5).map(([y, rows]) => `${y} (${rows} ${rows === 1 ? 'row' : 'rows'})`);
  return shown.join(', ') + (sorted.length > 5 ? ` and ${sorted.length - 5} other values` : '');
}

const refuse = (data: Dataset, what: string, next: string): DataError =>
  new DataError(`${data.source}: ${what}; ${next}`, data.source);
