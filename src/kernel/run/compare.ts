/** Comparing models: one split, the same seeds for every model, and how sure the difference to a baseline is. */

import { OptionError } from '../base/options.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import { softplus } from '../engine/losses.ts';
import type { Graph } from '../graph/graph.ts';
import { predictAll } from './evaluate.ts';
import type { RunConfig, RunEvent, RunResult } from './events.ts';
import { contextOf, type FittedModel } from './fittedModel.ts';
import { clip, type MetricContext } from './metrics.ts';
import { runFolder } from './runFolder.ts';
import { meansByGroup, moments, type PairedTest, pairedTest } from './significance.ts';
import { train } from './train.ts';
import { type TrainOptions, trainPlan } from './trainOptions.ts';

/** What to compare: a graph, or a graph with options of its own over the common ones. */
export type Contender = Graph | { readonly graph: Graph; readonly options: Partial<TrainOptions> };

export interface CompareOptions extends Omit<TrainOptions, 'seed' | 'resume' | 'checkpoint'> {
  /** One run a model and seed; spread over seeds needs two, the test over seeds three. [2016, 2017, 2018]. */
  readonly seeds?: readonly number[];
  /** Name of the model that the others are held against. The first. */
  readonly baseline?: string;
}

/** An event of one of the runs. */
export interface ComparisonEvent {
  readonly model: string;
  readonly seed: number;
  readonly event: RunEvent;
}

export interface ComparedModel {
  readonly model: string;
  readonly graph: Graph;
  readonly parameters: number;
  /** The metric of each seed's run; null for a run that failed or was aborted. */
  readonly values: readonly (number | null)[];
  /** Over the runs that have a value; null without one, and for the deviation with fewer than two. */
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly bestEpochs: readonly number[];
  /** Mean training time of a run. */
  readonly seconds: number;
  /** (mean - baseline's mean) / baseline's mean; null for the baseline itself. */
  readonly difference: number | null;
  /** Row errors (mean over seeds) against the baseline's: squared errors of clipped predictions, or log losses. */
  readonly byRows: PairedTest | null;
  /** The same with one mean difference a group (user), where rows have groups. */
  readonly byGroups: PairedTest | null;
  /** The metric per seed against the baseline's; needs three seeds. */
  readonly bySeeds: PairedTest | null;
  /** Of its first run, without the data, which are the comparison's. */
  readonly config: Omit<RunConfig, 'data'>;
}

export interface Comparison {
  readonly metric: string;
  /** The rows that the metric is of. */
  readonly part: 'test' | 'validation';
  readonly rows: number;
  /** What every run was trained and measured on, with hashes. */
  readonly data: RunConfig['data'];
  readonly seeds: readonly number[];
  readonly baseline: string;
  readonly models: readonly ComparedModel[];
}

/** What is kept of one run. */
interface Run {
  readonly result: RunResult;
  readonly config: RunConfig;
  /** The metric on the judged rows; null when the run failed or was aborted. */
  readonly value: number | null;
  /** Error of each judged row; null where errors have no meaning (ranking scores) or the run has no value. */
  readonly errors: Float64Array | null;
}

interface Runs {
  readonly model: string;
  readonly graph: Graph;
  readonly runs: readonly Run[];
}

/**
 * Trains every model with every seed on one split and compares them on the test rows (without test rows: on the
 * validation rows, at each run's best epoch, which flatters all alike).
 * @throws OptionError when models are missing, or watch different metrics; and whatever `train` throws
 */
export async function* compare(
  models: Readonly<Record<string, Contender>>,
  split: Split,
  { seeds = [2016, 2017, 2018], baseline, ...common }: CompareOptions,
): AsyncGenerator<ComparisonEvent, Comparison, void> {
  const names = Object.keys(models);
  const base = baseline ?? names[0];
  if (!names.includes(base))
    throw new OptionError(`compare(): "baseline" must be one of ${names.join(', ')}, got ${base}`);
  const judged = split.test ?? split.validation;
  if (!judged) throw new OptionError('compare(): the split has neither test nor validation rows to compare on');
  if (seeds.length === 0 || new Set(seeds).size < seeds.length)
    throw new OptionError(`compare(): "seeds" must be different integers, got [${seeds.join(', ')}]`);

  const contenders = names.map((model) => ({ model, ...contenderOf(models[model], common) }));
  const metrics = contenders.map(
    ({ graph, options }) => trainPlan(graph, split.validation ?? split.train, options).metric,
  );
  if (new Set(metrics).size > 1)
    throw new OptionError(`compare(): the models watch different metrics (${metrics.join(', ')}); give "metric"`);

  const all: Runs[] = [];
  for (const { model, graph, options } of contenders) {
    const runs: Run[] = [];
    for (const seed of seeds) {
      const { tensorboard } = options;
      const folder = tensorboard === undefined ? {} : { tensorboard: runFolder(tensorboard, model, seed) };
      runs.push(yield* runOf(model, seed, train(graph, split, { ...options, ...folder, seed }), split));
    }
    all.push({ model, graph, runs });
  }
  const against = all.find(({ model }) => model === base)!;
  return {
    metric: metrics[0],
    part: split.test ? 'test' : 'validation',
    rows: judged.rows,
    data: all[0].runs[0].config.data,
    seeds,
    baseline: base,
    models: all.map((runs) => compared(runs, against, judged)),
  };
}

function contenderOf(
  contender: Contender,
  common: TrainOptions,
): { readonly graph: Graph; readonly options: TrainOptions } {
  return 'graph' in contender
    ? { graph: contender.graph, options: { ...common, ...contender.options } }
    : { graph: contender, options: common };
}

/** Plays one run, passing its events on; the trained model is given back, only its errors are kept. */
async function* runOf(
  model: string,
  seed: number,
  run: ReturnType<typeof train>,
  split: Split,
): AsyncGenerator<ComparisonEvent, Run, void> {
  let fitted: FittedModel | undefined;
  try {
    while (!fitted) {
      const next = await run.next();
      if (next.done) fitted = next.value;
      else yield { model, seed, event: next.value };
    }
    const { result, config } = fitted;
    const part = split.test ? 'test' : 'validation';
    const value = result.reason === 'failed' || result.reason === 'aborted' ? null : result[part][result.metric];
    const errors = value === null ? null : await errorsOf(fitted, split[part]!);
    return { result, config, value, errors };
  } finally {
    if (fitted) fitted.model.dispose();
    else await run.return(undefined as never); // the reader broke off: let the run give its model back
  }
}

const errorOf: Readonly<
  Record<MetricContext['meaning'], ((output: number, y: number, c: MetricContext) => number) | null>
> = {
  value: (output, y, { range }) => (clip(output, range) - y) ** 2,
  logit: (output, y) => softplus(y > 0 ? -output : output),
  score: null,
};

async function errorsOf(fitted: FittedModel, data: Dataset): Promise<Float64Array | null> {
  const context = contextOf(fitted);
  const error = errorOf[context.meaning];
  if (!error) return null;
  const outputs = await predictAll(fitted.model, data);
  return Float64Array.from(outputs, (output, r) => error(output, data.target[r], context));
}

function compared({ model, graph, runs }: Runs, base: Runs, judged: Dataset): ComparedModel {
  const values = runs.map((run) => run.value);
  const { data: _, ...config } = runs[0].config;
  const summary = summaryOf(values);
  const other = model === base.model ? null : summaryOf(base.runs.map((run) => run.value));
  const [errors, baseErrors] = [meanErrors(runs), meanErrors(base.runs)];
  const rowDifferences = other && errors && baseErrors && errors.map((e, r) => e - baseErrors[r]);
  const seedDifferences = values.flatMap((v, s) => {
    const theirs = base.runs[s].value;
    return v === null || theirs === null ? [] : [v - theirs];
  });
  return {
    model,
    graph,
    parameters: runs[0].result.parameters,
    values,
    ...summary,
    bestEpochs: runs.map(({ result }) => result.bestEpoch),
    seconds: moments(runs.map(({ result }) => result.history.reduce((sum, e) => sum + e.seconds, 0))).mean,
    difference: other?.mean && summary.mean !== null ? (summary.mean - other.mean) / other.mean : null,
    byRows: rowDifferences && pairedTest(rowDifferences),
    byGroups: rowDifferences && judged.group && pairedTest(meansByGroup(rowDifferences, judged.group)),
    bySeeds: other && seedDifferences.length >= 3 ? pairedTest(seedDifferences) : null,
    config,
  };
}

/** Mean over the runs of each row's error; null when a run has none. */
function meanErrors(runs: readonly Run[]): Float64Array | null {
  if (runs.some(({ errors }) => !errors)) return null;
  return runs[0].errors!.map((_, r) => runs.reduce((sum, { errors }) => sum + errors![r] / runs.length, 0));
}

function summaryOf(values: readonly (number | null)[]): {
  readonly mean: number | null;
  readonly deviation: number | null;
} {
  const known = values.filter((v) => v !== null);
  const { mean, deviation } = moments(known);
  return { mean: known.length ? mean : null, deviation: known.length > 1 ? deviation : null };
}
