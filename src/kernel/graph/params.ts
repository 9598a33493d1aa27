/** Parameters: one rule per op saying which weights a node has, how they start, and which state it keeps beside them. */

import type { Graph, GraphNode, LayerInit, OpKind } from './graph.ts';
import { type Shape, shapesOf } from './shape.ts';

/** How a parameter starts. Source: the NFM and AFM papers' code; see each op's rule. */
export type Initialiser =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly stdev: number };

export interface Parameter {
  /** `<node id>.<name>`, for example `embedding.V`. */
  readonly id: string;
  readonly node: string;
  readonly name: string;
  /** [n, K] for tables, [in, out] for dense weights, [size] for vectors. */
  readonly shape: readonly number[];
  readonly initialiser: Initialiser;
  /** `table`: one row per feature, updated by row. `dense`: updated whole. `state`: moved by training, not trained (batch norm's averages). */
  readonly role: 'table' | 'dense' | 'state';
  /** Penalties of the node, where they apply to this parameter (never to biases or batch norm). */
  readonly l2: number;
  readonly l1: number;
}

type Spec = Omit<Parameter, 'id' | 'node' | 'l1' | 'l2'> & { readonly penalised?: boolean };
type ParameterRule<Op extends OpKind> = (node: GraphNode<Op>, input: Shape) => readonly Spec[];

const zeros: Initialiser = { kind: 'constant', value: 0 };
const ones: Initialiser = { kind: 'constant', value: 1 };
/** N(0, 2 / (fan in + fan out)), as a standard deviation. */
const glorot = (fanIn: number, fanOut: number): Initialiser => ({
  kind: 'normal',
  stdev: Math.sqrt(2 / (fanIn + fanOut)),
});
const size = (shape: Shape): number =>
  shape.kind === 'vector' ? shape.size : shape.kind === 'set' ? shape.factors : 1;
const features = (shape: Shape): number => (shape.kind === 'sparse' ? shape.features : 0);

/** Starts of a user's layer. A matrix has its rows as fan in, a vector one output, a stack of matrices their area too. */
const layerStarts: { readonly [Init in LayerInit]: (shape: readonly number[]) => Initialiser } = {
  zeros: () => zeros,
  ones: () => ones,
  glorot: (shape) => {
    const area = shape.slice(0, -2).reduce((a, b) => a * b, 1);
    const [fanIn, fanOut] = shape.length < 2 ? [shape[0] ?? 1, 1] : shape.slice(-2);
    return glorot(area * fanIn, area * fanOut);
  },
  normal: () => ({ kind: 'normal', stdev: 0.01 }),
};

const nothing = (): readonly Spec[] => [];

const parameterRules: { [Op in OpKind]: ParameterRule<Op> } = {
  input: nothing,
  linear: (node, input) => [
    { name: 'w', shape: [features(input)], initialiser: zeros, role: 'table', penalised: true },
    ...(node.attributes.bias ? [{ name: 'w0', shape: [1], initialiser: zeros, role: 'dense' } as const] : []),
  ],
  embedding: (node, input) => [
    {
      name: 'V',
      shape: [features(input), node.attributes.factors],
      initialiser: { kind: 'normal', stdev: node.attributes.initStdev },
      role: 'table',
      penalised: true,
    },
  ],
  biInteraction: nothing,
  anova: nothing,
  concat: nothing,
  attention: (node, input) => [
    // Columns of W are attention units: u = p W + b, so W is [K, t].
    {
      name: 'W',
      shape: [size(input), node.attributes.units],
      initialiser: glorot(size(input), node.attributes.units),
      role: 'dense',
      penalised: true,
    },
    {
      name: 'b',
      shape: [node.attributes.units],
      initialiser: glorot(size(input), node.attributes.units),
      role: 'dense',
    },
    { name: 'h', shape: [node.attributes.units], initialiser: { kind: 'normal', stdev: 1 }, role: 'dense' },
  ],
  dense: (node, input) => {
    const start = glorot(size(input), node.attributes.units);
    return [
      { name: 'W', shape: [size(input), node.attributes.units], initialiser: start, role: 'dense', penalised: true },
      {
        name: 'b',
        shape: [node.attributes.units],
        initialiser: node.attributes.biasInit === 'normal' ? start : zeros,
        role: 'dense',
      },
    ];
  },
  batchNorm: (_, input) => [
    { name: 'gamma', shape: [size(input)], initialiser: ones, role: 'dense' },
    { name: 'beta', shape: [size(input)], initialiser: zeros, role: 'dense' },
    { name: 'mean', shape: [size(input)], initialiser: zeros, role: 'state' },
    { name: 'variance', shape: [size(input)], initialiser: ones, role: 'state' },
  ],
  dropout: nothing,
  activation: nothing,
  layer: (node) =>
    Object.entries(node.attributes.parameters).map(([name, { shape, init }]) => ({
      name,
      shape,
      initialiser: layerStarts[init](shape),
      role: 'dense',
    })),
  add: nothing,
  sum: nothing,
  prediction: (node, input) => [
    {
      name: 'h',
      shape: [size(input)],
      initialiser: node.attributes.init === 'ones' ? ones : glorot(size(input), 1),
      role: 'dense',
      penalised: true,
    },
    ...(node.attributes.bias ? [{ name: 'b', shape: [1], initialiser: zeros, role: 'dense' } as const] : []),
  ],
  output: nothing,
};

/** Parameters and state of one node, in a fixed order. */
export function parametersOfNode(node: GraphNode, input: Shape): readonly Parameter[] {
  const penalty = node.attributes as { readonly l2?: number; readonly l1?: number };
  return (parameterRules[node.op] as ParameterRule<OpKind>)(node, input).map(({ penalised, ...spec }) => ({
    ...spec,
    id: `${node.id}.${spec.name}`,
    node: node.id,
    l2: penalised ? (penalty.l2 ?? 0) : 0,
    l1: penalised ? (penalty.l1 ?? 0) : 0,
  }));
}

/** All parameters and state of a graph, in the order of its nodes. */
export function parametersOf(graph: Graph): readonly Parameter[] {
  const shapes = shapesOf(graph);
  return graph.nodes.flatMap((node) => parametersOfNode(node, shapes.get(node.inputs[0]) ?? { kind: 'scalar' }));
}

export const elements = (parameter: Parameter): number => parameter.shape.reduce((a, b) => a * b, 1);

export interface ParameterCount {
  /** Trained weights without batch normalisation: the number that papers print. */
  readonly weights: number;
  /** Batch normalisation's γ and β. */
  readonly batchNorm: number;
}

/** Counts trained weights; batch norm apart, since published counts leave it out (NFM Table 3). */
export function countParameters(graph: Graph): ParameterCount {
  let weights = 0;
  let batchNorm = 0;
  const isBatchNorm = new Set(graph.nodes.filter((n) => n.op === 'batchNorm').map((n) => n.id));
  for (const p of parametersOf(graph)) {
    if (p.role === 'state') continue;
    if (isBatchNorm.has(p.node)) batchNorm += elements(p);
    else weights += elements(p);
  }
  return { weights, batchNorm };
}
