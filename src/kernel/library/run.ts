/** What `fit` gives: the trained model with the history of its training. */

import type { Dataset } from '../data/dataset.ts';
import { type Json, mime, type RunPayload } from '../format/mime.ts';
import type { RunResult } from '../run/events.ts';
import type { FittedModel } from '../run/fittedModel.ts';
import { namesOf } from '../run/modelFile.ts';
import type { FieldInteraction } from './fieldInteractions.ts';
import { runText } from './runText.ts';
import { TrainedModel } from './trainedModel.ts';

/** Shows itself as a sentence, a table of epochs, and the data of its curves. */
export class Run extends TrainedModel {
  readonly result: RunResult;
  /** Why the run failed; absent unless `result.reason` is `failed`. */
  readonly message: string | undefined;
  readonly #train: Dataset;

  constructor({ model, result, ...fitted }: FittedModel, train: Dataset, message?: string) {
    super(model, { ...fitted, validation: result.validation, test: result.test, names: namesOf(train) });
    this.result = result;
    this.message = message;
    this.#train = train;
  }

  /** As `TrainedModel.interactions`, by default on the rows that it was trained on. */
  override interactions(train: Dataset = this.#train): FieldInteraction[] {
    return super.interactions(train);
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
