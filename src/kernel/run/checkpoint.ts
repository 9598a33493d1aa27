/**
 * Training checkpoints: everything that the rest of a run depends on, so that a resumed run ends with the same bits as
 * one that never stopped. Random streams need no state of their own: each derives from the seed, its purpose and the
 * epoch or step.
 */

import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ModelState, Weights } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import { ModelFileError, readCheckedFile, writeCheckedFile } from './checkedFile.ts';
import type { StoppingState } from './earlyStopping.ts';
import type { Epoch } from './events.ts';
import { expectFormat, versioned, weightsFrom, weightTensors } from './modelFile.ts';
import type { Tensor } from './safetensors.ts';

/** Where a run stands. Plain JSON. */
export interface Progress {
  /** Finished epochs, with their metrics. */
  readonly history: readonly Epoch[];
  /** Of the epoch under way: batches done, the sum of their row losses, rows trained, seconds. */
  readonly batch: number;
  readonly lossSum: number;
  readonly rows: number;
  readonly seconds: number;
  readonly stopping: StoppingState;
  /** The epoch of the best weights; 0: the initial ones. */
  readonly bestEpoch: number;
}

export interface Checkpoint {
  readonly progress: Progress;
  readonly state: ModelState;
  readonly best: Weights;
}

/** What must be the same in the run that continues: option or data -> value. */
export type Signature = Readonly<Record<string, unknown>>;

/** @throws ModelFileError when a file cannot be written there: before a run, not after its first epoch */
export async function checkFolder(path: string): Promise<void> {
  const folder = dirname(path);
  await access(folder, constants.W_OK).catch(() => {
    throw new ModelFileError(`${path}: expected a folder "${folder}" to write into; make it, or change the path`);
  });
}

export async function writeCheckpoint(
  path: string,
  graph: Graph,
  signature: Signature,
  { progress, state, best }: Checkpoint,
): Promise<void> {
  const slots = [...state.slots].map(([id, data]): [string, Tensor] => [
    `optimizer/${id}`,
    { shape: [data.length], data },
  ]);
  await writeCheckedFile(
    path,
    new Map([...weightTensors(graph, state.weights), ...slots, ...weightTensors(graph, best, 'best/')]),
    {
      ...versioned('nfm-checkpoint'),
      graph: JSON.stringify(graph),
      signature: JSON.stringify(signature),
      progress: JSON.stringify(progress),
      steps: `${state.steps}`,
    },
  );
}

/**
 * Reads a checkpoint for a run of `graph` with `signature`.
 * @throws ModelFileError naming everything in which the run that wrote it differs
 */
export async function readCheckpoint(path: string, graph: Graph, signature: Signature): Promise<Checkpoint> {
  const { tensors, metadata } = await readCheckedFile(path);
  expectFormat(path, metadata, 'nfm-checkpoint', 'a model file is a start for train({ initFrom })');
  const theirs = JSON.parse(metadata.signature) as Signature;
  const differing = Object.keys({ ...theirs, ...signature })
    .filter((key) => json(theirs[key]) !== json(signature[key]))
    .map((key) => `${key} ${json(theirs[key])}, now ${json(signature[key])}`);
  const theirGraph = JSON.parse(metadata.graph) as Graph;
  if (metadata.graph !== json(graph)) differing.unshift(...graphDifferences(theirGraph, graph));
  if (differing.length)
    throw new ModelFileError(
      `${path}: cannot resume, the checkpoint is of another run: ${differing.join('; ')}. ` +
        'Give the same model, data and options, or train without resume',
    );
  const slots = [...tensors].filter(([name]) => name.startsWith('optimizer/'));
  return {
    progress: JSON.parse(metadata.progress) as Progress,
    state: {
      weights: weightsFrom(path, graph, tensors),
      slots: new Map(slots.map(([name, t]) => [name.slice('optimizer/'.length), t.data as Float32Array])),
      steps: Number(metadata.steps),
    },
    best: weightsFrom(path, graph, tensors, 'best/'),
  };
}

const json = (v: unknown): string => JSON.stringify(v) ?? 'none';

/** The nodes and attributes in which two graphs differ, for example `embedding "embedding" {"factors":64}, now {...}`. */
function graphDifferences(theirs: Graph, ours: Graph): string[] {
  if (theirs.name !== ours.name) return [`model ${theirs.name}, now ${ours.name}`];
  if (theirs.nodes.length !== ours.nodes.length)
    return [`model with ${theirs.nodes.length} nodes, now ${ours.nodes.length}`];
  return ours.nodes.flatMap((node, i) => {
    const before = theirs.nodes[i];
    if (json(before) === json(node)) return [];
    const keys = Object.keys(node.attributes) as (keyof typeof node.attributes)[];
    const changed = keys
      .map((key) => [key, json((before.attributes as typeof node.attributes)[key]), json(node.attributes[key])])
      .filter(([, a, b]) => a !== b)
      .map(([key, a, b]) => `${node.op} "${node.id}" ${key} ${a}, now ${b}`);
    return changed.length ? changed : [`node ${i} ${before.op} "${before.id}", now ${node.op} "${node.id}"`];
  });
}
