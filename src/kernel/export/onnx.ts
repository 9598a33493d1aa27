/**
 * ONNX, opset 17 and IR version 8: `ids` int32 and `values` float32, both [batch, slots] of any size, to `y` [batch].
 * Indices are int32 because int64 is BigInt in JavaScript. The file is written in pieces that view the weights, so that
 * a large table is not copied.
 */

import type { Graph } from '../graph/graph.ts';
import { ExportError } from './exportError.ts';
import { before, encoded, lengthOf } from './onnxProto.ts';
import type { Constant, Operation, OperationTable, TensorProgram } from './tensorProgram.ts';

/** TensorProto.DataType. */
const dataTypes = { float32: 1, int32: 6, int64: 7, boolean: 9 } as const;
/** A protobuf message, and so an ONNX file without files beside it, has at most this many bytes. */
const mostBytes = 0x7fffffff;

interface Node {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly attributes?: readonly object[];
}

/** Small int64 tensors (axes), made as they are asked for. */
class Axes {
  readonly made = new Map<string, BigInt64Array>();

  /** The name of a tensor that holds these axes. Names of programs have no `/`. */
  of(axes: readonly number[]): string {
    const name = `axes/${axes.join('.')}`;
    this.made.set(name, BigInt64Array.from(axes, BigInt));
    return name;
  }
}

const integer = (name: string, i: number) => ({ name, i, type: 2 });
const float = (name: string, f: number) => ({ name, f, type: 1 });
const integers = (name: string, ints: readonly number[]) => ({ name, ints, type: 7 });

const plain =
  (opType: string) =>
  ({ inputs }: Operation): Node => ({ opType, inputs });

const rules: OperationTable<Axes, Node> = {
  gather: plain('Gather'),
  expand: ({ inputs, attributes }, axes) => ({ opType: 'Unsqueeze', inputs: [...inputs, axes.of([attributes.axis])] }),
  flatten: ({ inputs }) => ({ opType: 'Flatten', inputs, attributes: [integer('axis', 1)] }),
  add: plain('Add'),
  subtract: plain('Sub'),
  multiply: plain('Mul'),
  divide: plain('Div'),
  maximum: plain('Max'),
  matmul: plain('MatMul'),
  sum: ({ inputs, attributes }, axes) => ({
    opType: 'ReduceSum',
    inputs: [...inputs, axes.of(attributes.axes)],
    attributes: [integer('keepdims', 0)],
  }),
  max: ({ inputs, attributes }) => ({
    opType: 'ReduceMax',
    inputs,
    attributes: [integers('axes', attributes.axes), integer('keepdims', 1)],
  }),
  sumBefore: ({ inputs, attributes }, axes) => ({
    opType: 'CumSum',
    inputs: [...inputs, axes.of([attributes.axis])],
    attributes: [integer('exclusive', 1)],
  }),
  less: plain('Less'),
  and: plain('And'),
  isNonzero: ({ inputs }) => ({ opType: 'Cast', inputs, attributes: [integer('to', dataTypes.boolean)] }),
  toFloat: ({ inputs }) => ({ opType: 'Cast', inputs, attributes: [integer('to', dataTypes.float32)] }),
  select: plain('Where'),
  exp: plain('Exp'),
  relu: plain('Relu'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  batchNorm: ({ inputs, attributes }) => ({
    opType: 'BatchNormalization',
    inputs,
    attributes: [float('epsilon', attributes.epsilon)],
  }),
  identity: plain('Identity'),
};

const tensorInfo = (name: string, elemType: number, dims: readonly string[]) => ({
  name,
  type: { tensorType: { elemType, shape: { dim: dims.map((dimParam) => ({ dimParam })) } } },
});

const viewed = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** An initialiser as field 5 of a GraphProto: what stands before its numbers, and the numbers. */
function initialiser(name: string, shape: readonly number[], data: Constant['data'] | BigInt64Array): Uint8Array[] {
  const type = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64';
  const numbers = viewed(data);
  const description = encoded('TensorProto', { name, dims: shape, dataType: dataTypes[type] });
  const pieces = [description, before(9, numbers.byteLength), numbers];
  return [before(5, lengthOf(pieces)), ...pieces];
}

/**
 * The pieces of an ONNX file.
 * @param metadata entries for `metadata_props`
 * @throws ExportError for a model that is too large for one file
 */
export function onnxFile(
  graph: Graph,
  program: TensorProgram,
  metadata: Readonly<Record<string, string>>,
  producer: { readonly name: string; readonly version: string },
): Uint8Array[] {
  const axes = new Axes();
  const node = program.operations.map((operation) => {
    const rule = rules[operation.operation] as (o: Operation, axes: Axes) => Node;
    const { opType, inputs, attributes = [] } = rule(operation, axes);
    return { opType, input: inputs, output: [operation.output], name: operation.output, attribute: attributes };
  });
  const structure = encoded('GraphProto', {
    name: graph.name,
    node,
    input: [
      tensorInfo('ids', dataTypes.int32, ['batch', 'slots']),
      tensorInfo('values', dataTypes.float32, ['batch', 'slots']),
    ],
    output: program.outputs.map((name) => tensorInfo(name, dataTypes.float32, ['batch'])),
  });
  const pieces = [
    structure,
    ...program.constants.flatMap(({ name, shape, data }) => initialiser(name, shape, data)),
    ...[...axes.made].flatMap(([name, data]) => initialiser(name, [data.length], data)),
  ];
  const head = encoded('ModelProto', {
    irVersion: 8,
    producerName: producer.name,
    producerVersion: producer.version,
    opsetImport: [{ domain: '', version: 17 }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const bytes = lengthOf(pieces);
  if (head.length + bytes + 16 > mostBytes)
    throw new ExportError(
      `${graph.name} cannot be exported to ONNX: it has ${bytes} bytes, and a file holds at most ${mostBytes}`,
    );
  return [head, before(7, bytes), ...pieces];
}
