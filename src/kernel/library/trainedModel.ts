/** A model with its trained weights, fitted or from a file: predicts, is measured, is saved. */

import { boolean, oneOf, readOptions, value } from '../base/options.ts';
import { type Predictions, predictionRules, tasks } from '../builder/prediction.ts';
import type { Dataset } from '../data/dataset.ts';
import { featureMapOf } from '../data/dictionary.ts';
import { checkSameDictionary, type FeatureMap } from '../data/featureMap.ts';
import { datasetOfRows, type Row, type RowSpace } from '../data/rows.ts';
import { rowsOfFile } from '../data/rowsOfFile.ts';
import { checkIds } from '../engine/checks.ts';
import { engineFor } from '../engine/choose.ts';
import type { Model, Weights } from '../engine/engine.ts';
import { predictorOf } from '../engine/wasm/predictor.ts';
import { type ExportFormat, exportModel } from '../export/exportModel.ts';
import { type Json, mime } from '../format/mime.ts';
import { type Graph, inputOf, outputOf, type Task } from '../graph/graph.ts';
import { summary } from '../graph/print.ts';
import { evaluate, predictAll } from '../run/evaluate.ts';
import type { Metrics, RunConfig } from '../run/events.ts';
import { contextOf } from '../run/fittedModel.ts';
import { type LibfmModelOptions, readLibfmModel } from '../run/libfmModel.ts';
import { type FeatureNames, openModel, loadModel as readModel, type SavedModel, saveModel } from '../run/modelFile.ts';
import { type FieldInteractions, fieldInteractions, type InteractionOptions } from './fieldInteractions.ts';
import { type Recommendation, type RecommendOptions, recommend, type User } from './recommend.ts';

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
  /** Feature maps that are the same as its own. */
  readonly #checked = new WeakSet<FeatureMap>();

  constructor(model: Model, parts: SavedParts) {
    this.graph = parts.graph;
    this.config = parts.config;
    this.dictionary = parts.dictionary;
    this.#parts = parts;
    this.#model = model;
  }

  /** The names of the features, where they are known. */
  get names(): FeatureNames | undefined {
    return this.#parts.names;
  }

  /** Copies of the weights and of batch normalisation's averages, by parameter id. */
  get weights(): Weights {
    return this.#model.weights();
  }

  /**
   * Predicts rows: by field names (`{ user: 'anna', item: 7 }`; fields not named are missing, unknown values are left
   * out), by feature ids (`[3, 17]`), or `{ ids, values }`. A data set, or a file by its path (a table with the columns
   * of the schema, or libFM text), gives one number a row: the estimate, the probability of the positive class, or the
   * score.
   * @throws DataError for a row that does not fit the model
   */
  predict(file: string): Promise<Float32Array>;
  predict(data: Dataset): Float32Array;
  predict(rows: readonly Row[]): Prediction[];
  predict(row: Row): Prediction;
  predict(
    given: string | Dataset | readonly Row[] | Row,
  ): Promise<Float32Array> | Float32Array | Prediction[] | Prediction {
    if (typeof given === 'string') return this.#predictFile(given);
    if (isDataset(given)) {
      checkIds(given, this.graph);
      this.#checkNames(given);
      return this.#model.predict(given).map(numberOf[this.#task]);
    }
    const several = Array.isArray(given) && given.some((row) => typeof row !== 'number');
    return several ? this.#predictRows(given as readonly Row[]) : this.#predictRows([given as Row])[0];
  }

  /**
   * The items with the highest predictions for a user, best first; equal ones in the order of their feature ids. A run
   * leaves out what its training rows have with the user; a model from a file does not have them, so give `seen`.
   *
   *     model.recommend('anna', { n: 5, seen: data.train });
   *
   * @param user a name, a feature id where features have no names, or a row of all that is known but the item
   * @throws OptionError, DataError for a user or items that the model does not know
   */
  recommend(user: User, options: RecommendOptions = {}): Recommendation[] {
    const model = {
      space: this.#space,
      predict: (rows: Dataset) => this.#model.predict(rows),
      numberOf: numberOf[this.#task],
      trainedOn: this.trainedOn,
      checkNames: (rows: Dataset) => this.#checkNames(rows),
    };
    return recommend(model, user, options);
  }

  /** The rows that it was trained on, where it has them. */
  protected get trainedOn(): Dataset | undefined {
    return undefined;
  }

  /**
   * Reads a file with the features numbered as the model does, whichever names its rows have: for `evaluate`, and for
   * `seen` of `recommend`. A table needs the target column too.
   * @throws DataError with file and line
   */
  rows(path: string): Promise<Dataset> {
    return rowsOfFile(path, this.#space, { targets: true });
  }

  /** Metrics on other rows, by default those that the run computed. */
  async evaluate(data: Dataset, metrics: readonly string[] = Object.keys(this.#parts.validation)): Promise<Metrics> {
    this.#checkNames(data);
    return evaluate(this.#model, data, metrics, contextOf(this.#parts));
  }

  /**
   * How strongly each pair of fields acts together, strongest first: by default the spread that the pair alone, without
   * the main effects of its fields, gives the output. Shows itself as a heatmap. LR has no pairs, and shows what each field adds.
   * @param train the training rows, whose feature shares weigh the features
   * @throws OptionError; InteractionError where the measure cannot read the model, or the fields are unknown
   */
  interactions(train: Dataset, options: InteractionOptions = {}): FieldInteractions {
    const { names, config } = this.#parts;
    const model = {
      graph: this.graph,
      weights: this.weights,
      predict: (rows: Dataset) => this.#model.predict(rows),
      predictorOf,
      context: contextOf(this.#parts),
    };
    const map = train.featureMap ?? names?.featureMap ?? (names?.dictionary && featureMapOf(names.dictionary));
    return fieldInteractions(model, train, options, { seed: config.seed, epoch: this.bestEpoch, names: map });
  }

  /** The epoch of its weights; null where that is not known. */
  get bestEpoch(): number | null {
    return this.#parts.bestEpoch;
  }

  /** Writes a model file for `loadModel`, `nfm predict` and `initFrom`. An existing file is replaced in one step. */
  async save(path: string): Promise<void> {
    await saveModel(path, { ...this.#parts, weights: this.weights });
  }

  /**
   * Writes the model for another system: `'onnx'` (a file), `'tfjs'` (a folder: TensorFlow.js GraphModel), `'pytorch'`
   * (a folder: `model.py`, weights, a check), `'libfm'` (libFM's text model of an FM or LR). Names of the features and
   * the run go along.
   * @param options `force`: replace an export that is there
   * @returns the paths of the files
   * @throws ExportError for an unknown format, a model that the format has no words for, or a path that is taken
   */
  async export(format: ExportFormat, path: string, options?: { readonly force?: boolean }): Promise<readonly string[]> {
    const { force } = readOptions('export()', options, { force: boolean(false) });
    const saved = { ...this.#parts, weights: this.weights };
    return exportModel(format, path, { saved, predict: (rows) => this.#model.predict(rows) }, { force });
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

  /** What gives rows their ids. */
  get #space(): RowSpace {
    const { features, fields } = inputOf(this.graph).attributes;
    return { features, fields, ...this.#parts.names };
  }

  /** Rows of another dictionary would be taken for others. @throws DataError with the first feature that differs */
  #checkNames({ dictionary, featureMap }: Dataset): void {
    const { names } = this;
    if (dictionary && dictionary === names?.dictionary) return;
    const own = names?.dictionary ? featureMapOf(names.dictionary) : names?.featureMap;
    if (!own || !featureMap || own.values === featureMap.values || this.#checked.has(featureMap)) return;
    checkSameDictionary(own, featureMap);
    this.#checked.add(featureMap);
  }

  async #predictFile(path: string): Promise<Float32Array> {
    const rows = await rowsOfFile(path, this.#space, { targets: false });
    return (await predictAll(this.#model, rows)).map(numberOf[this.#task]);
  }

  #predictRows(rows: readonly Row[]): Prediction[] {
    const outputs = this.#model.predict(datasetOfRows(rows, this.#space));
    const predictionOf: (raw: number) => Prediction = predictionRules[this.#task];
    return Array.from(outputs, (raw) => predictionOf(raw));
  }
}

export const isDataset = (given: object): given is Dataset =>
  'rowStart' in given && given.rowStart instanceof Int32Array;

/**
 * Reads a model file, or a text model of libFM as an FM for regression (see `importLibfm`). Layers that a user wrote are
 * code in the file, which runs as the model is opened: open those of people you trust.
 * @throws ModelFileError, SafetensorsError or DataError naming the file and what is wrong with it
 */
export const loadModel = async (path: string): Promise<TrainedModel> => opened(await readModel(path));

/**
 * Reads a text model of libFM: to predict with, to save or export, or to start a training from (`initFrom`).
 * @param options `task`, what its output means (default `'regression'`; `'binary'` reads it as a logit), and
 * `featureMap`, the names of its features
 * @throws DataError with file, line and column
 */
export async function importLibfm(path: string, options?: LibfmModelOptions): Promise<TrainedModel> {
  const isMap = (v: unknown): boolean => typeof v === 'object' && v !== null && 'features' in v && 'fields' in v;
  const { task, featureMap } = readOptions('importLibfm()', options, {
    task: oneOf(tasks, 'regression'),
    featureMap: value<FeatureMap>('a feature map from readFeatureMap()', isMap, undefined),
  });
  return opened(await readLibfmModel(path, { task, featureMap }));
}

async function opened(saved: SavedModel): Promise<TrainedModel> {
  const { weights: _, ...parts } = saved;
  return new TrainedModel(await openModel(saved, [], engineFor(saved.graph)), parts);
}
