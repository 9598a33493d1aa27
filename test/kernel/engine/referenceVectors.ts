/** Arithmetic on plain vectors, and what the reference's ops share: the pass over one batch. */

import type { Field, Graph, GraphNode, OpKind } from '../../../src/kernel/graph/graph.ts';

export type Vector = readonly number[];

/** A node's output for a batch: one vector per row (a scalar is a vector of 1); of a set, one vector per entry. */
export type Matrix = readonly Vector[];

export interface Entry {
  readonly id: number;
  readonly x: number;
}

/** Parameter id -> values in the parameter's shape, row by row. */
export type Arrays = ReadonlyMap<string, Float64Array>;

/** One pass over a batch: its rows and what the ops read beside their inputs. */
export interface Pass {
  readonly graph: Graph;
  readonly rows: readonly (readonly Entry[])[];
  readonly weights: Arrays;
  /** Dropout on, batch norm by the batch's statistics. */
  readonly training: boolean;
  /** Dropout's multiplier of one unit of a node's layer; 1 when not training. */
  mask(node: GraphNode, ratio: number, width: number, row: number, column: number): number;
  /** Length of a node's vectors. */
  width(id: string): number;
}

export interface Rule<Op extends OpKind> {
  forward(node: GraphNode<Op>, inputs: readonly Matrix[], pass: Pass): Matrix;
  /**
   * The gradient by each input from `upstream`, the gradient by the output; adds to the gradients of the parameters.
   */
  backward(
    node: GraphNode<Op>,
    inputs: readonly Matrix[],
    pass: Pass,
    upstream: Matrix,
    gradients: Arrays,
  ): readonly Matrix[];
}

export const zeros = (size: number): number[] => new Array(size).fill(0);
export const add = (a: Vector, b: Vector): Vector => a.map((v, i) => v + b[i]);
export const subtract = (a: Vector, b: Vector): Vector => a.map((v, i) => v - b[i]);
export const multiply = (a: Vector, b: Vector): Vector => a.map((v, i) => v * b[i]);
export const scale = (a: Vector, by: number): Vector => a.map((v) => v * by);
export const dot = (a: ArrayLike<number>, b: Vector): number => b.reduce((sum, v, i) => sum + a[i] * v, 0);
export const sumOf = (vectors: Matrix, size: number): Vector => vectors.reduce(add, zeros(size));
export const total = (a: Vector): number => a.reduce((sum, v) => sum + v, 0);

/** z W for W of [in, out], stored row by row. */
export function timesMatrix(z: Vector, W: Float64Array): Vector {
  const out = zeros(W.length / z.length);
  for (let i = 0; i < z.length; i++) for (let o = 0; o < out.length; o++) out[o] += z[i] * W[i * out.length + o];
  return out;
}

/** g Wᵀ for W of [in, out]. */
export function timesTransposed(g: Vector, W: Float64Array): Vector {
  const into = zeros(W.length / g.length);
  for (let i = 0; i < into.length; i++) for (let o = 0; o < g.length; o++) into[i] += g[o] * W[i * g.length + o];
  return into;
}

/** dW += zᵀ g. */
export function addOuter(dW: Float64Array, z: Vector, g: Vector): void {
  for (let i = 0; i < z.length; i++) for (let o = 0; o < g.length; o++) dW[i * g.length + o] += z[i] * g[o];
}

export function addTo(gradient: Float64Array, g: Vector): void {
  for (let i = 0; i < g.length; i++) gradient[i] += g[i];
}

/** A set's vectors, row by row. */
export function byRow(set: Matrix, pass: Pass): readonly Matrix[] {
  let start = 0;
  return pass.rows.map((row) => set.slice(start, (start += row.length)));
}

/** The field that a feature id belongs to. */
export const fieldOf = (fields: readonly Field[], id: number): number =>
  fields.findIndex((field) => id >= field.offset && id < field.offset + field.size);
