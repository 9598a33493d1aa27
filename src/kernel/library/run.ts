/** What `fit` gives: the trained model with the history of its training. */

import type { Dataset, Split } from '../data/dataset.ts';
import { type Json, mime, type RunPayload } from '../format/mime.ts';
import type { RunResult } from '../run/events.ts';
import { description, type FittedModel } from '../run/fittedModel.ts';
import { namesOf } from '../run/modelFile.ts';
import type { FieldInteractions, InteractionOptions } from './fieldInteractions.ts';
import { runText } from './runText.ts';
import { isDataset, TrainedModel } from './trainedModel.ts';

/** Shows itself as a sentence, a table of epochs, and the data of its curves. */
export class Run extends TrainedModel {
  readonly result: RunResult;
  /** Why the run failed; absent unless `result.reason` is `failed`. */
  readonly message: string | undefined;
  readonly #split: Split;

  constructor(fitted: FittedModel, split: Split, message?: string) {
    super(fitted.model, { ...description(fitted), names: namesOf(split.train) });
    this.result = fitted.result;
    this.message = message;
    this.#split = split;
  }

  /** As `TrainedModel.interactions`, by default on the rows that it was trained on, and judged on its validation rows. */
  override interactions(options?: InteractionOptions): FieldInteractions;
  override interactions(train: Dataset, options?: InteractionOptions): FieldInteractions;
  override interactions(given: Dataset | InteractionOptions = {}, options?: InteractionOptions): FieldInteractions {
    const [train, asked] = isDataset(given) ? [given, options] : [this.#split.train, given];
    return super.interactions(train, { heldOut: this.#split.validation, ...asked });
  }

  protected override get trainedOn(): Dataset {
    return this.#split.train;
  }

  override get bestEpoch(): number {
    return this.result.bestEpoch;
  }

  override toString(): string {
    return runText(this.graph.name, this.config, this.result, this.message);
  }

  override toMime(): { readonly [type: string]: Json } {
    const { parameters, history, bestEpoch, metric, validation, test, reason } = this.result;
    const payload: RunPayload = {
      graph: this.graph,
      config: this.config,
      ...{ parameters, metric, history, bestEpoch, validation, test },
      epochs: Number(this.config.options.epochs),
      state: reason,
      ...(this.message === undefined ? {} : { message: this.message }),
    };
    return { [mime.run]: JSON.parse(JSON.stringify(payload)), [mime.text]: this.toString() };
  }
}
