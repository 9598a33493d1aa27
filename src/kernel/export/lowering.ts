/**
 * Models to tensor programs: one rule per op. A row's entries lie side by side in slots; a slot of value 0 is no entry,
 * so that rows of different lengths, missing fields and unseen features are all padded in the same way.
 */

import type { Weights } from '../engine/engine.ts';
import { type ActivationName, type Graph, type GraphNode, inputOf, type OpKind } from '../graph/graph.ts';
import { parametersOf } from '../graph/params.ts';
import { shapesOf } from '../graph/shape.ts';
import { notExpressible } from './exportError.ts';
import { type OperationName, ProgramWriter, type TensorProgram } from './tensorProgram.ts';

/** What the rules work on. `inputs` are the tensors of the node's inputs. */
interface Lowering<Op extends OpKind> {
  readonly node: GraphNode<Op>;
  readonly inputs: readonly string[];
  readonly graph: Graph;
  readonly writer: Emitter;
  /** The node's weights by their short name. */
  readonly weight: (name: string) => string;
  /** The format, for messages. */
  readonly format: string;
  /** Size of the node's vector; 1 for scalars. */
  readonly size: number;
}

/** Scalars are [batch], vectors [batch, D], sets [batch, slots, K]. */
type Rule<Op extends OpKind> = (lowering: Lowering<Op>) => string;

/** A program writer whose operations without attributes are written short. */
class Emitter extends ProgramWriter {
  op(name: string, operation: OperationName, ...inputs: readonly string[]): string {
    return this.emit(name, operation, inputs, {});
  }
  scalar(name: string, value: number): string {
    return this.constant(name, [], Float32Array.of(value));
  }
}

const same = ({ inputs }: { readonly inputs: readonly string[] }): string => inputs[0];

const activations: { readonly [Name in ActivationName]: OperationName } = {
  relu: 'relu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  identity: 'identity',
};

const rules: { readonly [Op in OpKind]: Rule<Op> } = {
  input: () => 'ids',

  linear: ({ node, writer, weight }) => {
    const rows = writer.op(`${node.id}.rows`, 'gather', weight('w'), 'ids');
    const products = writer.op(`${node.id}.products`, 'multiply', rows, 'values');
    const sum = writer.emit(node.id, 'sum', [products], { axes: [1] });
    return node.attributes.bias ? writer.op(`${node.id}.biased`, 'add', sum, weight('w0')) : sum;
  },

  embedding: ({ node, writer, weight }) => {
    const rows = writer.op(`${node.id}.rows`, 'gather', weight('V'), 'ids');
    const values = writer.emit(`${node.id}.values`, 'expand', ['values'], { axis: 2 });
    return writer.op(node.id, 'multiply', rows, values);
  },

  // ½ [(Σ p)² - Σ p²], NFM eq. 4
  biInteraction: ({ node: { id }, inputs: [set], writer }) => {
    const sum = writer.emit(`${id}.sum`, 'sum', [set], { axes: [1] });
    const squares = writer.op(`${id}.squares`, 'multiply', set, set);
    const sumOfSquares = writer.emit(`${id}.sumOfSquares`, 'sum', [squares], { axes: [1] });
    const twice = writer.op(`${id}.twice`, 'subtract', writer.op(`${id}.square`, 'multiply', sum, sum), sumOfSquares);
    return writer.op(id, 'multiply', twice, writer.scalar(`${id}.half`, 0.5));
  },

  // a_t = p ⊙ (sum of a_(t-1) before it), and at last Σ a_order: the recursion of Blondel et al. for all slots at once
  anova: ({ node: { id, attributes }, inputs: [set], writer }) => {
    let products = set;
    for (let t = 2; t <= attributes.order; t++) {
      const before = writer.emit(`${id}.before${t}`, 'sumBefore', [products], { axis: 1 });
      products = writer.op(`${id}.products${t}`, 'multiply', set, before);
    }
    return writer.emit(id, 'sum', [products], { axes: [1] });
  },

  // [batch, fields, slots] says which slot is of which field; times the set it sums the slots of each field
  concat: ({ node: { id }, inputs: [set], graph, writer, size }) => {
    const { fields } = inputOf(graph).attributes;
    const column = (name: string, bound: readonly number[]) =>
      writer.constant(`${id}.${name}`, [fields.length, 1], Int32Array.from(bound));
    const ids = writer.emit(`${id}.ids`, 'expand', ['ids'], { axis: 1 });
    const belowFirst = column(
      'belowFirst',
      fields.map(({ offset }) => offset - 1),
    );
    const end = column(
      'end',
      fields.map(({ offset, size }) => offset + size),
    );
    const inField = writer.op(
      `${id}.inField`,
      'and',
      writer.op(`${id}.fromFirst`, 'less', belowFirst, ids),
      writer.op(`${id}.toLast`, 'less', ids, end),
    );
    const sums = writer.op(`${id}.sums`, 'matmul', writer.op(`${id}.mask`, 'toFloat', inField), set);
    return writer.emit(id, 'flatten', [sums], { size });
  },

  // AFM eq. 4 and 5 over all pairs of slots [batch, slots, slots]; pairs that are none get no part of the softmax
  attention: ({ node: { id }, inputs: [set], writer, weight }) => {
    const expanded = (name: string, x: string, axis: number) => writer.emit(`${id}.${name}`, 'expand', [x], { axis });
    const pairwise = (name: string, operation: OperationName, x: string) =>
      writer.op(`${id}.${name}`, operation, expanded(`${name}First`, x, 2), expanded(`${name}Second`, x, 1));

    const present = writer.op(`${id}.present`, 'isNonzero', 'values');
    const marks = writer.op(`${id}.marks`, 'toFloat', present);
    const places = writer.emit(`${id}.places`, 'sumBefore', [marks], { axis: 1 }); // ascending where present
    const isPair = writer.op(
      `${id}.isPair`,
      'and',
      pairwise('ordered', 'less', places),
      pairwise('bothPresent', 'and', present),
    );

    const products = pairwise('products', 'multiply', set);
    const units = writer.op(`${id}.units`, 'add', writer.op(`${id}.u`, 'matmul', products, weight('W')), weight('b'));
    const weighed = writer.op(`${id}.weighed`, 'multiply', writer.op(`${id}.relu`, 'relu', units), weight('h'));
    const raw = writer.emit(`${id}.scores`, 'sum', [weighed], { axes: [3] });
    const scores = writer.op(`${id}.pairScores`, 'select', isPair, raw, writer.scalar(`${id}.least`, -1e30));

    const greatest = writer.emit(`${id}.greatest`, 'max', [scores], { axes: [1, 2] });
    const shifted = writer.op(`${id}.shifted`, 'subtract', scores, greatest);
    const pairMask = writer.op(`${id}.pairMask`, 'toFloat', isPair);
    const exps = writer.op(`${id}.pairExps`, 'multiply', writer.op(`${id}.exps`, 'exp', shifted), pairMask);
    const weighted = writer.op(`${id}.weighted`, 'multiply', products, expanded('expsOfPairs', exps, 3));
    const pooled = writer.emit(`${id}.pooled`, 'sum', [weighted], { axes: [1, 2] });
    // the greatest pair alone gives 1, so a smaller total means a row without pairs, whose vector is 0
    const total = expanded('total', writer.emit(`${id}.expSum`, 'sum', [exps], { axes: [1, 2] }), 1);
    const divisor = writer.op(`${id}.divisor`, 'maximum', total, writer.scalar(`${id}.one`, 1));
    return writer.op(id, 'divide', pooled, divisor);
  },

  dense: ({ node, inputs: [z], writer, weight }) =>
    writer.op(node.id, 'add', writer.op(`${node.id}.product`, 'matmul', z, weight('W')), weight('b')),

  batchNorm: ({ node, inputs: [z], writer, weight }) => {
    const parameters = ['gamma', 'beta', 'mean', 'variance'].map(weight);
    return writer.emit(node.id, 'batchNorm', [z, ...parameters], { epsilon: node.attributes.epsilon });
  },

  dropout: same,

  activation: ({ node, inputs: [z], writer }) => writer.op(node.id, activations[node.attributes.function], z),

  layer: ({ node, graph, format }) => {
    throw notExpressible(graph, format, `its layer "${node.attributes.name}" is code of yours`);
  },

  add: ({ node, inputs: [first, ...rest], writer }) =>
    rest.reduce((sum, part) => writer.op(node.id, 'add', sum, part), first),

  sum: ({ node, inputs: [z], writer }) => writer.emit(node.id, 'sum', [z], { axes: [1] }),

  prediction: ({ node, inputs: [z], writer, weight }) => {
    const products = writer.op(`${node.id}.products`, 'multiply', z, weight('h'));
    const sum = writer.emit(node.id, 'sum', [products], { axes: [1] });
    return node.attributes.bias ? writer.op(`${node.id}.biased`, 'add', sum, weight('b')) : sum;
  },

  output: ({ node, inputs: [score], writer }) => {
    const y = writer.output('y', 'identity', score);
    if (node.attributes.task === 'binary') writer.output('probability', 'sigmoid', y);
    return y;
  },
};

/**
 * The program that predicts as the model does: dropout off, batch normalisation by its averages. Weights are not copied.
 * @param format the format that it is for, for messages
 * @throws ExportError for a layer of the user's own
 */
export function lowered(graph: Graph, weights: Weights, format: string): TensorProgram {
  const writer = new Emitter();
  const shapes = shapesOf(graph);
  const parameters = new Map(
    parametersOf(graph).map((p) => [p.id, writer.constant(p.id, p.shape, weights.get(p.id)!)] as const),
  );
  const tensors = new Map<string, string>();
  for (const node of graph.nodes) {
    const shape = shapes.get(node.id)!;
    const tensor = (rules[node.op] as Rule<OpKind>)({
      ...{ node, graph, format, writer },
      inputs: node.inputs.map((id) => tensors.get(id)!),
      weight: (name) => parameters.get(`${node.id}.${name}`)!,
      size: shape.kind === 'vector' ? shape.size : 1,
    });
    tensors.set(node.id, tensor);
  }
  return writer;
}
