/** What cells hand to training: a model design, and a split. */

import { describe, OptionError } from '../base/options.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import { dictionaryHash } from '../data/featureMap.ts';
import type { Graph } from '../graph/graph.ts';
import type { TrainOptions } from '../run/trainOptions.ts';

/** A graph, or anything that holds one: what the builder and the model functions give. */
export type ModelDesign = Graph | { readonly graph: Graph };

/** @throws OptionError for anything that is no design */
export function graphOf(design: ModelDesign, call: string): Graph {
  const graph = typeof design === 'object' && design !== null && 'graph' in design ? design.graph : design;
  if (typeof graph === 'object' && graph !== null && Array.isArray((graph as Graph).nodes)) return graph;
  const isStage = typeof (graph as { output?: unknown } | null)?.output === 'function';
  throw new OptionError(
    `${call}: expected a model, got ${isStage ? 'one without an output; end it with .output(task)' : describe(graph)}`,
  );
}

/**
 * The parts of a split, or a data set that is all training rows.
 * @throws OptionError for anything else
 */
export function splitOf(data: Split | Dataset, call: string): Split {
  const given = data as Partial<Split & Dataset> | null | undefined;
  if (given?.rowStart) return { train: data as Dataset };
  if (!given?.train?.rowStart)
    throw new OptionError(`${call}: expected a split { train, validation, test } or a data set, got ${describe(data)}`);
  const { train, validation, test } = given;
  return { train, ...(validation && { validation }), ...(test && { test }) };
}

/** The options, and with them the hash of the feature names that the rows came with. */
export function withDictionary<O extends TrainOptions>(options: O | undefined, { train }: Split): O {
  const map = train.featureMap;
  return { ...(map ? { dictionary: dictionaryHash(map) } : {}), ...(options as O) };
}
