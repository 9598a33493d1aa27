/** What every engine checks before a step or a prediction changes anything. */

import type { Dataset } from '../data/dataset.ts';
import { type Graph, inputOf } from '../graph/graph.ts';
import { elements, type Parameter, parametersOf } from '../graph/params.ts';
import type { Weights } from './engine.ts';
import { isPairwise, type Loss } from './losses.ts';

export class EngineError extends Error {
  override name = 'EngineError';
}

const rowOf = (data: Dataset, row: number): string => `row ${row} (from 0) of ${data.source}`;

function checkRowIds(data: Dataset, features: number, row: number): void {
  for (let e = data.rowStart[row]; e < data.rowStart[row + 1]; e++) {
    const id = data.ids[e];
    if (!(id >= 0 && id < features))
      throw new EngineError(
        `${rowOf(data, row)}: feature id ${id} is outside 0 .. ${features - 1}, the ${features} features of the model; ` +
          'build the model with the feature count of the data, or map unseen features to an unknown id',
      );
  }
}

/** Checks the ids of rows `from .. to` of `data` against the feature count of the graph's tables. */
export function checkIds(data: Dataset, graph: Graph, from = 0, to = data.rows): void {
  const { features } = inputOf(graph).attributes;
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= data.rows))
    throw new EngineError(`expected rows within 0 .. ${data.rows} of ${data.source}, got ${from} .. ${to}`);
  for (let row = from; row < to; row++) checkRowIds(data, features, row);
}

/** What can be checked of a batch without looking at its rows: at least one, whole pairs, two where a variance is needed. */
export function checkBatchSize(graph: Graph, loss: Loss, rows: Int32Array, from: number, to: number): void {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= rows.length))
    throw new EngineError(
      `a batch needs at least one row; expected from < to within 0 .. ${rows.length}, got ${from} .. ${to}`,
    );
  if (isPairwise(loss) && (to - from) % 2 !== 0)
    throw new EngineError(
      `loss "${loss}" takes pairs of rows (positive, negative), so an even number, got ${to - from} rows`,
    );
  if (to - from > 1) return;
  const batchNorm = graph.nodes.find((node) => node.op === 'batchNorm');
  if (batchNorm)
    throw new EngineError(
      `batch normalisation "${batchNorm.id}" needs at least 2 rows in a training batch, got 1; ` +
        'choose a larger batch size, or leave the single last row out',
    );
}

/**
 * Checks a training batch, rows `rows[from .. to)` of `data`: its size, row numbers, ids, and targets that fit the loss.
 */
export function checkBatch(graph: Graph, loss: Loss, data: Dataset, rows: Int32Array, from: number, to: number): void {
  checkBatchSize(graph, loss, rows, from, to);
  const { features } = inputOf(graph).attributes;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    if (!(row >= 0 && row < data.rows))
      throw new EngineError(
        `batch row ${i}: expected a row number in 0 .. ${data.rows - 1} of ${data.source}, got ${row}`,
      );
    checkRowIds(data, features, row);
    if (!isPairwise(loss)) checkTarget(loss, data, row);
  }
}

/** Checks every target of training data at once, for engines that do it when they first see the data. */
export function checkTargets(loss: Loss, data: Dataset): void {
  if (!isPairwise(loss)) for (let row = 0; row < data.rows; row++) checkTarget(loss, data, row);
}

function checkTarget(loss: Loss, data: Dataset, row: number): void {
  const problem = targetProblem(loss, data.target[row]);
  if (problem) throw new EngineError(`${rowOf(data, row)}: ${problem}`);
}

/** What is wrong with a target for this loss, and what to do about it; null where nothing is. */
export function targetProblem(loss: Loss, y: number): string | null {
  if (!Number.isFinite(y)) return `expected a finite target, got ${y}; correct or remove the row`;
  if ((loss === 'log' || loss === 'hinge') && y !== 1 && y !== 0 && y !== -1)
    return (
      `loss "${loss}" needs labels 1 and 0, or 1 and -1, got ${y}; ` +
      'recode the targets, or train a regression with loss "squared"'
    );
  return null;
}

/** Checks that every array of `weights` belongs to a parameter or state of the graph and has its number of values. */
export function checkWeights(graph: Graph, weights: Weights): void {
  const known = new Map(parametersOf(graph).map((p) => [p.id, p]));
  for (const [id, values] of weights) {
    const parameter = known.get(id);
    if (!parameter)
      throw new EngineError(`graph "${graph.name}" has no parameter "${id}"; it has ${[...known.keys()].join(', ')}`);
    checkLength(id, parameter, values);
  }
}

export function checkLength(id: string, parameter: Parameter, values: ArrayLike<number>): void {
  if (values.length !== elements(parameter))
    throw new EngineError(
      `"${id}" of shape [${parameter.shape.join(', ')}] needs ${elements(parameter)} values, got ${values.length}`,
    );
}

/**
 * The trained parameters that `freeze` leaves: `freeze` names parameter ids, or node ids for all of a node's
 * parameters. Batch norm's averages are state: they move in training even when its γ and β are frozen.
 */
export function trainedParameters(graph: Graph, freeze: readonly string[]): readonly Parameter[] {
  const parameters = parametersOf(graph).filter((p) => p.role !== 'state');
  for (const name of freeze)
    if (!parameters.some((p) => p.id === name || p.node === name))
      throw new EngineError(
        `freeze: graph "${graph.name}" has no parameters "${name}"; it has ${parameters.map((p) => p.id).join(', ')}`,
      );
  return parameters.filter((p) => !freeze.includes(p.id) && !freeze.includes(p.node));
}
