/** The options of `train()`: what each one is, its default, and how it is checked. */

import * as read from '../base/options.ts';
import { type OptionRule, type OptionRules, readOptions } from '../base/options.ts';
import type { Dataset } from '../data/dataset.ts';
import { type EngineName, engineFor, engineNames } from '../engine/choose.ts';
import type { Engine } from '../engine/engine.ts';
import { defaultLoss, type Loss, losses, type Reduction, reductions } from '../engine/losses.ts';
import { type Optimizer, type OptimizerName, optimizer, optimizerNames } from '../engine/optimizers.ts';
import { type Graph, outputOf } from '../graph/graph.ts';
import type { Sampler } from './batches.ts';
import { defaultSeed } from './defaultSeed.ts';
import type { StoppingRule } from './earlyStopping.ts';
import type { FittedModel } from './fittedModel.ts';
import type { Pretrained } from './initFrom.ts';
import { meaningOf, metricOf, type OutputMeaning } from './metrics.ts';

/** An optimizer as users write it: a name, a name with its settings, or a finished one. */
export type OptimizerChoice =
  | OptimizerName
  | Optimizer
  | ({ readonly name: OptimizerName } & Partial<Omit<Optimizer, 'name'>>);

/** Options of `train()`; all have a default. */
export interface TrainOptions {
  /**
   * `'auto'`: wasm, but TensorFlow for a graph with layers that a user wrote, which only TensorFlow can differentiate.
   * `'wasm'`, `'tensorflow'`, or an engine. A run may be resumed, and a model continued, on another engine. `'auto'`.
   */
  readonly engine?: EngineName | Engine;
  /** Passes over the training rows at most. 200. */
  readonly epochs?: number;
  /** Rows a step (pairs with a pairwise loss). 128. */
  readonly batchSize?: number;
  /** `'adagrad'`. */
  readonly optimizer?: OptimizerChoice;
  /** Shortcut for the optimizer's learning rate. 0.05; 0.001 for Adam. */
  readonly learningRate?: number;
  /** By task: `'squared'`, `'log'` or `'bpr'`. */
  readonly loss?: Loss;
  /** How row losses become the objective. By task: `'halfSum'` for regression, else `'mean'`. */
  readonly reduction?: Reduction;
  /** The metric that picks the best epoch. `rmse`, `logLoss`, or for scores `ndcg@10` (`auc` where rows have no group). */
  readonly metric?: string;
  /** Metrics of every evaluation; the watched one is always among them. By loss, for example rmse, mae and auc. */
  readonly metrics?: readonly string[];
  /** `{ rises: 4 }` (NFM paper), `{ patience, minDelta }` or false. Without validation rows there is none. */
  readonly earlyStopping?:
    | false
    | { readonly rises: number }
    | { readonly patience: number; readonly minDelta?: number };
  /** Evaluate the training rows too, every so many epochs; 0 = never. 0. */
  readonly evaluateTrain?: number;
  /** Initial weights, dropout masks, shuffles and pairs all derive from it. 2016, or what the process was started with. */
  readonly seed?: number;
  /** Threads of the wasm engine at most; results do not depend on it. TensorFlow has its own, which the run record tells. 1. */
  readonly threads?: number;
  /** Fused multiply-add in the wasm engine: faster, reproducible only among machines that fuse. TensorFlow always does so. false. */
  readonly fast?: boolean;
  /** Table rows that an update touches: `'touched'` or `'all'`; see the engine's CompileOptions. `'touched'`. */
  readonly rows?: 'touched' | 'all';
  /** Parameters that keep their values: parameter ids or node ids. None. */
  readonly freeze?: readonly string[];
  /** FM pre-training: a saved model, a fitted model, or a model file's path. */
  readonly initFrom?: string | Pretrained | FittedModel;
  /** Hash of the dictionary that gave features their ids; saved with the model and compared by `initFrom`. */
  readonly dictionary?: string;
  /** Stops the run when aborted: history so far is kept, the best weights are restored. */
  readonly signal?: AbortSignal;
  /** Write a training checkpoint every so many epochs (1), and when the run is aborted. */
  readonly checkpoint?: { readonly path: string; readonly every?: number };
  /** Continue from a training checkpoint, exactly as if the run had never stopped. */
  readonly resume?: string;
  /** Folder that gets an event file of TensorBoard, which grows while the run goes on. None. */
  readonly tensorboard?: string;
  /** `'epoch'` or `'windows'`. `'epoch'`. */
  readonly sampler?: Sampler;
  /** Leave out the last batch of an epoch when it is not full. false. */
  readonly dropLast?: boolean;
  /** Clip predictions to the range of the training targets in RMSE and MAE. true. */
  readonly clip?: boolean;
  /** Milliseconds on a steady clock. performance.now. */
  readonly now?: () => number;
}

const isObject = (v: unknown): v is object => typeof v === 'object' && v !== null;
const has = (v: unknown, key: string): boolean => isObject(v) && key in v;
const positive = { min: 1 };
const metricName: OptionRule<string> = {
  read: (v, fail) => (typeof v === 'string' && metricOf(v) ? v : fail('the name of a metric')),
};

const rules = {
  engine: engineRule(),
  epochs: read.integer(200, positive),
  batchSize: read.integer(128, positive),
  optimizer: read.value<OptimizerChoice, 'adagrad'>(
    `an optimizer: ${optimizerNames.join(', ')}, or { name, ...settings }`,
    (v) => optimizerNames.includes((isObject(v) ? (v as Optimizer).name : v) as OptimizerName),
    'adagrad',
  ),
  learningRate: read.number(undefined, { above: 0 }),
  loss: read.oneOf(losses, undefined),
  reduction: read.oneOf(reductions, undefined),
  metric: read.value<string>('the name of a metric', (v) => typeof v === 'string' && !!metricOf(v), undefined),
  metrics: read.listOf(metricName, undefined),
  earlyStopping: stoppingRule(),
  evaluateTrain: read.integer(0, { min: 0 }),
  seed: seedRule(),
  threads: read.integer(1, positive),
  fast: read.boolean(false),
  rows: read.oneOf(['touched', 'all'], 'touched'),
  freeze: read.listOf(read.text(''), []),
  initFrom: read.value<string | Pretrained | FittedModel>(
    'a model file, a saved model or a fitted model',
    (v) => typeof v === 'string' || (has(v, 'graph') && (has(v, 'weights') || has(v, 'model'))),
    undefined,
  ),
  dictionary: read.text(null),
  signal: read.value<AbortSignal>('an AbortSignal', (v) => has(v, 'aborted') && has(v, 'throwIfAborted'), undefined),
  checkpoint: checkpointRule(),
  resume: read.text(undefined),
  tensorboard: read.value<string>('the path of a folder', (v) => typeof v === 'string' && v !== '', undefined),
  sampler: read.oneOf(['epoch', 'windows'], 'epoch'),
  dropLast: read.boolean(false),
  clip: read.boolean(true),
  now: read.value<() => number, () => number>(
    'a function',
    (v) => typeof v === 'function',
    () => performance.now(),
  ),
} satisfies OptionRules;

/** The default is that of the moment. */
function seedRule(): OptionRule<number> {
  return { read: (v, fail) => read.integer(defaultSeed()).read(v, fail) };
}

function engineRule(): OptionRule<EngineName | Engine> {
  const name = read.oneOf(engineNames, 'auto');
  return {
    read: (v, fail) =>
      has(v, 'compile') ? (v as Engine) : name.read(v, (expected) => fail(`${expected}, or an engine`)),
  };
}

function stoppingRule(): OptionRule<StoppingRule> {
  return {
    read: (v, fail) => {
      if (v === undefined) return { rises: 4 };
      if (v === false) return { never: true };
      if (has(v, 'rises')) return readOptions('train({ earlyStopping })', v, { rises: read.integer(4, positive) });
      if (has(v, 'patience'))
        return readOptions('train({ earlyStopping })', v, {
          patience: read.integer(1, positive),
          minDelta: read.number(0, { min: 0 }),
        });
      return fail('{ rises }, { patience, minDelta } or false');
    },
  };
}

function checkpointRule(): OptionRule<{ readonly path: string; readonly every: number } | null> {
  return {
    read: (v, fail) => {
      if (v === undefined) return null;
      const { path, every } = readOptions('train({ checkpoint })', v, {
        path: read.text(''),
        every: read.integer(1, positive),
      });
      return path ? { path, every } : fail('{ path, every } with the path of a file');
    },
  };
}

/** Metrics that say something about each kind of output; the first is the one that is watched. */
const usualMetrics: Readonly<Record<OutputMeaning, (grouped: boolean) => readonly string[]>> = {
  value: (grouped) => ['rmse', 'mae', 'auc', ...(grouped ? ['gauc'] : [])],
  logit: (grouped) => ['logLoss', 'auc', ...(grouped ? ['gauc'] : [])],
  score: (grouped) => (grouped ? ['ndcg@10', 'hr@10', 'mrr', 'gauc', 'auc'] : ['auc']),
};

/** Options with every default filled in and everything that depends on the graph and the rows decided. */
export type TrainPlan = ReturnType<typeof trainPlan>;

/**
 * Reads the options of `train()` for a graph and the rows it will be chosen on.
 * @throws OptionError on an unknown, misspelt or impossible option; MetricError on an unknown metric
 */
export function trainPlan(graph: Graph, judged: Dataset, options: TrainOptions) {
  const {
    engine,
    optimizer: choice,
    learningRate,
    loss,
    reduction,
    metric,
    metrics,
    ...rest
  } = readOptions('train()', options, rules);
  const task = outputOf(graph).attributes.task;
  const chosenLoss = loss ?? defaultLoss[task].loss;
  const meaning = meaningOf[chosenLoss];
  const usual = usualMetrics[meaning](judged.group !== null);
  const watched = metric ?? usual[0];
  return {
    ...rest,
    engine: engineFor(graph, engine),
    optimizer: chosenOptimizer(choice, learningRate),
    loss: chosenLoss,
    reduction: reduction ?? (chosenLoss === 'squared' ? defaultLoss.regression : defaultLoss.binary).reduction,
    meaning,
    metric: watched,
    metrics: [...new Set([watched, ...(metrics ?? usual)])],
  };
}

function chosenOptimizer(choice: OptimizerChoice, learningRate: number | undefined): Optimizer {
  const { name, ...settings } = typeof choice === 'string' ? { name: choice } : choice;
  const finished = 'beta1' in settings && 'momentum' in settings; // one that optimizer() made lists them all
  if (finished) return { ...(choice as Optimizer), ...(learningRate === undefined ? {} : { learningRate }) };
  return optimizer(name, { ...settings, ...(learningRate === undefined ? {} : { learningRate }) });
}
