/**
 * The part of a model above its pooled vector, as a plain function f(u) with its gradient: the linear part left out,
 * dropout off, batch normalisation by its averages. In float64, for looking into small networks; engines do the rest.
 */

import type { Weights } from '../engine/engine.ts';
import { sigmoid } from '../engine/losses.ts';
import type { ActivationName, Graph, GraphNode, OpKind } from '../graph/graph.ts';
import { InteractionError } from './interactionError.ts';

export interface Head {
  /** f(u); a pooled vector of another part of the model counts as 0. */
  value(u: Float64Array): number;
  /** ∇f(u). */
  gradient(u: Float64Array): Float64Array;
  /** Whether f is linear up to a constant (FM, NFM-0, AFM), so that its gradient is the same everywhere. */
  readonly linear: boolean;
}

/** One node as a function: `inputs` are those that depend on u. */
interface HeadOp {
  forward(inputs: readonly Float64Array[]): Float64Array;
  /** The gradient by each input: the same for all inputs of an `add`, and all others have one. */
  backward(inputs: readonly Float64Array[], output: Float64Array, upstream: Float64Array): Float64Array;
}

type HeadRule<Op extends OpKind> = (node: GraphNode<Op>, weights: Weights) => HeadOp;

const identity: HeadOp = { forward: ([z]) => z, backward: (_, __, g) => g };
const passes = (): HeadOp => identity;
const below = (node: GraphNode): never => {
  throw new Error(`${node.op} "${node.id}" does not stand above a pooled vector`);
};

const activations: Readonly<Record<ActivationName, (x: number) => number>> = {
  relu: (x) => Math.max(0, x),
  sigmoid,
  tanh: Math.tanh,
  identity: (x) => x,
};
/** Derivatives, by the output. */
const slopes: Readonly<Record<ActivationName, (y: number) => number>> = {
  relu: (y) => (y > 0 ? 1 : 0),
  sigmoid: (y) => y * (1 - y),
  tanh: (y) => 1 - y * y,
  identity: () => 1,
};

const rules: { readonly [Op in OpKind]: HeadRule<Op> } = {
  input: below,
  linear: below,
  embedding: below,
  biInteraction: below,
  anova: below,
  attention: below,
  concat: below,
  dense: (node, weights) => dense(weights.get(`${node.id}.W`)!, weights.get(`${node.id}.b`)!),
  batchNorm: (node, weights) => {
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(
      (name) => weights.get(`${node.id}.${name}`)!,
    );
    const scale = Float64Array.from(gamma, (g, f) => g / Math.sqrt(variance[f] + node.attributes.epsilon));
    return {
      forward: ([z]) => z.map((x, f) => scale[f] * (x - mean[f]) + beta[f]),
      backward: (_, __, g) => g.map((x, f) => scale[f] * x),
    };
  },
  dropout: passes,
  activation: (node) => {
    const name = node.attributes.function;
    return {
      forward: ([z]) => z.map(activations[name]),
      backward: (_, output, g) => g.map((x, f) => x * slopes[name](output[f])),
    };
  },
  layer: (node) => {
    throw new InteractionError(
      `layer "${node.id}" is a user's own, whose gradient only the TensorFlow engine knows; ` +
        'read this model with the measure "swapped", which exchanges fields and asks for predictions only',
    );
  },
  add: () => ({
    forward: (inputs) => inputs[0].map((_, f) => inputs.reduce((sum, z) => sum + z[f], 0)),
    backward: (_, __, g) => g,
  }),
  sum: () => ({
    forward: ([z]) => Float64Array.of(z.reduce((sum, x) => sum + x, 0)),
    backward: ([z], _, [g]) => z.map(() => g),
  }),
  prediction: (node, weights) => {
    const h = weights.get(`${node.id}.h`)!;
    const bias = node.attributes.bias ? weights.get(`${node.id}.b`)![0] : 0;
    return {
      forward: ([z]) => Float64Array.of(z.reduce((sum, x, f) => sum + h[f] * x, bias)),
      backward: (_, __, [g]) => Float64Array.from(h, (x) => g * x),
    };
  },
  output: passes,
};

/** z W + b with W of shape [in, out]. */
function dense(W: Float32Array, b: Float32Array): HeadOp {
  const units = b.length;
  return {
    forward([z]) {
      const out = Float64Array.from(b);
      for (let i = 0; i < z.length; i++) for (let j = 0; j < units; j++) out[j] += z[i] * W[i * units + j];
      return out;
    },
    backward: ([z], _, g) =>
      z.map((_, i) => {
        let sum = 0;
        for (let j = 0; j < units; j++) sum += W[i * units + j] * g[j];
        return sum;
      }),
  };
}

/** The nodes that depend on node `pooled`, in their order, with those of their inputs that do. */
function above(graph: Graph, pooled: string) {
  const found: { readonly node: GraphNode; readonly inputs: readonly string[] }[] = [];
  const reached = new Set([pooled]);
  for (const node of graph.nodes) {
    const inputs = node.inputs.filter((id) => reached.has(id));
    if (inputs.length === 0) continue;
    found.push({ node, inputs });
    reached.add(node.id);
  }
  return found;
}

/** Id of a layer above node `pooled` that a user wrote, which has no gradient here: `headOf` refuses it. */
export const unknownAbove = (graph: Graph, pooled: string): string | undefined =>
  above(graph, pooled).find(({ node }) => node.op === 'layer')?.node.id;

/** Whether the function above node `pooled` is linear up to a constant. */
export const isLinearAbove = (graph: Graph, pooled: string): boolean =>
  above(graph, pooled).every(
    ({ node }) => node.op !== 'layer' && (node.op !== 'activation' || node.attributes.function === 'identity'),
  );

/**
 * The function above node `pooled` of a graph with these weights.
 * @throws InteractionError where a layer that a user wrote stands above it
 */
export function headOf(graph: Graph, weights: Weights, pooled: string): Head {
  const steps = above(graph, pooled).map(({ node, inputs }) => ({
    node,
    inputs,
    op: (rules[node.op] as HeadRule<OpKind>)(node, weights),
  }));
  const forward = (u: Float64Array) => {
    const values = new Map<string, Float64Array>([[pooled, u]]);
    for (const { node, op, inputs } of steps) values.set(node.id, op.forward(inputs.map((id) => values.get(id)!)));
    return values;
  };
  return {
    linear: isLinearAbove(graph, pooled),
    value: (u) => forward(u).get(graph.output)![0],
    gradient(u) {
      const values = forward(u);
      const upstream = new Map<string, Float64Array>([[graph.output, Float64Array.of(1)]]);
      for (const { node, op, inputs } of steps.toReversed()) {
        const arrived = upstream.get(node.id);
        if (!arrived) continue; // nothing reads this node
        const gradient = op.backward(
          inputs.map((id) => values.get(id)!),
          values.get(node.id)!,
          arrived,
        );
        for (const id of inputs) {
          const sum = upstream.get(id);
          upstream.set(id, sum ? sum.map((x, f) => x + gradient[f]) : gradient);
        }
      }
      return upstream.get(pooled)!;
    },
  };
}
