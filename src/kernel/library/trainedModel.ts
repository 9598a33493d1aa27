/** A model with its trained weights, fitted or from a file: predicts, is measured, is saved. */

import { type Predictions, predictionRules } from '../builder/prediction.ts';
import type { Dataset } from '../data/dataset.ts';
import { featureMapOf } from '../data/dictionary.ts';
import { datasetOfRows, type Row } from '../data/rows.ts';
import { checkIds } from '../engine/checks.ts';
import type { Model, Weights } from '../engine/engine.ts';
import { wasmEngine } from '../engine/wasm/wasmEngine.ts';
import { type Json, mime } from '../format/mime.ts';
import { type Graph, inputOf, outputOf, type Task } from '../graph/graph.ts';
import { summary } from '../graph/print.ts';
import { evaluate } from '../run/evaluate.ts';
import type { Metrics, RunConfig } from '../run/events.ts';
import { contextOf } from '../run/fittedModel.ts';
import { openModel, loadModel as readModel, type SavedModel, saveModel } from '../run/modelFile.ts';
import { type FieldInteractions, fieldInteractions, type InteractionOptions } from './fieldInteractions.ts';

/** A number; `{ logit, probability }` of a binary task; `{ score }` of a ranking task. */
export type Prediction = Predictions[Task];

/** One number of a prediction. */
const numberOf: { readonly [T in Task]: (raw: number) => number } = {
  regression: predictionRules.regression,
  binary: (raw) => predictionRules.binary(raw).probability,
  ranking: (raw) => predictionRules.ranking(raw).score,
};

export type SavedParts = Omit<SavedModel, 'weights'>;

/** Can be given to `train` and `fit` as `initFrom`. */
export class TrainedModel {
  readonly graph: Graph;
  /** The run that made it: every option with its default, and what it ran on. */
  readonly config: RunConfig;
  /** Hash of the feature names, null where they are unknown. */
  readonly dictionary: string | null;
  readonly #parts: SavedParts;
  readonly #model: Model;

  constructor(model: Model, parts: SavedParts) {
    this.graph = parts.graph;
    this.config = parts.config;
    this.dictionary = parts.dictionary;
    this.#parts = parts;
    this.#model = model;
  }

  /** Copies of the weights and of batch normalisation's averages, by parameter id. */
  get weights(): Weights {
    return this.#model.weights();
  }

  /**
   * Predicts rows: by field names (`{ user: 'anna', item: 7 }`; fields not named are missing, unknown values are left
   * out), by feature ids (`[3, 17]`), or `{ ids, values }`. A data set gives one number a row: the estimate, the
   * probability of the positive class, or the score.
   * @throws DataError for a row that does not fit the model
   */
  predict(data: Dataset): Float32Array;
  predict(rows: readonly Row[]): Prediction[];
  predict(row: Row): Prediction;
  predict(given: Dataset | readonly Row[] | Row): Float32Array | Prediction[] | Prediction {
    if (isDataset(given)) {
      checkIds(given, this.graph);
      return this.#model.predict(given).map(numberOf[this.#task]);
    }
    const several = Array.isArray(given) && given.some((row) => typeof row !== 'number');
    return several ? this.#predictRows(given as readonly Row[]) : this.#predictRows([given as Row])[0];
  }

  /** Metrics on other rows, by default those that the run computed. */
  evaluate(data: Dataset, metrics: readonly string[] = Object.keys(this.#parts.validation)): Promise<Metrics> {
    return evaluate(this.#model, data, metrics, contextOf(this.#parts));
  }

  /**
   * How strongly each pair of fields acts together, strongest first: the spread that the pair alone, without the main
   * effects of its fields, gives the output. Shows itself as a heatmap. LR has no pairs, and shows what each field adds.
   * @param train the training rows, whose feature shares weigh the features
   * @throws OptionError; InteractionError where the measure cannot read the model, or the fields are unknown
   */
  interactions(train: Dataset, options: InteractionOptions = {}): FieldInteractions {
    const { names, config } = this.#parts;
    const model = {
      graph: this.graph,
      weights: this.weights,
      predict: (rows: Dataset) => this.#model.predict(rows),
    };
    const map = train.featureMap ?? names?.featureMap ?? (names?.dictionary && featureMapOf(names.dictionary));
    return fieldInteractions(model, train, options, { seed: config.seed, epoch: this.bestEpoch, names: map });
  }

  /** The epoch of its weights; null where that is not known (models from files). */
  get bestEpoch(): number | null {
    return null;
  }

  /** Writes a model file for `loadModel`, `nfm predict` and `initFrom`. An existing file is replaced in one step. */
  async save(path: string): Promise<void> {
    await saveModel(path, { ...this.#parts, weights: this.weights });
  }

  /** Stops the engine's threads and gives its memory back; the model cannot predict afterwards. */
  dispose(): void {
    this.#model.dispose();
  }

  toString(): string {
    return summary(this.graph);
  }

  toMime(): { readonly [type: string]: Json } {
    return { [mime.graph]: JSON.parse(JSON.stringify(this.graph)), [mime.text]: this.toString() };
  }

  get #task(): Task {
    return outputOf(this.graph).attributes.task;
  }

  #predictRows(rows: readonly Row[]): Prediction[] {
    const { features, fields } = inputOf(this.graph).attributes;
    const outputs = this.#model.predict(datasetOfRows(rows, { features, fields, ...this.#parts.names }));
    const predictionOf: (raw: number) => Prediction = predictionRules[this.#task];
    return Array.from(outputs, (raw) => predictionOf(raw));
  }
}

export const isDataset = (given: object): given is Dataset =>
  'rowStart' in given && given.rowStart instanceof Int32Array;

/**
 * Reads a model file.
 * @throws ModelFileError or SafetensorsError naming the file and what is wrong with it
 */
export async function loadModel(path: string): Promise<TrainedModel> {
  const saved = await readModel(path);
  const { weights: _, ...parts } = saved;
  return new TrainedModel(await openModel(saved, [], wasmEngine), parts);
}
