/** What a run was: every option with its default filled in and the rows it ran on, to repeat it or to resume it. */

import type { Dataset, Split } from '../data/dataset.ts';
import type { Model } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import { presentFeatures, unseenFeatures } from './checkData.ts';
import type { Signature } from './checkpoint.ts';
import { environment } from './environment.ts';
import type { DataSummary, RunConfig } from './events.ts';
import { fingerprint } from './fingerprint.ts';
import { groupCounts } from './rankingMetrics.ts';
import { type TrainPlan, trainPlan } from './trainOptions.ts';

/** The record of a run that is about to start. Plain JSON. */
export function configOf(graph: Graph, plan: TrainPlan, split: Split, model: Model): RunConfig {
  const options = optionsOf(plan, split);
  const fixed = { engine: plan.engine, dictionary: plan.dictionary ?? undefined }; // not choices, but of the data
  const standard = optionsOf(trainPlan(graph, split.validation ?? split.train, fixed), split);
  const changed = Object.keys(options).filter((name) => json(options[name]) !== json(standard[name]));
  const data: Record<string, DataSummary> = { train: summaryOf(split.train) };
  for (const part of ['validation', 'test'] as const) {
    const rows = split[part];
    if (rows) data[part] = { ...summaryOf(rows), unseenFeatures: unseenFeatures(split.train, rows) };
  }
  return {
    model: graph.name,
    engine: model.engine,
    seed: plan.seed,
    options,
    defaults: Object.fromEntries(changed.map((name) => [name, standard[name]])),
    data,
    environment: environment(),
  };
}

/** The options as a record keeps them: what is not JSON by its name. */
function optionsOf(plan: TrainPlan, { validation }: Split): Record<string, unknown> {
  const { engine, now, signal, initFrom, earlyStopping, checkpoint, resume, tensorboard, ...options } = plan;
  return {
    ...options,
    earlyStopping: validation ? earlyStopping : 'none: no validation rows; the last weights are kept',
    initFrom: initFrom === undefined ? null : typeof initFrom === 'string' ? initFrom : initFrom.graph.name,
    checkpoint,
    resume: resume ?? null,
  };
}

const json = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

function summaryOf(data: Dataset): DataSummary {
  const { rows, source, terms } = data;
  const groups = groupCounts(data);
  return {
    ...{ rows, source, ...(terms === undefined ? {} : { terms }) },
    features: presentFeatures(data),
    hash: fingerprint(data),
    ...(groups && { groups }),
  };
}

/** Everything that decides a run's numbers, and so must not change when it is resumed; more epochs are allowed. */
export function signatureOf(plan: TrainPlan, split: Split): Signature {
  const { seed, loss, reduction, optimizer, batchSize, sampler, dropLast, rows, freeze, metric, clip, dictionary } =
    plan;
  return {
    ...{ seed, loss, reduction, optimizer, batchSize, sampler, dropLast, rows, freeze, metric, clip, dictionary },
    earlyStopping: plan.earlyStopping,
    train: fingerprint(split.train),
    validation: split.validation ? fingerprint(split.validation) : null,
  };
}
