/**
 * The graph: what a model is, as plain frozen JSON. Builders append nodes, engines compile them, views draw them;
 * nobody changes one. Facts about ops live in total tables (`shape.ts`, `params.ts`, the engines' rules), so that a
 * new op does not compile until every table has its row.
 */

/** A field: a block of consecutive feature ids. Concatenating models and field heatmaps need fields; others do not. */
export interface Field {
  readonly name: string;
  /** First feature id of the block. */
  readonly offset: number;
  /** Number of feature ids in the block. */
  readonly size: number;
}

export type ActivationName = 'relu' | 'sigmoid' | 'tanh' | 'identity';

/** What the output means: a number, a logit of the positive class, or a score that orders items. */
export type Task = 'regression' | 'binary' | 'ranking';

/** Penalties on a node's weights: `l2` adds l2 * θ to the gradient, `l1` shrinks towards 0 after the step. */
export interface Penalty {
  readonly l2?: number;
  readonly l1?: number;
}

/** A parameter of a layer that a user wrote. */
export interface LayerParameter {
  readonly shape: readonly number[];
  /** 0, 1, N(0, 2 / (fan in + fan out)), or N(0, 0.01²). */
  readonly init: LayerInit;
}

export type LayerInit = 'zeros' | 'ones' | 'glorot' | 'normal';

/** Every op with its attributes. Shapes on the right: set = one K-vector per active feature, scalar = one number a row. */
export interface OpAttributes {
  /** -> sparse. The rows: feature ids with values. */
  input: { readonly features: number; readonly fields: readonly Field[] };
  /** sparse -> scalar. w0 + Σ w_i x_i; without `bias` only the sum. */
  linear: Penalty & { readonly bias: boolean };
  /** sparse -> set. x_i v_i of every active feature; V starts at N(0, initStdev²). */
  embedding: Penalty & { readonly factors: number; readonly initStdev: number };
  /** set -> vector(K). Σ_{i<j} x_i v_i ⊙ x_j v_j (NFM eq. 3 and 4). */
  biInteraction: Record<never, never>;
  /** set -> vector(K). Per factor the elementary symmetric polynomial of degree `order` (higher-order FM). */
  anova: { readonly order: number };
  /** set -> vector(F K). The fields' embedding sums side by side. */
  concat: Record<never, never>;
  /** set -> vector(K). Attention-weighted sum of the pairs' products (AFM eq. 4 and 5); `l2` is on W only. */
  attention: Penalty & { readonly units: number; readonly dropout: number };
  /** vector(D) -> vector(units). z W + b; `biasInit` says how b starts. */
  dense: Penalty & { readonly units: number; readonly biasInit: 'normal' | 'zeros' };
  /** vector -> vector. NFM eq. 12 with moving averages. */
  batchNorm: { readonly decay: number; readonly epsilon: number };
  /** vector -> vector. Zeroes each unit with probability `ratio`, scales the rest by 1 / (1 - ratio); training only. */
  dropout: { readonly ratio: number };
  /** vector -> vector. */
  activation: { readonly function: ActivationName };
  /**
   * vector -> vector(shape[0]). A layer of a user's own: `code` is the text of a function (x, p, tf) that takes the
   * batch and the parameters as tensors and returns a tensor. Only the TensorFlow engine can differentiate it.
   */
  layer: {
    readonly name: string;
    readonly code: string;
    readonly parameters: Readonly<Record<string, LayerParameter>>;
    /** Of the output, for one row: [size]. */
    readonly shape: readonly number[];
  };
  /** equal shapes -> that shape. Sum of two or more scalars or vectors (residual units, the parts of a score). */
  add: Record<never, never>;
  /** vector -> scalar. Sum of the columns: an FM's second-order part is `sum(biInteraction)`. */
  sum: Record<never, never>;
  /** vector -> scalar. h·z, plus a bias if `bias`; h starts at 1 or N(0, 2 / (D + 1)). */
  prediction: Penalty & { readonly bias: boolean; readonly init: 'ones' | 'normal' };
  /** scalar -> scalar. Marks the model's output and its meaning. */
  output: { readonly task: Task };
}

export type OpKind = keyof OpAttributes;

/** A node; `inputs` are ids of earlier nodes, so the order of the array is an order of evaluation. */
export type GraphNode<Op extends OpKind = OpKind> = {
  [K in Op]: {
    readonly id: string;
    readonly op: K;
    readonly inputs: readonly string[];
    readonly attributes: OpAttributes[K];
  };
}[Op];

export interface Graph {
  readonly version: 1;
  /** The model's name as shown: `NFM-1`, `FM`, ... */
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  /** Id of the `output` node, the last one. */
  readonly output: string;
}

/** A total table: one row for every op. */
export type OpTable<Row extends { [K in OpKind]: unknown }> = { readonly [K in OpKind]: Row[K] };

/** The node with this id. */
export function nodeOf(graph: Graph, id: string): GraphNode {
  const node = graph.nodes.find((n) => n.id === id);
  if (!node) throw new Error(`graph "${graph.name}" has no node "${id}"`);
  return node;
}

/** The input node (there is exactly one, the first). */
export function inputOf(graph: Graph): GraphNode<'input'> {
  return graph.nodes[0] as GraphNode<'input'>;
}

export function outputOf(graph: Graph): GraphNode<'output'> {
  return nodeOf(graph, graph.output) as GraphNode<'output'>;
}

/** Nodes that read `id`, in order. */
export function consumersOf(graph: Graph, id: string): readonly GraphNode[] {
  return graph.nodes.filter((n) => n.inputs.includes(id));
}

/** Freezes a JSON value deeply and returns it. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
