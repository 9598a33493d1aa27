/**
 * Training as a stream of run events:
 *
 *   options -> checks -> compile -> (initFrom | resume) -> epochs { steps, evaluation, best weights, checkpoint } -> test
 *
 * Everything random derives from (seed, purpose, epoch or step), and time is only measured, never decides anything but
 * when to report. So a run repeats, and a resumed run ends like one that never stopped.
 */

import { markPartial } from '../base/partial.ts';
import { capacityFor, type Dataset, type Split, targetRange } from '../data/dataset.ts';
import type { Model } from '../engine/engine.ts';
import { isPairwise } from '../engine/losses.ts';
import type { Graph } from '../graph/graph.ts';
import { countParameters } from '../graph/params.ts';
import { batchesOf } from './batches.ts';
import { checkBatchNorm, checkData, hasBatchNorm } from './checkData.ts';
import { checkFolder, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { shouldStop, stoppingStart } from './earlyStopping.ts';
import { epochEvent, evaluateEpoch, type Run, rowsPerSecond, trainEpoch } from './epoch.ts';
import { evaluate } from './evaluate.ts';
import type { RunEvent, RunResult, StopReason } from './events.ts';
import { type FittedModel, snapshot } from './fittedModel.ts';
import { initFrom } from './initFrom.ts';
import { applies, type MetricContext, MetricError, type TargetRange } from './metrics.ts';
import { loadModel } from './modelFile.ts';
import { configOf, signatureOf } from './runRecord.ts';
import { type TrainOptions, type TrainPlan, trainPlan } from './trainOptions.ts';

/** The engine makes room for at least this many rows at once, so that tiny batches do not make evaluation slow. */
const leastCapacity = 128;

/**
 * Trains `graph` on `split.train`, picks the best epoch on `split.validation`, and reports `split.test`.
 * @returns the model with the best epoch's weights (without validation rows: the last epoch's); partial when aborted
 * @throws OptionError, DataError, ModelFileError or InitError before the first event; a loss that is no number is not
 * thrown but ends the run with a `failed` event and the best weights so far
 */
export async function* train(
  graph: Graph,
  split: Split,
  options: TrainOptions,
): AsyncGenerator<RunEvent, FittedModel, void> {
  const plan = trainPlan(graph, split.validation ?? split.train, options);
  for (const [part, data] of Object.entries(split)) if (data) checkData(graph, plan.loss, data, part);
  checkBatchNorm(graph, plan.loss, split.train, plan.batchSize);
  const range = targetRange(split.train);
  const context = { range: plan.clip ? range : ([-Infinity, Infinity] as const), meaning: plan.meaning };
  if (split.validation) checkMetric(plan.metric, split.validation, context);
  if (plan.checkpoint) await checkFolder(plan.checkpoint.path);
  const batches = batchesOf(split.train, { ...plan, batchNorm: hasBatchNorm(graph) });

  const model = await compile(graph, split, plan);
  let fitted: FittedModel | undefined;
  try {
    const run = await startRun(graph, split, plan, model, batches, context);
    fitted = yield* withLog(runEvents(run, range), plan);
    return fitted;
  } finally {
    if (!fitted) model.dispose(); // the caller broke off, or something threw
  }
}

/** The same events, written for TensorBoard where a folder is given for it. */
async function* withLog(events: ReturnType<typeof runEvents>, { tensorboard }: TrainPlan): typeof events {
  if (tensorboard === undefined) return yield* events;
  const { logged } = await import('./tensorboard.ts');
  return yield* logged(events, tensorboard);
}

function checkMetric(metric: string, validation: Dataset, context: MetricContext): void {
  if (!applies(metric, validation, context))
    throw new MetricError(
      `train(): metric "${metric}" has no value on the validation rows of ${validation.source}: ` +
        'rmse and mae need squared loss, logLoss needs log loss, auc needs both classes, ' +
        'and the others need groups with positive and negative rows; choose another "metric"',
    );
}

function compile(graph: Graph, split: Split, plan: TrainPlan): Promise<Model> {
  const { engine, seed, loss, reduction, optimizer, threads, rows, freeze, fast } = plan;
  const datasets = [split.train, split.validation, split.test].filter((d) => d !== undefined);
  const batchRows = Math.min(plan.batchSize, split.train.rows) * (isPairwise(loss) ? 2 : 1);
  const capacity = capacityFor(datasets, Math.max(batchRows, leastCapacity));
  return engine.compile(graph, { seed, loss, reduction, optimizer, threads, rows, freeze, fast, capacity });
}

async function startRun(
  graph: Graph,
  split: Split,
  plan: TrainPlan,
  model: Model,
  batches: Run['batches'],
  context: MetricContext,
): Promise<Run> {
  const { from, to } = batches(1);
  const rowsPerEpoch = to.reduce((sum, end, b) => sum + end - from[b], 0);
  const run = { graph, split, plan, model, batches, rowsPerEpoch, context };
  if (plan.resume !== undefined) {
    const { progress, state, best } = await readCheckpoint(plan.resume, graph, signatureOf(plan, split));
    model.setState(state);
    return { ...run, progress, best };
  }
  if (plan.initFrom !== undefined) {
    const given = typeof plan.initFrom === 'string' ? await loadModel(plan.initFrom) : plan.initFrom;
    model.setWeights(initFrom(graph, 'model' in given ? snapshot(given) : given, plan.dictionary));
  }
  const progress = { history: [], batch: 0, lossSum: 0, rows: 0, seconds: 0, stopping: stoppingStart, bestEpoch: 0 };
  return { ...run, progress, best: model.weights() };
}

/** The main path: epochs until a rule, the signal or a bad loss ends them, then the best weights and the test rows. */
async function* runEvents(run: Run, range: TargetRange): AsyncGenerator<RunEvent, FittedModel, void> {
  const { graph, split, plan, model } = run;
  const config = configOf(run.graph, plan, split, model);
  const parameters = countParameters(graph).weights;
  const { metric, epochs } = plan;
  yield { type: 'started', graph, config, parameters, epochs, rows: run.rowsPerEpoch, metric };

  let ended: { readonly reason: StopReason; readonly message?: string } | null = null;
  while (!(ended = endOf(run))) {
    const outcome = yield* trainEpoch(run);
    const evaluated = outcome.reason === 'done' ? await evaluateEpoch(run) : outcome;
    if (evaluated.reason === 'failed') {
      ended = evaluated;
      break;
    }
    if (evaluated.reason === 'done') {
      yield epochEvent(run);
      if (plan.checkpoint && run.progress.history.length % plan.checkpoint.every === 0) await save(run);
    }
  }
  if (ended.reason === 'aborted') await save(run);
  if (run.progress.batch > 0 || run.progress.bestEpoch !== run.progress.history.length || ended.reason === 'failed')
    model.setWeights(run.best);

  const test = split.test && ended.reason !== 'aborted' && ended.reason !== 'failed' ? split.test : undefined;
  const result: RunResult = {
    parameters,
    history: run.progress.history,
    bestEpoch: run.progress.bestEpoch,
    metric,
    validation: run.progress.history[run.progress.bestEpoch - 1]?.validation ?? {},
    test: test ? await evaluate(model, test, plan.metrics, run.context) : {},
    reason: ended.reason,
    rowsPerSecond: rowsPerSecond(run),
  };
  if (ended.reason === 'failed') yield { type: 'failed', message: ended.message!, ...result };
  else yield { type: ended.reason === 'aborted' ? 'stopped' : 'finished', ...result };
  const fitted = { graph, model, result, config, loss: plan.loss, targetRange: range, dictionary: plan.dictionary };
  return ended.reason === 'aborted' ? markPartial(fitted) : fitted;
}

function endOf({ plan, progress }: Run): { readonly reason: StopReason } | null {
  if (progress.history.length >= plan.epochs) return { reason: 'epochs' };
  if (shouldStop(plan.earlyStopping, progress.stopping)) return { reason: 'earlyStopping' };
  return plan.signal?.aborted ? { reason: 'aborted' } : null;
}

async function save(run: Run): Promise<void> {
  const { plan, graph, split, progress, model, best } = run;
  if (!plan.checkpoint) return;
  await writeCheckpoint(plan.checkpoint.path, graph, signatureOf(plan, split), {
    progress,
    state: model.state(),
    best,
  });
}
