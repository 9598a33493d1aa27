/** Arrays of numbers in short: type, shape, statistics, first values. */

import { type MimeBundle, mime, type TensorPayload } from './mime.ts';

export type NumberArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

const shownValues = 8;

export function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** `Float32Array` is float32, as in NumPy. */
const dtypeOf = (data: NumberArray): string =>
  data[Symbol.toStringTag].replace('Clamped', '').replace('Big', '').replace('Array', '').toLowerCase();

/** The bundle of an array; `shape` in row-major order, by default one dimension. */
export function tensorBundle(data: NumberArray, shape: readonly number[] = [data.length]): MimeBundle {
  const payload = summarize(data, shape);
  return { [mime.tensor]: { ...payload }, [mime.text]: tensorText(payload, data.length) };
}

function summarize(data: NumberArray, shape: readonly number[]): TensorPayload {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const x = Number(data[i]);
    if (!Number.isFinite(x)) continue;
    if (x < min) min = x;
    if (x > max) max = x;
    sum += x;
    count++;
  }
  const mean = sum / count;
  // A second pass over the differences: the sum of squares loses the spread of values far from zero.
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    const x = Number(data[i]);
    if (Number.isFinite(x)) squares += (x - mean) ** 2;
  }
  const some = count > 0;
  return {
    dtype: dtypeOf(data),
    shape,
    min: some ? min : null,
    max: some ? max : null,
    mean: some ? mean : null,
    stdev: some ? Math.sqrt(squares / count) : null,
    notFinite: data.length - count,
    head: Array.from({ length: Math.min(data.length, shownValues) }, (_, i) => numberText(data[i])),
  };
}

const numberText = (x: number | bigint): string =>
  typeof x === 'bigint' || Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(5)));

function tensorText(t: TensorPayload, length: number): string {
  const values = `[${t.head.join(', ')}${length > t.head.length ? ', …' : ''}]`;
  const statistics =
    t.min === null || t.max === null || t.mean === null || t.stdev === null
      ? []
      : [
          `min ${numberText(t.min)}, max ${numberText(t.max)}, mean ${numberText(t.mean)}, stdev ${numberText(t.stdev)}`,
        ];
  const bad = t.notFinite ? [`${t.notFinite} NaN or infinite`] : [];
  return [`${t.dtype} [${t.shape.join(', ')}] ${values}`, ...statistics, ...bad].join('\n');
}
