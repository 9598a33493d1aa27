/** Updates at the end of a step: each kind of parameter from its gradient, shared among the threads. */

import type { Emitter } from './emitter.ts';
import { keepGradient } from './emitter.ts';
import { padded, type Rows } from './memory.ts';
import type { ParameterPlace } from './parameters.ts';
import { control } from './program.ts';

/** This thread's share of `count` things, in whole groups of `unit`. */
function share(e: Emitter, count: number, unit: number): readonly [number, number] {
  const units = Math.ceil(count / unit);
  const { index, count: threads } = e.thread;
  return [
    Math.floor((units * index) / threads) * unit,
    Math.min(count, Math.floor((units * (index + 1)) / threads) * unit),
  ];
}

/** Optimizer step of `bytes` bytes from `offset` on. */
function step(e: Emitter, place: ParameterPlace, offset: number, bytes: number): void {
  const { address, slots, gradient, parameter } = place;
  const [s, t] = slots;
  e.thread.kernels.update(
    e.optimizerKind,
    address + offset,
    s + offset,
    t + offset,
    gradient + offset,
    bytes,
    e.settings,
    parameter.l2,
    parameter.l1,
  );
}

const skipped = (e: Emitter, place: ParameterPlace): boolean => e.spec.gradientsOnly || !place.trained;

/** A vector's gradient is the sum of `parts`, one per chunk (or one in all: `count` 1). */
export function updateVector(e: Emitter, place: ParameterPlace, parts: number, count?: number): void {
  if (!place.trained) return;
  const { kernels: k } = e.thread;
  e.finishOnce(() => {
    k.sumChunks(parts, count ?? Math.ceil(e.words[control.rows] / e.chunkRows), place.bytes, place.gradient);
    if (!skipped(e, place)) step(e, place, 0, place.bytes);
  });
}

/** A single number that is added to every row's output: its gradient is the sum of the slopes. */
export function updateScalar(e: Emitter, place: ParameterPlace): void {
  if (!place.trained) return;
  const { kernels: k } = e.thread;
  e.finishOnce(() => {
    const gradient = k.sumFloats(e.slopeSums, Math.ceil(e.words[control.rows] / e.chunkRows));
    e.floats[place.gradient / 4] = gradient;
    if (skipped(e, place)) return;
    const [s, t] = place.slots;
    k.updateOne(
      e.optimizerKind,
      place.address,
      s,
      t,
      gradient,
      e.settings,
      place.parameter.l2,
      place.parameter.l1,
      e.scratch,
    );
  });
}

/** Weights of a dense layer: gradient xᵀ d over `rowCount()` rows, step, and the transposed copy; each thread has its rows of W. */
export function updateMatrix(e: Emitter, place: ParameterPlace, x: Rows, d: Rows, rowCount: () => number): void {
  if (!place.trained) return;
  const { kernels: k } = e.thread;
  const [inner, columns] = [padded(x.columns), padded(d.columns)];
  const [from, to] = share(e, inner, 8);
  e.finish(() => {
    const rows = rowCount();
    if (rows === 0) e.floats.fill(0, place.gradient / 4, (place.gradient + place.bytes) / 4); // no row has a pair
    k.multiplyTransposed(x.address, x.ld, d.address, d.ld, rows, inner, columns, from, to, place.gradient);
    if (skipped(e, place)) return;
    if (to - from === inner) step(e, place, 0, place.bytes);
    else
      for (let panel = 0; panel < columns / 8; panel++) step(e, place, 32 * (panel * inner + from), 32 * (to - from));
    k.transpose(place.address, place.transposed, inner, columns, from, to);
  });
}

/** How a table's gradient is there: below one pooling, as gradients of entries, or as slopes of rows (first-order weights). */
type TableGradient =
  | { readonly form: 'pooled'; readonly sums: Rows; readonly gradient: Rows }
  | { readonly form: 'entries'; readonly gradient: number }
  | { readonly form: 'firstOrder' };

/** Rows of a table: those of the batch, or with `rows: 'all'` every row (then the gradient is kept in a table first). */
export function updateTable(e: Emitter, place: ParameterPlace, from: TableGradient): void {
  if (!place.trained) return;
  const { index, count: threads } = e.thread;
  const kept = e.keepsTableGradients;
  const kind = kept ? keepGradient : e.optimizerKind;
  const [s, t] = kept ? [place.gradient, 0] : place.slots;
  const { l2, l1 } = place.parameter;
  const { unique, start, groupRow, groupEntry, groupValue } = e.batch;
  const { kernels: k } = e.thread;
  const distinct = () => e.words[control.unique];
  e.finish(() => {
    const count = distinct();
    if (from.form === 'pooled')
      k.updatePooled(
        kind,
        e.words[control.ones],
        unique,
        count,
        start,
        groupRow,
        groupValue,
        place.address,
        s,
        t,
        place.rowBytes,
        from.sums.address,
        from.gradient.address,
        from.gradient.ld,
        e.settings,
        l2,
        l1,
        index,
        threads,
      );
    else if (from.form === 'entries')
      k.updateEntries(
        kind,
        unique,
        count,
        start,
        groupEntry,
        place.address,
        s,
        t,
        place.rowBytes,
        from.gradient,
        e.settings,
        l2,
        l1,
        index,
        threads,
      );
    else
      k.updateFirstOrder(
        kind,
        e.words[control.ones],
        unique,
        count,
        start,
        groupRow,
        groupValue,
        place.address,
        s,
        t,
        e.slopes,
        e.settings,
        l2,
        l1,
        index,
        threads,
        e.scratch,
      );
  });
  if (!kept || e.spec.gradientsOnly) return;
  const [first, last] = share(e, place.bytes, 64);
  e.finish(() => step(e, place, first, last - first), 1);
  e.finish(() => {
    if (index === 0) k.clearRows(unique, distinct(), place.gradient, place.rowBytes);
  }, 2);
}
