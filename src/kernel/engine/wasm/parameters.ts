/** Where each parameter lies in memory, and how its values are packed there. */

import type { Parameter } from '../../graph/params.ts';
import { type Layout, padded } from './memory.ts';

/** `table` rows padded; `panels` 8 columns a panel (see assembly/dense.ts); `vector` padded; `list` one float a feature. */
type Form = 'table' | 'panels' | 'vector' | 'list';

export interface ParameterPlace {
  readonly parameter: Parameter;
  readonly form: Form;
  readonly address: number;
  /** Bytes of the padded form; slots and gradients have the same. */
  readonly bytes: number;
  /** Bytes of a table's row. */
  readonly rowBytes: number;
  /** Addresses of the optimizer's slots, in its order; 0 where it has none. */
  readonly slots: readonly [number, number];
  /** Dense: the batch's gradient. Tables: only where gradients are kept; else 0. */
  readonly gradient: number;
  /** Panels of the transpose (weights of dense layers); else 0. */
  readonly transposed: number;
  /** Updated by training: not frozen, and felt by the loss. */
  readonly trained: boolean;
}

function formOf(parameter: Parameter): Form {
  if (parameter.role === 'table') return parameter.shape.length === 2 ? 'table' : 'list';
  return parameter.shape.length === 2 ? 'panels' : 'vector';
}

export interface ParameterOptions {
  readonly slots: number;
  readonly keepTableGradients: boolean;
  readonly trained: boolean;
}

export function placeParameter(layout: Layout, parameter: Parameter, options: ParameterOptions): ParameterPlace {
  const form = formOf(parameter);
  const [rows, columns = 1] = parameter.shape;
  const rowBytes = form === 'table' ? 4 * padded(columns) : 4;
  const bytes =
    form === 'table' ? rows * rowBytes : form === 'panels' ? 4 * padded(rows) * padded(columns) : 4 * padded(rows);
  const state = parameter.role === 'state';
  const slot = (i: number) => (!state && i < options.slots ? layout.take(bytes) : 0);
  return {
    parameter,
    form,
    address: layout.take(bytes),
    bytes,
    rowBytes,
    slots: [slot(0), slot(1)],
    gradient: state || (parameter.role === 'table' && !options.keepTableGradients) ? 0 : layout.take(bytes),
    transposed: form === 'panels' ? layout.take(bytes) : 0,
    trained: options.trained,
  };
}

/** Calls `each` with the index in the parameter's own shape and the index (in floats) in memory, for every value. */
function forEachValue(place: ParameterPlace, each: (own: number, inMemory: number) => void): void {
  const [rows, columns = 1] = place.parameter.shape;
  if (place.form === 'vector' || place.form === 'list') {
    for (let i = 0; i < rows; i++) each(i, i);
  } else if (place.form === 'table') {
    const stride = padded(columns);
    for (let i = 0, own = 0; i < rows; i++) for (let j = 0; j < columns; j++) each(own++, i * stride + j);
  } else {
    const inner = padded(rows);
    for (let i = 0, own = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) each(own++, ((j >> 3) * inner + i) * 8 + (j & 7));
  }
}

/** Whether the parameter's own order, without gaps, is also the one in memory. */
function isPlain(place: ParameterPlace): boolean {
  if (place.form === 'panels') return false;
  return place.form !== 'table' || place.parameter.shape[1] === padded(place.parameter.shape[1]);
}

/** The values at `address`, in the parameter's shape. */
export function readValues(memory: Float32Array, place: ParameterPlace, address: number): Float32Array {
  const [rows, columns = 1] = place.parameter.shape;
  const source = memory.subarray(address / 4, (address + place.bytes) / 4);
  if (isPlain(place)) return source.slice(0, rows * columns);
  const values = new Float32Array(rows * columns);
  forEachValue(place, (own, at) => {
    values[own] = source[at];
  });
  return values;
}

/** Writes `values` at `address`; padding becomes 0. */
export function writeValues(memory: Float32Array, place: ParameterPlace, address: number, values: Float32Array): void {
  const target = memory.subarray(address / 4, (address + place.bytes) / 4);
  if (isPlain(place)) {
    target.set(values);
    return;
  }
  target.fill(0);
  forEachValue(place, (own, at) => {
    target[at] = values[own];
  });
}
