/** `train` and `fit` as cells call them. */

import { OptionError } from '../base/options.ts';
import { markPartial } from '../base/partial.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import type { RunEvent } from '../run/events.ts';
import type { FittedModel } from '../run/fittedModel.ts';
import { train as trainGraph } from '../run/train.ts';
import type { TrainOptions } from '../run/trainOptions.ts';
import { activeCell } from '../session/activeCell.ts';
import { graphOf, type ModelDesign, splitOf, withDictionary } from './design.ts';
import { LiveRun } from './liveRun.ts';
import { Run } from './run.ts';

export interface FitOptions extends TrainOptions {
  /** Called with every event of the run, as it comes. */
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Trains a model and yields its run events; the generator returns the fitted model.
 *
 *     for await (const event of train(nfm(data.train), data)) if (event.type === 'epoch') console.log(event.validation);
 *
 * @throws OptionError, DataError, ModelFileError or InitError before the first event
 */
export function train(
  design: ModelDesign,
  data: Split | Dataset,
  options?: TrainOptions,
): AsyncGenerator<RunEvent, FittedModel, void> {
  const split = splitOf(data, 'train()');
  return trainGraph(graphOf(design, 'train()'), split, withDictionary(options, split));
}

/**
 * Trains a model to its end.
 *
 *     const run = await fit(nfm(data.train), data, { epochs: 20 });
 *
 * In a notebook it shows its curve while it trains. When its cell is interrupted the training stops, and `run` is what
 * it had reached, with the best weights so far.
 *
 * @param options as `TrainOptions`, and `onEvent`; the signal is that of the running cell unless given
 * @returns the run, also one that was stopped or failed (`run.result.reason`), with the best epoch's weights
 * @throws OptionError, DataError, ModelFileError or InitError before the first event
 */
export async function fit(design: ModelDesign, data: Split | Dataset, options: FitOptions = {}): Promise<Run> {
  const { onEvent, ...rest } = options;
  if (onEvent !== undefined && typeof onEvent !== 'function')
    throw new OptionError('fit(): "onEvent" must be a function of a run event');
  const split = splitOf(data, 'fit()');
  const cell = activeCell();
  const live = cell && new LiveRun(cell, rest.signal, onEvent);
  const signal = live?.signal ?? rest.signal;
  const events = trainGraph(graphOf(design, 'fit()'), split, withDictionary({ ...rest, signal }, split));
  let message: string | undefined;
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) {
        const run = new Run(next.value, split, message);
        live?.finish(run);
        return run.result.reason === 'aborted' ? markPartial(run) : run; // an interrupted cell keeps it
      }
      if (next.value.type === 'failed') message = next.value.message;
      onEvent?.(next.value);
      await live?.take(next.value);
    }
  } finally {
    live?.close();
  }
}
