/**
 * A model as a program of tensor operations, for formats that store graphs of them (ONNX, TensorFlow.js). The operations
 * are the few that a model needs, each exact in both formats; a format is a table with a row for each.
 */

/** Every operation with its attributes. Axes count from 0; arithmetic broadcasts as in NumPy. */
export interface OperationAttributes {
  /** (table [n, ...], ids) -> the table's rows, shape of ids + [...]. */
  gather: Record<never, never>;
  /** (x) -> x with a new axis of length 1. */
  expand: { readonly axis: number };
  /** (x [a, b, ...]) -> [a, b * ...]. */
  flatten: { readonly size: number };
  add: Record<never, never>;
  subtract: Record<never, never>;
  multiply: Record<never, never>;
  divide: Record<never, never>;
  /** (a, b) -> the greater one of each pair of elements. */
  maximum: Record<never, never>;
  /** (a, b) -> matrix product over the last two axes. */
  matmul: Record<never, never>;
  /** (x) -> sums over these axes, which go. */
  sum: { readonly axes: readonly number[] };
  /** (x) -> maxima over these axes, which stay with length 1. */
  max: { readonly axes: readonly number[] };
  /** (x) -> for each element the sum of those before it on the axis. */
  sumBefore: { readonly axis: number };
  /** (a, b) -> a < b. */
  less: Record<never, never>;
  /** (a, b) of truth values. */
  and: Record<never, never>;
  /** (x) -> x is not 0. */
  isNonzero: Record<never, never>;
  /** (truth value) -> 1 or 0. */
  toFloat: Record<never, never>;
  /** (truth value, a, b) -> a where true, else b. */
  select: Record<never, never>;
  exp: Record<never, never>;
  relu: Record<never, never>;
  sigmoid: Record<never, never>;
  tanh: Record<never, never>;
  /** (z [batch, D], γ, β, mean, variance) -> γ (z - mean) / √(variance + ε) + β. */
  batchNorm: { readonly epsilon: number };
  /** (x) -> x, under another name. */
  identity: Record<never, never>;
}

export type OperationName = keyof OperationAttributes;

/** One operation; inputs are names of program inputs, constants, or outputs of earlier operations. */
export type Operation<Name extends OperationName = OperationName> = {
  [N in Name]: {
    readonly operation: N;
    readonly inputs: readonly string[];
    /** Also the operation's own name. */
    readonly output: string;
    readonly attributes: OperationAttributes[N];
  };
}[Name];

/** A total table: one row for every operation. `Context` is what the rows of a format share. */
export type OperationTable<Context, Result> = {
  readonly [Name in OperationName]: (operation: Operation<Name>, context: Context) => Result;
};

/** Numbers known when the program is written: weights, or small constants. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Inputs `ids` (int32) and `values` (float32), both [batch, slots]; padded with id 0 and value 0, which has no effect. */
export interface TensorProgram {
  readonly constants: readonly Constant[];
  readonly operations: readonly Operation[];
  /** float32 [batch]: `y`, the raw output ŷ; of a binary task also `probability`. */
  readonly outputs: readonly ('y' | 'probability')[];
}

/** A program that is being written. Names are made of letters, digits, `_` and `.`, which every format takes. */
export class ProgramWriter implements TensorProgram {
  readonly constants: Constant[] = [];
  readonly operations: Operation[] = [];
  readonly outputs: ('y' | 'probability')[] = [];
  readonly #names = new Set(['ids', 'values', 'y', 'probability']);

  /** Adds an operation. @returns the name of its output: `name`, or where that is taken `name_2`, `name_3`, ... */
  emit<Name extends OperationName>(
    name: string,
    operation: Name,
    inputs: readonly string[],
    attributes: OperationAttributes[Name],
  ): string {
    const output = this.#free(name);
    this.operations.push({ operation, inputs, output, attributes } as Operation);
    return output;
  }

  /** Adds an operation without attributes whose output is one of the program. */
  output(name: 'y' | 'probability', operation: 'identity' | 'sigmoid', input: string): string {
    this.operations.push({ operation, inputs: [input], output: name, attributes: {} });
    this.outputs.push(name);
    return name;
  }

  /** Adds numbers, which are not copied. @returns their name */
  constant(name: string, shape: readonly number[], data: Float32Array | Int32Array): string {
    const constant = { name: this.#free(name), shape, data };
    this.constants.push(constant);
    return constant.name;
  }

  #free(wanted: string): string {
    const plain = wanted.replace(/[^A-Za-z0-9_.]/g, '_');
    let name = plain;
    for (let n = 2; this.#names.has(name); n++) name = `${plain}_${n}`;
    this.#names.add(name);
    return name;
  }
}
