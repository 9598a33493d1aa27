/**
 * TensorFlow.js as a layer's function sees it. The operations that layers use most are typed, all others are there:
 * https://js.tensorflow.org/api/latest/
 */

export interface Tensor {
  /** The batch comes first: [B, n]. */
  readonly shape: readonly number[];
  readonly rank: number;
  readonly dtype: string;
}

type Operand = Tensor | number;
type Axes = number | readonly number[];

/** Numbers and tensors broadcast as in NumPy. */
export interface TensorOperations {
  add(a: Operand, b: Operand): Tensor;
  sub(a: Operand, b: Operand): Tensor;
  mul(a: Operand, b: Operand): Tensor;
  div(a: Operand, b: Operand): Tensor;
  maximum(a: Operand, b: Operand): Tensor;
  minimum(a: Operand, b: Operand): Tensor;
  pow(base: Operand, exponent: Operand): Tensor;
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;

  neg(x: Tensor): Tensor;
  abs(x: Tensor): Tensor;
  square(x: Tensor): Tensor;
  sqrt(x: Tensor): Tensor;
  exp(x: Tensor): Tensor;
  log(x: Tensor): Tensor;
  sigmoid(x: Tensor): Tensor;
  softplus(x: Tensor): Tensor;
  tanh(x: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  leakyRelu(x: Tensor, alpha?: number): Tensor;
  elu(x: Tensor): Tensor;
  softmax(x: Tensor, axis?: number): Tensor;
  clipByValue(x: Tensor, min: number, max: number): Tensor;

  sum(x: Tensor, axis?: Axes, keepDims?: boolean): Tensor;
  mean(x: Tensor, axis?: Axes, keepDims?: boolean): Tensor;
  max(x: Tensor, axis?: Axes, keepDims?: boolean): Tensor;

  concat(parts: readonly Tensor[], axis?: number): Tensor;
  split(x: Tensor, sizes: number | readonly number[], axis?: number): Tensor[];
  slice(x: Tensor, begin: Axes, size?: Axes): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  expandDims(x: Tensor, axis?: number): Tensor;
  squeeze(x: Tensor, axes?: readonly number[]): Tensor;
  transpose(x: Tensor, order?: readonly number[]): Tensor;

  // biome-ignore lint/suspicious/noExplicitAny: the rest of TensorFlow.js, whose types this room cannot import
  readonly [operation: string]: any;
}
