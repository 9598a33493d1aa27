/** One epoch of a run: its steps, then its evaluation. Only the clock decides when to report and to let others in. */

import { setImmediate } from 'node:timers/promises';
import type { Split } from '../data/dataset.ts';
import type { Model, Weights } from '../engine/engine.ts';
import { isPairwise } from '../engine/losses.ts';
import type { Graph } from '../graph/graph.ts';
import type { EpochPlan } from './batches.ts';
import type { Progress } from './checkpoint.ts';
import { observe, stoppingStart } from './earlyStopping.ts';
import { evaluate } from './evaluate.ts';
import type { Metrics, RunEvent } from './events.ts';
import { directionOf, type MetricContext } from './metrics.ts';
import { divergence } from './nanGuard.ts';
import type { TrainPlan } from './trainOptions.ts';

/** Longest time without letting signals and messages in, and the time between two `progress` events. Milliseconds. */
const breathEvery = 50;
const progressEvery = 250;

/** A run under way. `progress` is replaced, never changed, so that a checkpoint can hold it as it is. */
export interface Run {
  readonly graph: Graph;
  readonly split: Split;
  readonly plan: TrainPlan;
  readonly model: Model;
  readonly batches: (epoch: number) => EpochPlan;
  /** Batches and rows of one epoch; equal in all. */
  readonly rowsPerEpoch: number;
  readonly context: MetricContext;
  progress: Progress;
  best: Weights;
}

/** How the steps of an epoch ended. */
export type Outcome = { readonly reason: 'done' | 'aborted' } | { readonly reason: 'failed'; readonly message: string };

/** The steps of the epoch under way, from the batch where it stands. */
export async function* trainEpoch(run: Run): AsyncGenerator<RunEvent, Outcome, void> {
  const { plan, model, split } = run;
  const epoch = run.progress.history.length + 1;
  const { rows, from, to } = run.batches(epoch);
  let { batch, lossSum, rows: trained, seconds } = run.progress;
  let mark = plan.now();
  let reported = mark;
  const keep = () => {
    run.progress = { ...run.progress, batch, lossSum, rows: trained, seconds };
  };
  for (; batch < from.length; ) {
    const loss = model.step(split.train, rows, from[batch], to[batch]);
    if (!Number.isFinite(loss)) {
      const where = { epoch, batch: batch + 1, rows: rows.subarray(from[batch], to[batch]) };
      const message = divergence(`the loss is ${loss}`, where, model.weights(), split.train, plan.optimizer);
      return { reason: 'failed', message };
    }
    lossSum += loss;
    trained += to[batch] - from[batch];
    batch++;
    const time = plan.now();
    if (time - mark < breathEvery && batch < from.length) continue;
    seconds += (time - mark) / 1000;
    keep();
    await setImmediate();
    if (time - reported >= progressEvery && batch < from.length) {
      yield progressEvent(run);
      reported = time;
    }
    if (plan.signal?.aborted && batch < from.length) return { reason: 'aborted' };
    mark = plan.now();
  }
  keep(); // a resumed epoch may have had no batch left
  return { reason: 'done' };
}

/** Evaluates after the last step of an epoch, writes it into the history, and keeps its weights if they are the best. */
export async function evaluateEpoch(run: Run): Promise<Outcome> {
  const { plan, split, model, context } = run;
  const { seconds, history } = run.progress;
  const epoch = history.length + 1;
  const withTrain = plan.evaluateTrain > 0 && epoch % plan.evaluateTrain === 0;
  let validation: Metrics = {};
  let train: Metrics = {};
  try {
    if (split.validation) validation = await evaluate(model, split.validation, plan.metrics, context, plan.signal);
    if (withTrain) train = await evaluate(model, split.train, plan.metrics, context, plan.signal);
  } catch (error) {
    if (plan.signal?.aborted) return { reason: 'aborted' };
    throw error;
  }
  const value = validation[plan.metric];
  if (Number.isNaN(value)) {
    const where = { epoch, batch: null, rows: new Int32Array() };
    const found = 'a prediction on the validation rows is not finite';
    return { reason: 'failed', message: divergence(found, where, model.weights(), split.train, plan.optimizer) };
  }
  const stopping = split.validation
    ? observe(plan.earlyStopping, directionOf(plan.metric), run.progress.stopping, value)
    : stoppingStart;
  const bestEpoch = split.validation ? stopping.bestEpoch : epoch;
  if (bestEpoch === epoch) {
    run.best = new Map(); // lets the old copy go before the new one is made
    run.best = model.weights();
  }
  const entry = { epoch, train: { loss: meanLoss(run), ...train }, validation, seconds };
  run.progress = { history: [...history, entry], batch: 0, lossSum: 0, rows: 0, seconds: 0, stopping, bestEpoch };
  return { reason: 'done' };
}

/** The event of the epoch that `evaluateEpoch` has just written. */
export function epochEvent(run: Run): RunEvent {
  const entry = run.progress.history[run.progress.history.length - 1];
  const { bestEpoch } = run.progress;
  return { type: 'epoch', ...entry, best: bestEpoch === entry.epoch, bestEpoch, ...speed(run) };
}

function progressEvent(run: Run): RunEvent {
  const { history, rows } = run.progress;
  return {
    type: 'progress',
    epoch: history.length + 1,
    rows,
    of: run.rowsPerEpoch,
    loss: meanLoss(run),
    ...speed(run),
  };
}

/** Mean loss of the rows (pairs) that the epoch under way has trained. */
function meanLoss({ plan, progress }: Run): number {
  return progress.lossSum / (isPairwise(plan.loss) ? progress.rows / 2 : progress.rows);
}

/** Training speed so far, and the time that the epochs still allowed would take at this speed. */
function speed(run: Run): { readonly rowsPerSecond: number; readonly etaSeconds: number } {
  const left = (run.plan.epochs - run.progress.history.length) * run.rowsPerEpoch - run.progress.rows;
  const rate = rowsPerSecond(run);
  return { rowsPerSecond: rate, etaSeconds: rate > 0 ? left / rate : 0 };
}

/** Training rows a second over all epochs, evaluation apart. */
export function rowsPerSecond({ progress, rowsPerEpoch }: Run): number {
  const seconds = progress.history.reduce((sum, e) => sum + e.seconds, progress.seconds);
  return seconds > 0 ? (progress.history.length * rowsPerEpoch + progress.rows) / seconds : 0;
}
