/** What training returns: a model with its best weights, and what is needed to judge, save and reuse it. */

import type { Model } from '../engine/engine.ts';
import type { Loss } from '../engine/losses.ts';
import type { Graph } from '../graph/graph.ts';
import type { RunConfig, RunResult } from './events.ts';
import { type MetricContext, meaningOf, type TargetRange } from './metrics.ts';
import type { SavedModel } from './modelFile.ts';
import { thisProgram } from './provenance.ts';

export interface FittedModel {
  readonly graph: Graph;
  /** Holds the weights of the best epoch; `dispose()` it when done. */
  readonly model: Model;
  readonly result: RunResult;
  readonly config: RunConfig;
  readonly loss: Loss;
  /** Range of the training targets. */
  readonly targetRange: TargetRange;
  /** Hash of the feature dictionary, null where none was given. */
  readonly dictionary: string | null;
}

/** The parts of a fitted model that a file holds: a copy of its weights, free of the engine. */
export function snapshot(fitted: FittedModel): SavedModel {
  return { ...description(fitted), weights: fitted.model.weights() };
}

/** The same without a copy of the weights. */
export function description({ graph, result, config, loss, targetRange, dictionary }: FittedModel) {
  const { validation, test, metric, bestEpoch } = result;
  return { graph, loss, targetRange, dictionary, validation, test, metric, bestEpoch, program: thisProgram, config };
}

/** How a model's raw outputs are judged; for `evaluate`. */
export function contextOf({ loss, targetRange }: Pick<FittedModel, 'loss' | 'targetRange'>): MetricContext {
  return { range: targetRange, meaning: meaningOf[loss] };
}
