/** Checks of a split before training, so that bad rows are named at once and not after minutes. */

import type { Dataset } from '../data/dataset.ts';
import { DataError } from '../data/errors.ts';
import { checkIds, targetProblem } from '../engine/checks.ts';
import { isPairwise, type Loss } from '../engine/losses.ts';
import { type Graph, inputOf } from '../graph/graph.ts';

/**
 * @param part which rows these are, for messages: `train`, `validation`, `test`
 * @throws DataError or EngineError naming the row: no rows, an id outside the graph's features, a value or target that
 * is not a finite number, a target that the loss does not take
 */
export function checkData(graph: Graph, loss: Loss, data: Dataset, part: string): void {
  const where = `${part} rows of ${data.source}`;
  const { features } = inputOf(graph).attributes;
  if (data.rows === 0) throw new DataError(`${where}: expected at least one row, got none`);
  if (data.features > features)
    throw new DataError(
      `${where}: expected at most ${features} features, the size of ${graph.name}, got ${data.features}; ` +
        'build the model from the schema or the feature count of the data',
    );
  checkIds(data, graph);
  if (data.values && !data.values.every(Number.isFinite))
    throw new DataError(`${where}: row ${rowWithBadValue(data)} has a value that is not a finite number; correct it`);
  for (let r = 0; r < data.rows; r++) {
    const problem = targetProblem(loss, data.target[r]);
    if (problem) throw new DataError(`${where}: row ${r}: ${problem}`);
  }
}

function rowWithBadValue(data: Dataset): number {
  const entry = data.values!.findIndex((x) => !Number.isFinite(x));
  return data.rowStart.findIndex((start) => start > entry) - 1;
}

/** @throws DataError when batch normalisation would meet a training batch of one row, which has no variance */
export function checkBatchNorm(graph: Graph, loss: Loss, data: Dataset, batchSize: number): void {
  if (!hasBatchNorm(graph) || isPairwise(loss) || Math.min(data.rows, batchSize) > 1) return;
  throw new DataError(
    `${graph.name} has batch normalisation, which needs at least 2 rows a batch; ` +
      `got ${data.rows === 1 ? 'one training row' : 'batchSize 1'}`,
  );
}

export const hasBatchNorm = (graph: Graph): boolean => graph.nodes.some((node) => node.op === 'batchNorm');

/** Distinct feature ids of `data` that no training row has: their weights stay at their random start. */
export function unseenFeatures(train: Dataset, data: Dataset): number {
  const known = new Uint8Array(Math.max(train.features, data.features));
  for (const id of train.ids) known[id] = 1;
  let unseen = 0;
  for (const id of data.ids) if (known[id] === 0) unseen += known[id] = 1;
  return unseen;
}

/** Distinct feature ids of `data`. */
export function presentFeatures(data: Dataset): number {
  const known = new Uint8Array(data.features);
  let present = 0;
  for (const id of data.ids) if (known[id] === 0) present += known[id] = 1;
  return present;
}
