/** Model files: weights as safetensors, and in the metadata everything that predicting or fine-tuning needs to know. */

import { open } from 'node:fs/promises';
import { type Capacity, capacityFor, type Dataset } from '../data/dataset.ts';
import type { Engine, Model, Weights } from '../engine/engine.ts';
import type { Loss } from '../engine/losses.ts';
import { optimizer } from '../engine/optimizers.ts';
import { graphFromJson } from '../graph/fromJson.ts';
import { type Graph, inputOf } from '../graph/graph.ts';
import { elements, parametersOf } from '../graph/params.ts';
import { ModelFileError, readCheckedFile, writeCheckedFile } from './checkedFile.ts';
import { chunkRows } from './evaluate.ts';
import type { Metrics, RunConfig } from './events.ts';
import { readLibfmModel } from './libfmModel.ts';
import type { TargetRange } from './metrics.ts';
import { describedModel } from './modelMetadata.ts';
import type { Tensor } from './safetensors.ts';

/** Rises whenever a file of an older version would be misread. */
const formatVersion = '1';

/** A model's weights with what they mean, free of any engine. */
export interface SavedModel {
  readonly graph: Graph;
  readonly weights: Weights;
  readonly loss: Loss;
  /** Range of the training targets, to which RMSE clips predictions. */
  readonly targetRange: TargetRange;
  /** Hash of the dictionary that gave features their ids; null when the ids came with the data. */
  readonly dictionary: string | null;
  /** Metrics on validation and test of the run that made it. */
  readonly validation: Metrics;
  readonly test: Metrics;
  /** The metric that chose the epoch of the weights; null where none did or it is not known. */
  readonly metric: string | null;
  /** The epoch of the weights, from 1 (0: the initial ones); null where that is not known. */
  readonly bestEpoch: number | null;
  /** The program that trained it, with its version; null where that is not known. */
  readonly program: string | null;
  /** The run that made it: its options, seed and engine, and the hashes of the rows. */
  readonly config: RunConfig;
  /** The names of the features, where they are known: rows can then be predicted by field names. */
  readonly names?: FeatureNames;
}

/** Names of features: a dictionary also encodes new rows of a table, a feature map only knows its own values. */
export type FeatureNames = Pick<Dataset, 'dictionary' | 'featureMap'>;

/** The names that a data set came with. */
export function namesOf({ dictionary, featureMap }: FeatureNames): FeatureNames {
  return dictionary ? { dictionary } : featureMap ? { featureMap } : {};
}

/** Writes a model file. An existing file is replaced only when the new one is whole. */
export async function saveModel(path: string, model: SavedModel): Promise<void> {
  const { graph, weights, ...rest } = model;
  await writeCheckedFile(path, weightTensors(graph, weights), {
    format: 'nfm-model',
    version: formatVersion,
    graph: JSON.stringify(graph),
    model: JSON.stringify(rest),
  });
}

/**
 * Reads a model file and checks all of it: the checksum, the kind and version, the graph, that its weights are those of
 * the graph and no others, and what it says of the model. A text model of libFM is read as an FM for regression.
 * @throws ModelFileError, SafetensorsError or DataError naming the file and what is wrong with it
 */
export async function loadModel(path: string): Promise<SavedModel> {
  if (await startsWith(path, '#')) return readLibfmModel(path);
  const { tensors, metadata } = await readCheckedFile(path);
  expectFormat(path, metadata, 'nfm-model', 'a training checkpoint is continued with train({ resume })');
  const graph = checked(path, () => graphFromJson(jsonOf(metadata.graph)));
  const weights = weightsFrom(path, graph, tensors);
  const others = [...tensors.keys()].filter((name) => !weights.has(name));
  if (others.length > 0)
    throw new ModelFileError(`${path}: weights that ${graph.name} does not have: ${others.slice(0, 5).join(', ')}`);
  return { graph, weights, ...checked(path, () => describedModel('its description', jsonOf(metadata.model), graph)) };
}

/** A file that cannot be read starts with nothing: reading it says why. */
async function startsWith(path: string, letter: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  const first = Buffer.alloc(1);
  await file
    ?.read(first, 0, 1)
    .catch(() => {})
    .finally(() => file.close());
  return String(first) === letter;
}

/** Metadata as JSON; undefined, which no rule takes, where there is none. */
const jsonOf = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

/** What `read` gives; its errors are those of the file. */
function checked<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ModelFileError(`${path}: ${(error as Error).message}`);
  }
}

/** @throws ModelFileError when the file is of another kind or version */
export function expectFormat(path: string, metadata: TensorMetadata, format: string, advice: string): void {
  if (metadata.format !== format)
    throw new ModelFileError(`${path}: expected a file of kind "${format}", got "${metadata.format}"; ${advice}`);
  if (metadata.version !== formatVersion)
    throw new ModelFileError(
      `${path}: format version ${metadata.version}; this program reads version ${formatVersion}`,
    );
}
type TensorMetadata = Readonly<Record<string, string>>;

export const versioned = (format: string): TensorMetadata => ({ format, version: formatVersion });

/** Weights and state of a graph as tensors in their shapes, names prefixed. */
export function weightTensors(graph: Graph, weights: Weights, prefix = ''): Map<string, Tensor> {
  return new Map(
    parametersOf(graph).map((p) => {
      const data = weights.get(p.id);
      if (!data) throw new ModelFileError(`${graph.name}: no weights "${p.id}" to save`);
      return [`${prefix}${p.id}`, { shape: p.shape, data }] as const;
    }),
  );
}

/** The weights of `graph` among `tensors`. @throws ModelFileError naming a missing one or a wrong shape */
export function weightsFrom(
  path: string,
  graph: Graph,
  tensors: ReadonlyMap<string, Tensor>,
  prefix = '',
): Map<string, Float32Array> {
  return new Map(
    parametersOf(graph).map((p) => {
      const tensor = tensors.get(`${prefix}${p.id}`);
      const shape = `[${p.shape.join(', ')}]`;
      if (!tensor) throw new ModelFileError(`${path}: no weights "${prefix}${p.id}" ${shape} for ${graph.name}`);
      if (
        !(tensor.data instanceof Float32Array) ||
        tensor.data.length !== elements(p) ||
        `${tensor.shape}` !== `${p.shape}`
      )
        throw new ModelFileError(
          `${path}: "${prefix}${p.id}" has shape [${tensor.shape.join(', ')}], ${graph.name} needs ${shape}`,
        );
      return [p.id, tensor.data] as const;
    }),
  );
}

/**
 * Compiles a saved model for prediction.
 * @param data what will be predicted, where that is known: the engine makes room for its longest rows
 */
export async function openModel(
  saved: SavedModel,
  data: readonly Dataset[],
  engine: Engine,
  { threads = 1, fast = false }: { readonly threads?: number; readonly fast?: boolean } = {},
): Promise<Model> {
  const model = await engine.compile(saved.graph, {
    seed: saved.config.seed,
    loss: saved.loss,
    reduction: 'sum',
    optimizer: optimizer('sgd'), // no slots to make room for
    capacity: data.length > 0 ? capacityFor(data, largestChunk(data)) : usualCapacity(saved.graph),
    threads,
    rows: 'touched',
    freeze: [],
    fast,
  });
  model.setWeights(saved.weights);
  return model;
}

const largestChunk = (data: readonly Dataset[]): number =>
  Math.min(chunkRows, Math.max(1, ...data.map(({ rows }) => rows)));

/** Room for rows of two entries a field, or 16 where there are no fields; engines make more when longer ones come. */
function usualCapacity(graph: Graph): Capacity {
  const rows = 128;
  const longestRow = 2 * inputOf(graph).attributes.fields.length || 16;
  const pairs = (rows * longestRow * (longestRow - 1)) / 2;
  return { rows, entries: rows * longestRow, pairs, longestRow };
}
