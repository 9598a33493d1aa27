/** Model files: weights as safetensors, and in the metadata everything that predicting or fine-tuning needs to know. */

import { capacityFor, type Dataset } from '../data/dataset.ts';
import type { Engine, Model, Weights } from '../engine/engine.ts';
import type { Loss } from '../engine/losses.ts';
import { optimizer } from '../engine/optimizers.ts';
import { freeze, type Graph } from '../graph/graph.ts';
import { elements, parametersOf } from '../graph/params.ts';
import { ModelFileError, readCheckedFile, writeCheckedFile } from './checkedFile.ts';
import { chunkRows } from './evaluate.ts';
import type { Metrics, RunConfig } from './events.ts';
import type { TargetRange } from './metrics.ts';
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
  /** The run that made it. */
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
 * Reads a model file and checks that its weights are those of its graph.
 * @throws ModelFileError or SafetensorsError naming the file and what is wrong with it
 */
export async function loadModel(path: string): Promise<SavedModel> {
  const { tensors, metadata } = await readCheckedFile(path);
  expectFormat(path, metadata, 'nfm-model', 'a training checkpoint is continued with train({ resume })');
  const graph = freeze(JSON.parse(metadata.graph)) as Graph;
  return { graph, weights: weightsFrom(path, graph, tensors), ...JSON.parse(metadata.model) };
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
 * @param data what will be predicted: the engine makes room for its longest rows
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
    capacity: capacityFor(data, Math.min(chunkRows, Math.max(1, ...data.map((d) => d.rows)))),
    threads,
    rows: 'touched',
    freeze: [],
    fast,
  });
  model.setWeights(saved.weights);
  return model;
}
