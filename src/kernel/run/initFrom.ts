/**
 * FM pre-training: a model starts from a trained FM's embeddings and first-order weights (NFM paper, section 4.2, after
 * FNN). Everything else keeps its own random start, and the optimizer starts fresh.
 */

import type { Weights } from '../engine/engine.ts';
import { consumersOf, type Graph, type GraphNode, inputOf, type OpKind } from '../graph/graph.ts';

/** What weights are taken from: a loaded model file, or a fitted model's parts. */
export interface Pretrained {
  readonly graph: Graph;
  readonly weights: Weights;
  readonly dictionary: string | null;
}

/** A model that another one cannot start from. */
export class InitError extends Error {
  override name = 'InitError';
}

/**
 * The weights of `target` that come from `source`: V (into the second-order table of a HOFM), w and w0 where the
 * target has them (DeepCross has none).
 * @param dictionary hash of the target's feature dictionary; checked where both are known
 * @throws InitError showing both values of what differs: features, factors, dictionary; or when the source was
 * trained with batch normalisation, whose scale the copied weights would lose
 */
export function initFrom(target: Graph, source: Pretrained, dictionary: string | null): Map<string, Float32Array> {
  const from = source.graph;
  const fail = (message: string): never => {
    throw new InitError(`initFrom: ${target.name} cannot start from ${from.name}: ${message}`);
  };
  const features = [inputOf(target).attributes.features, inputOf(from).attributes.features];
  if (features[0] !== features[1]) fail(`it has ${features[0]} features, the other ${features[1]}`);
  if (dictionary !== null && source.dictionary !== null && dictionary !== source.dictionary)
    fail(
      `their feature ids mean different things: dictionary ${dictionary}, the other ${source.dictionary}; ` +
        'load both data sets with one schema',
    );
  if (nodesOf(from, 'batchNorm').length)
    fail('the other was trained with batch normalisation, whose scale would be lost; train it without');

  const [into, table] = [pairTable(target), pairTable(from)];
  if (!into) return fail('it has no embedding');
  if (!table) return fail('the other has no embedding');
  const factors = [into.attributes.factors, table.attributes.factors];
  if (factors[0] !== factors[1]) fail(`it has ${factors[0]} factors, the other ${factors[1]}`);

  const copied = new Map([[`${into.id}.V`, source.weights.get(`${table.id}.V`)!]]);
  const [linear] = nodesOf(target, 'linear');
  const [first] = nodesOf(from, 'linear');
  if (linear && first) {
    copied.set(`${linear.id}.w`, source.weights.get(`${first.id}.w`)!);
    if (linear.attributes.bias && first.attributes.bias)
      copied.set(`${linear.id}.w0`, source.weights.get(`${first.id}.w0`)!);
  }
  return copied;
}

function nodesOf<Op extends OpKind>(graph: Graph, op: Op): GraphNode<Op>[] {
  return graph.nodes.filter((node) => node.op === op) as GraphNode<Op>[];
}

/** The embedding that pairs are made from; a HOFM has one table an order, and this is the one of order 2. */
function pairTable(graph: Graph): GraphNode<'embedding'> | undefined {
  const tables = nodesOf(graph, 'embedding');
  const ofOrderTwo = tables.find((table) =>
    consumersOf(graph, table.id).some((n) => n.op === 'anova' && n.attributes.order === 2),
  );
  return ofOrderTwo ?? tables[0];
}
