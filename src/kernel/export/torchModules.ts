/** How each op is written in PyTorch: the module that holds its weights, and the expression of the forward pass. */

import type { Weights } from '../engine/engine.ts';
import { type ActivationName, type Graph, type GraphNode, inputOf, type OpKind } from '../graph/graph.ts';
import { shapesOf } from '../graph/shape.ts';
import type { Tensor } from '../run/safetensors.ts';
import { notExpressible } from './exportError.ts';

/** A node in Python. */
export interface TorchNode {
  /** Its variable in `forward`, and its attribute where it has a module. */
  readonly name: string;
  /** Attributes that `__init__` sets: name -> expression. */
  readonly modules: Readonly<Record<string, string>>;
  /** Its value, from the variables of earlier nodes. */
  readonly value: string;
  /** Helpers that the value calls. */
  readonly helper?: HelperName;
  /** Entries of the state dict. */
  readonly state: Readonly<Record<string, Tensor>>;
}

export type HelperName = 'pooledPairs' | 'pooledProducts' | 'byField' | 'Attention';

interface Context<Op extends OpKind> {
  readonly node: GraphNode<Op>;
  readonly graph: Graph;
  readonly name: string;
  /** Variables of the inputs. */
  readonly inputs: readonly string[];
  /** Size of the input's vector, or of the set's vectors. */
  readonly width: number;
  /** The node's weights by their short name. */
  readonly weight: (name: string) => Float32Array;
}

type Rule<Op extends OpKind> = (
  context: Context<Op>,
) => Pick<TorchNode, 'value'> & Partial<Pick<TorchNode, 'modules' | 'helper' | 'state'>>;

const shaped = (data: Float32Array, ...shape: number[]): Tensor => ({ data, shape });

/** [in, out] as PyTorch's [out, in]. */
function transposed(data: Float32Array, rows: number, columns: number): Tensor {
  const turned = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = data[r * columns + c];
  return { data: turned, shape: [columns, rows] };
}

/** A decimal without the noise of binary fractions. */
const decimal = (x: number): string => String(Number(x.toPrecision(12)));
const truth = (is: boolean): string => (is ? 'True' : 'False');

const activations: { readonly [Name in ActivationName]: (z: string) => string } = {
  relu: (z) => `torch.relu(${z})`,
  sigmoid: (z) => `torch.sigmoid(${z})`,
  tanh: (z) => `torch.tanh(${z})`,
  identity: (z) => z,
};

const rules: { readonly [Op in OpKind]: Rule<Op> } = {
  input: () => ({ value: 'ids' }),

  linear: ({ node, graph, name, weight }) => {
    const { features } = inputOf(graph).attributes;
    const sum = `(self.${name}(ids).squeeze(-1) * values).sum(dim=1)`;
    const table = {
      modules: { [name]: `nn.Embedding(${features}, 1)` },
      state: { [`${name}.weight`]: shaped(weight('w'), features, 1) },
    };
    if (!node.attributes.bias) return { ...table, value: sum };
    return {
      modules: { ...table.modules, [`${name}_bias`]: 'nn.Parameter(torch.zeros(1))' },
      state: { ...table.state, [`${name}_bias`]: shaped(weight('w0'), 1) },
      value: `${sum} + self.${name}_bias`,
    };
  },

  embedding: ({ node: { attributes }, graph, name, weight }) => {
    const { features } = inputOf(graph).attributes;
    return {
      modules: { [name]: `nn.Embedding(${features}, ${attributes.factors})` },
      state: { [`${name}.weight`]: shaped(weight('V'), features, attributes.factors) },
      value: `self.${name}(ids) * values.unsqueeze(-1)`,
    };
  },

  biInteraction: ({ inputs: [e] }) => ({ value: `pooled_pairs(${e})`, helper: 'pooledPairs' }),

  anova: ({ node, inputs: [e] }) => ({
    value: `pooled_products(${e}, ${node.attributes.order})`,
    helper: 'pooledProducts',
  }),

  concat: ({ inputs: [e] }) => ({ value: `by_field(${e}, ids)`, helper: 'byField' }),

  attention: ({ node: { attributes }, name, inputs: [e], width, weight }) => ({
    modules: { [name]: `Attention(${width}, ${attributes.units}, dropout=${decimal(attributes.dropout)})` },
    state: {
      [`${name}.hidden.weight`]: transposed(weight('W'), width, attributes.units),
      [`${name}.hidden.bias`]: shaped(weight('b'), attributes.units),
      [`${name}.h`]: shaped(weight('h'), attributes.units),
    },
    value: `self.${name}(${e}, values)`,
    helper: 'Attention',
  }),

  dense: ({ node: { attributes }, name, inputs: [z], width, weight }) => ({
    modules: { [name]: `nn.Linear(${width}, ${attributes.units})` },
    state: {
      [`${name}.weight`]: transposed(weight('W'), width, attributes.units),
      [`${name}.bias`]: shaped(weight('b'), attributes.units),
    },
    value: `self.${name}(${z})`,
  }),

  // PyTorch's momentum is the weight of the new batch; its count of batches does not matter with a momentum
  batchNorm: ({ node: { attributes }, name, inputs: [z], width, weight }) => ({
    modules: {
      [name]: `nn.BatchNorm1d(${width}, eps=${decimal(attributes.epsilon)}, momentum=${decimal(1 - attributes.decay)})`,
    },
    state: {
      [`${name}.weight`]: shaped(weight('gamma'), width),
      [`${name}.bias`]: shaped(weight('beta'), width),
      [`${name}.running_mean`]: shaped(weight('mean'), width),
      [`${name}.running_var`]: shaped(weight('variance'), width),
      [`${name}.num_batches_tracked`]: { data: Int32Array.of(0), shape: [] },
    },
    value: `self.${name}(${z})`,
  }),

  dropout: ({ node, name, inputs: [z] }) => ({
    modules: { [name]: `nn.Dropout(${decimal(node.attributes.ratio)})` },
    value: `self.${name}(${z})`,
  }),

  activation: ({ node, inputs: [z] }) => ({ value: activations[node.attributes.function](z) }),

  layer: ({ node, graph }) => {
    throw notExpressible(graph, 'PyTorch', `its layer "${node.attributes.name}" is code of yours`);
  },

  add: ({ inputs }) => ({ value: inputs.join(' + ') }),

  sum: ({ inputs: [z] }) => ({ value: `${z}.sum(dim=1)` }),

  prediction: ({ node: { attributes }, name, inputs: [z], width, weight }) => ({
    modules: { [name]: `nn.Linear(${width}, 1, bias=${truth(attributes.bias)})` },
    state: {
      [`${name}.weight`]: shaped(weight('h'), 1, width),
      ...(attributes.bias ? { [`${name}.bias`]: shaped(weight('b'), 1) } : {}),
    },
    value: `self.${name}(${z}).squeeze(-1)`,
  }),

  output: ({ inputs: [y] }) => ({ value: y }),
};

const snake = (id: string): string => id.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/\W/g, '_');

/** A name with the op in it, so that it is neither a Python keyword nor an attribute that modules have already. */
function torchName({ id, op }: GraphNode, taken: ReadonlySet<string>): string {
  const [own, kind] = [snake(id), snake(op)];
  const wanted = own.startsWith(kind) ? own : `${/^[a-z]/.test(own) ? own : 'node_'}_${kind}`;
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
  return name;
}

/**
 * The nodes of a graph in Python, in their order. Tables are not copied.
 * @throws ExportError for a layer of the user's own
 */
export function torchNodes(graph: Graph, weights: Weights): readonly TorchNode[] {
  const shapes = shapesOf(graph);
  const names = new Map<string, string>();
  return graph.nodes.map((node) => {
    const name = torchName(node, new Set(names.values()));
    const input = shapes.get(node.inputs[0]);
    const width = input?.kind === 'vector' ? input.size : input?.kind === 'set' ? input.factors : 1;
    const rule = rules[node.op] as Rule<OpKind>;
    const inputs = node.inputs.map((id) => names.get(id)!);
    const weight = (short: string) => weights.get(`${node.id}.${short}`)!;
    names.set(node.id, name);
    return { name, modules: {}, state: {}, ...rule({ node, graph, name, inputs, width, weight }) };
  });
}
