/**
 * TensorFlow.js GraphModel: `model.json` and `weights.bin`, for `tf.loadGraphModel`. Inputs `ids` int32 and `values`
 * float32, both [batch, slots] of any size; output `y` [batch].
 */

import type { Constant, Operation, OperationTable, TensorProgram } from './tensorProgram.ts';

/** A TensorFlow NodeDef as JSON. */
interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
}

type Dtype = 'float32' | 'int32';
const typeNames = { float32: 'DT_FLOAT', int32: 'DT_INT32', boolean: 'DT_BOOL' } as const;
const type = (name: keyof typeof typeNames) => ({ type: typeNames[name] });
const dims = (shape: readonly number[]) => ({ dim: shape.map((size) => ({ size: String(size) })) });
const dtypeOf = (data: Constant['data']): Dtype => (data instanceof Float32Array ? 'float32' : 'int32');

/** The nodes that one operation becomes, with small constants (axes, ε) made as they are asked for. */
class Nodes {
  readonly made: NodeDef[] = [];
  readonly constants = new Map<string, Constant>();

  add(name: string, op: string, input: readonly string[], attr: NodeDef['attr'] = {}): string {
    this.made.push({ name, op, input, attr: { T: type('float32'), ...attr } });
    return name;
  }

  /** The name of an axis, or a list of axes. Names of programs have no `/`. */
  axes(axes: number | readonly number[]): string {
    const [list, shape] = typeof axes === 'number' ? [[axes], []] : [axes, [axes.length]];
    const name = `${typeof axes === 'number' ? 'axis' : 'axes'}/${list.join('.')}`;
    this.constants.set(name, { name, shape, data: Int32Array.from(list) });
    return name;
  }

  integers(name: string, list: readonly number[]): string {
    this.constants.set(name, { name, shape: [list.length], data: Int32Array.from(list) });
    return name;
  }

  number(name: string, value: number): string {
    this.constants.set(name, { name, shape: [], data: Float32Array.of(value) });
    return name;
  }
}

const plain =
  (op: string) =>
  ({ inputs, output }: Operation, nodes: Nodes): void =>
    void nodes.add(output, op, inputs);

const rules: OperationTable<Nodes, void> = {
  gather: ({ inputs, output }, nodes) => nodes.add(output, 'GatherV2', [...inputs, nodes.axes(0)]),
  expand: ({ inputs, output, attributes }, nodes) =>
    nodes.add(output, 'ExpandDims', [...inputs, nodes.axes(attributes.axis)]),
  flatten: ({ inputs, output, attributes }, nodes) =>
    nodes.add(output, 'Reshape', [...inputs, nodes.integers(`${output}/shape`, [-1, attributes.size])]),
  add: plain('AddV2'),
  subtract: plain('Sub'),
  multiply: plain('Mul'),
  divide: plain('RealDiv'),
  maximum: plain('Maximum'),
  matmul: plain('BatchMatMulV2'),
  sum: ({ inputs, output, attributes }, nodes) =>
    nodes.add(output, 'Sum', [...inputs, nodes.axes(attributes.axes)], { keep_dims: { b: false } }),
  max: ({ inputs, output, attributes }, nodes) =>
    nodes.add(output, 'Max', [...inputs, nodes.axes(attributes.axes)], { keep_dims: { b: true } }),
  sumBefore: ({ inputs, output, attributes }, nodes) =>
    nodes.add(output, 'Cumsum', [...inputs, nodes.axes(attributes.axis)], {
      exclusive: { b: true },
      reverse: { b: false },
    }),
  less: plain('Less'),
  and: plain('LogicalAnd'),
  isNonzero: ({ inputs, output }, nodes) =>
    nodes.add(output, 'Cast', inputs, { SrcT: type('float32'), DstT: type('boolean') }),
  toFloat: ({ inputs, output }, nodes) =>
    nodes.add(output, 'Cast', inputs, { SrcT: type('boolean'), DstT: type('float32') }),
  select: plain('SelectV2'),
  exp: plain('Exp'),
  relu: plain('Relu'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  batchNorm: ({ inputs: [z, gamma, beta, mean, variance], output, attributes }, nodes) => {
    const part = (name: string, op: string, ...input: string[]) => nodes.add(`${output}/${name}`, op, input);
    const above = part('aboveZero', 'AddV2', variance, nodes.number(`${output}/epsilon`, attributes.epsilon));
    const slope = part('slope', 'Mul', part('inverse', 'Rsqrt', above), gamma);
    nodes.add(output, 'AddV2', [part('scaled', 'Mul', part('centred', 'Sub', z, mean), slope), beta]);
  },
  identity: plain('Identity'),
};

const placeholder = (name: string, dtype: Dtype): NodeDef => ({
  name,
  op: 'Placeholder',
  attr: { dtype: type(dtype), shape: { shape: dims([-1, -1]) } },
});

const constantNode = ({ name, shape, data }: Constant): NodeDef => {
  const dtype = typeNames[dtypeOf(data)];
  return {
    name,
    op: 'Const',
    attr: { dtype: { type: dtype }, value: { tensor: { dtype, tensorShape: dims(shape) } } },
  };
};

const signatureOf = (name: string, dtype: Dtype, shape: readonly number[]) => ({
  [name]: { name: `${name}:0`, dtype: typeNames[dtype], tensorShape: dims(shape) },
});

/**
 * The two files of a GraphModel by name, in pieces that view the weights.
 * @param metadata goes into `userDefinedMetadata`
 * @param generatedBy the program that writes it
 */
export function tfjsFiles(
  program: TensorProgram,
  metadata: Readonly<Record<string, unknown>>,
  generatedBy: string,
): Map<string, readonly (string | Uint8Array)[]> {
  const nodes = new Nodes();
  for (const operation of program.operations)
    (rules[operation.operation] as (o: Operation, nodes: Nodes) => void)(operation, nodes);
  const constants = [...program.constants, ...nodes.constants.values()];
  const model = {
    format: 'graph-model',
    generatedBy,
    convertedBy: null,
    signature: {
      inputs: { ...signatureOf('ids', 'int32', [-1, -1]), ...signatureOf('values', 'float32', [-1, -1]) },
      outputs: Object.assign({}, ...program.outputs.map((name) => signatureOf(name, 'float32', [-1]))),
    },
    modelTopology: {
      node: [
        placeholder('ids', 'int32'),
        placeholder('values', 'float32'),
        ...constants.map(constantNode),
        ...nodes.made,
      ],
      library: {},
      versions: { producer: 1882 },
    },
    userDefinedMetadata: metadata,
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: constants.map(({ name, shape, data }) => ({ name, shape, dtype: dtypeOf(data) })),
      },
    ],
  };
  const weights = constants.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return new Map<string, readonly (string | Uint8Array)[]>([
    ['weights.bin', weights],
    ['model.json', [JSON.stringify(model)]],
  ]);
}
