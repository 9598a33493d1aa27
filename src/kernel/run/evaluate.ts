/** Predictions and metrics of a data set, in chunks: no memory of the size of the data beside the predictions. */

import { setImmediate } from 'node:timers/promises';
import type { Dataset } from '../data/dataset.ts';
import type { Model } from '../engine/engine.ts';
import type { Metrics } from './events.ts';
import { evaluateMetrics, type MetricContext } from './metrics.ts';

/** Most rows predicted at once. */
export const chunkRows = 4096;

/**
 * Raw outputs ŷ of all rows, in their order (no sigmoid, no clipping); dropout off, no state of the model touched.
 * Lets other work run between chunks.
 * @param signal stops between chunks by throwing its reason
 */
export async function predictAll(model: Model, data: Dataset, signal?: AbortSignal): Promise<Float32Array> {
  const predictions = new Float32Array(data.rows);
  for (let from = 0; from < data.rows; from += chunkRows) {
    signal?.throwIfAborted();
    predictions.set(model.predict(data, from, Math.min(from + chunkRows, data.rows)), from);
    await setImmediate();
  }
  return predictions;
}

/** The named metrics of a model on a data set; see `evaluateMetrics` for what null and NaN mean. */
export async function evaluate(
  model: Model,
  data: Dataset,
  names: readonly string[],
  context: MetricContext,
  signal?: AbortSignal,
): Promise<Metrics> {
  return evaluateMetrics(names, await predictAll(model, data, signal), data, context);
}
