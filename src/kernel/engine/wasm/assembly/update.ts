/**
 * Updates: one optimizer rule, used for dense weights and for the rows of tables. The rule is a type tag, so each
 * combination is compiled without branches in its loops.
 *
 * `settings` is an address of f32s: learning rate (Adam: with bias correction), momentum or β1, β2, ε (Adam: corrected).
 */

import { idsAhead, readAheadUpdate, wide } from './readAhead';
import { fma, larger, Ones, splat, Valued, valued, zero } from './vector';

type Sgd = u8;
type Momentum = u16;
type Adagrad = u32;
type Adam = u64;
/** Adagrad without penalties, the usual case of the largest loops. */
type PlainAdagrad = f32;
/** No update: the gradient itself is stored, in the place of the first slot. */
type Keep = f64;

// @ts-expect-error: decorator
@inline
function is<A, B>(): bool {
  return sizeof<A>() == sizeof<B>() && isFloat<A>() == isFloat<B>();
}

/** θ moved towards 0 by `by`, not beyond (the proximal step of L1). */
// @ts-expect-error: decorator
@inline
function shrink(theta: v128, by: v128): v128 {
  const size = larger(f32x4.sub(f32x4.abs(theta), by), zero());
  return v128.or(size, v128.and(theta, i32x4.splat(0x80000000)));
}

/** The guard under Adagrad's root; loaded, because made in place a constant costs three instructions at every use. */
const smallest: usize = memory.data<f32>([1e-30, 1e-30, 1e-30, 1e-30], 16);

/** One optimizer step of four coordinates `theta`, which lie at `p`; `s`, `t` slots, `rate` the learning rate. */
// @ts-ignore: decorator
@inline
function step<O>(theta: v128, p: usize, s: usize, t: usize, gradient: v128, rate: v128, settings: usize, l2: v128, l1: f32): void {
  if (is<O, Keep>()) {
    v128.store(s, gradient);
    return;
  }
  if (is<O, PlainAdagrad>()) {
    const a = fma(gradient, gradient, v128.load(s));
    v128.store(s, a);
    const root = f32x4.sqrt(larger(a, v128.load(smallest)));
    v128.store(p, f32x4.sub(theta, f32x4.div(f32x4.mul(rate, gradient), root)));
    return;
  }
  const g = fma(l2, theta, gradient);
  let next = theta;
  let effective = rate;
  if (is<O, Sgd>()) next = f32x4.sub(theta, f32x4.mul(rate, g));
  if (is<O, Momentum>()) {
    const u = fma(v128.load_splat<f32>(settings, 4), v128.load(s), g);
    v128.store(s, u);
    next = f32x4.sub(theta, f32x4.mul(rate, u));
  }
  if (is<O, Adagrad>()) {
    const a = fma(g, g, v128.load(s));
    v128.store(s, a);
    const root = f32x4.sqrt(larger(a, v128.load(smallest)));
    next = f32x4.sub(theta, f32x4.div(f32x4.mul(rate, g), root));
    if (l1 != 0) effective = f32x4.div(rate, root);
  }
  if (is<O, Adam>()) {
    const b1 = v128.load_splat<f32>(settings, 4), b2 = v128.load_splat<f32>(settings, 8);
    const m = fma(b1, v128.load(s), f32x4.mul(f32x4.sub(splat(1), b1), g));
    const q = fma(b2, v128.load(t), f32x4.mul(f32x4.sub(splat(1), b2), f32x4.mul(g, g)));
    v128.store(s, m);
    v128.store(t, q);
    effective = f32x4.div(rate, f32x4.add(f32x4.sqrt(q), v128.load_splat<f32>(settings, 12)));
    next = f32x4.sub(theta, f32x4.mul(m, effective));
  }
  if (l1 != 0) next = shrink(next, f32x4.mul(effective, splat(l1)));
  v128.store(p, next);
}

/** The same step of one coordinate: the other three lanes are kept away from memory. */
// @ts-expect-error: decorator
@inline
function stepOne<O>(p: usize, s: usize, t: usize, gradient: f32, settings: usize, l2: f32, l1: f32, scratch: usize): void {
  store<f32>(scratch, load<f32>(p));
  if (!is<O, Sgd>()) store<f32>(scratch, load<f32>(s), 16);
  if (is<O, Adam>()) store<f32>(scratch, load<f32>(t), 32);
  step<O>(v128.load(scratch), scratch, scratch + 16, scratch + 32, splat(gradient), v128.load_splat<f32>(settings), settings, splat(l2), l1);
  if (!is<O, Keep>()) store<f32>(p, load<f32>(scratch));
  if (!is<O, Sgd>()) store<f32>(s, load<f32>(scratch, 16));
  if (is<O, Adam>()) store<f32>(t, load<f32>(scratch, 32));
}

// @ts-expect-error: decorator
@inline
function dense<O>(p: usize, s: usize, t: usize, g: usize, bytes: usize, settings: usize, l2: f32, l1: f32): void {
  const penalty = splat(l2), rate = v128.load_splat<f32>(settings);
  for (let c: usize = 0; c < bytes; c += 16)
    step<O>(v128.load(p + c), p + c, s + c, t + c, v128.load(g + c), rate, settings, penalty, l1);
}

/** Updates `bytes` bytes of weights with the gradient at `g`. `kind`: 0 SGD, 1 momentum, 2 Adagrad, 3 Adam. */
export function update(kind: i32, p: usize, s: usize, t: usize, g: usize, bytes: usize, settings: usize, l2: f32, l1: f32): void {
  if (kind == 2 && l2 == 0 && l1 == 0) dense<PlainAdagrad>(p, s, t, g, bytes, settings, l2, l1);
  else if (kind == 0) dense<Sgd>(p, s, t, g, bytes, settings, l2, l1);
  else if (kind == 1) dense<Momentum>(p, s, t, g, bytes, settings, l2, l1);
  else if (kind == 2) dense<Adagrad>(p, s, t, g, bytes, settings, l2, l1);
  else dense<Adam>(p, s, t, g, bytes, settings, l2, l1);
}

/** One coordinate's update, for biases of a single number. */
export function updateOne(kind: i32, p: usize, s: usize, t: usize, g: f32, settings: usize, l2: f32, l1: f32, scratch: usize): void {
  if (kind == 0) stepOne<Sgd>(p, s, t, g, settings, l2, l1, scratch);
  else if (kind == 1) stepOne<Momentum>(p, s, t, g, settings, l2, l1, scratch);
  else if (kind == 2) stepOne<Adagrad>(p, s, t, g, settings, l2, l1, scratch);
  else stepOne<Adam>(p, s, t, g, settings, l2, l1, scratch);
}

/** Adds one row's share of an entry's gradient, x (S - x V) ⊙ D (NFM eq. 11), to `sum`. */
// @ts-ignore: decorator
@inline
function share<X>(sum: v128, x: v128, v: v128, s: usize, d: usize): v128 {
  if (valued<X>()) return fma(f32x4.mul(x, f32x4.sub(v128.load(s), f32x4.mul(x, v))), v128.load(d), sum);
  return fma(f32x4.sub(v128.load(s), v), v128.load(d), sum);
}

/**
 * Rows of a table below one Bi-Interaction pooling: for each distinct id g = Σ x (S_r - x V) ⊙ D_r over its rows r, with
 * D the gradient of the pooled vector and S the sum that the pooling kept, then its row's update. This thread does the
 * ids with id % threads == thread.
 */
// @ts-ignore: decorator
@inline
function pooled<O, X>(unique: usize, count: i32, start: usize, groupRow: usize, groupValue: usize, table: usize, s: usize, t: usize, bytes: i32, S: usize, D: usize, ld: i32, settings: usize, l2: f32, l1: f32, thread: i32, threads: i32): void {
  const penalty = splat(l2), rate = v128.load_splat<f32>(settings);
  let ahead = 0;
  for (let u = 0; u < count; u++) {
    if (bytes >= wide && u == ahead) {
      ahead = min(u + idsAhead, count);
      readAheadUpdate(unique, u, ahead, start, groupRow, table, s, bytes, S, D, ld, thread, threads);
    }
    const id = load<i32>(unique + (<usize>u << 2));
    if (threads > 1 && id % threads != thread) continue;
    const from = <usize>load<i32>(start + (<usize>u << 2)) << 2;
    const to = <usize>load<i32>(start + (<usize>u << 2), 4) << 2;
    const row = <usize>id * bytes;
    // Most features of a batch occur once: their first row is taken apart, and the others' loop is left out. Two vectors
    // at a time: with four the code generator keeps a sum in memory, and every row waits for it.
    const several = to - from > 4;
    const first = <usize>(load<i32>(groupRow + from) * ld);
    const x0 = valued<X>() ? v128.load_splat<f32>(groupValue + from) : zero();
    for (let c: usize = 0; c < <usize>bytes; c += 32) {
      const v = table + row + c;
      const v0 = v128.load(v), v1 = v128.load(v, 16);
      let o = first + c;
      let x = x0;
      let g0 = share<X>(zero(), x, v0, S + o, D + o);
      let g1 = share<X>(zero(), x, v1, S + o + 16, D + o + 16);
      if (several) {
        let e = from + 4;
        do {
          o = <usize>(load<i32>(groupRow + e) * ld) + c;
          if (valued<X>()) x = v128.load_splat<f32>(groupValue + e);
          g0 = share<X>(g0, x, v0, S + o, D + o);
          g1 = share<X>(g1, x, v1, S + o + 16, D + o + 16);
          e += 4;
        } while (e < to);
      }
      const at = row + c;
      step<O>(v0, v, s + at, t + at, g0, rate, settings, penalty, l1);
      step<O>(v1, v + 16, s + at + 16, t + at + 16, g1, rate, settings, penalty, l1);
    }
  }
}

/** `kind` as in `update`, 4 keeps the gradient in `s`; `ones`: all values are 1. */
export function updatePooled(kind: i32, ones: i32, unique: usize, count: i32, start: usize, groupRow: usize, groupValue: usize, table: usize, s: usize, t: usize, bytes: i32, S: usize, D: usize, ld: i32, settings: usize, l2: f32, l1: f32, thread: i32, threads: i32): void {
  const plain = kind == 2 && l2 == 0 && l1 == 0;
  if (plain && ones) pooled<PlainAdagrad, Ones>(unique, count, start, groupRow, groupValue, table, s, t, bytes, S, D, ld, settings, l2, l1, thread, threads);
  else if (plain) pooled<PlainAdagrad, Valued>(unique, count, start, groupRow, groupValue, table, s, t, bytes, S, D, ld, settings, l2, l1, thread, threads);
  else if (kind == 0) pooled<Sgd, Valued>(unique, count, start, groupRow, groupValue, table, s, t, bytes, S, D, ld, settings, l2, l1, thread, threads);
  else if (kind == 1) pooled<Momentum, Valued>(unique, count, start, groupRow, groupValue, table, s, t, bytes, S, D, ld, settings, l2, l1, thread, threads);
  else if (kind == 2) pooled<Adagrad, Valued>(unique, count, start, groupRow, groupValue, table, s, t, bytes, S, D, ld, settings, l2, l1, thread, threads);
  else if (kind == 3) pooled<Adam, Valued>(unique, count, start, groupRow, groupValue, table, s, t, bytes, S, D, ld, settings, l2, l1, thread, threads);
  else pooled<Keep, Valued>(unique, count, start, groupRow, groupValue, table, s, t, bytes, S, D, ld, settings, l2, l1, thread, threads);
}

/** Rows of a table whose entries' gradients dE are written out: g = Σ dE over the id's entries. */
// @ts-expect-error: decorator
@inline
function entries<O>(unique: usize, count: i32, start: usize, groupEntry: usize, table: usize, s: usize, t: usize, bytes: i32, dE: usize, settings: usize, l2: f32, l1: f32, thread: i32, threads: i32): void {
  const penalty = splat(l2), rate = v128.load_splat<f32>(settings);
  for (let u = 0; u < count; u++) {
    const id = load<i32>(unique + (<usize>u << 2));
    if (threads > 1 && id % threads != thread) continue;
    const from = <usize>load<i32>(start + (<usize>u << 2)) << 2;
    const to = <usize>load<i32>(start + (<usize>u << 2), 4) << 2;
    const row = <usize>id * bytes;
    for (let c: usize = 0; c < <usize>bytes; c += 16) {
      let g = zero();
      for (let e = from; e < to; e += 4) g = f32x4.add(g, v128.load(dE + <usize>load<i32>(groupEntry + e) * bytes + c));
      const p = table + row + c;
      step<O>(v128.load(p), p, s + row + c, t + row + c, g, rate, settings, penalty, l1);
    }
  }
}

export function updateEntries(kind: i32, unique: usize, count: i32, start: usize, groupEntry: usize, table: usize, s: usize, t: usize, bytes: i32, dE: usize, settings: usize, l2: f32, l1: f32, thread: i32, threads: i32): void {
  if (kind == 0) entries<Sgd>(unique, count, start, groupEntry, table, s, t, bytes, dE, settings, l2, l1, thread, threads);
  else if (kind == 1) entries<Momentum>(unique, count, start, groupEntry, table, s, t, bytes, dE, settings, l2, l1, thread, threads);
  else if (kind == 2) entries<Adagrad>(unique, count, start, groupEntry, table, s, t, bytes, dE, settings, l2, l1, thread, threads);
  else if (kind == 3) entries<Adam>(unique, count, start, groupEntry, table, s, t, bytes, dE, settings, l2, l1, thread, threads);
  else entries<Keep>(unique, count, start, groupEntry, table, s, t, bytes, dE, settings, l2, l1, thread, threads);
}

/** First-order weights: g = Σ x slope_r over the id's rows. Four ids at a time would need a scatter; one is fast enough. */
// @ts-expect-error: decorator
@inline
function first<O, X>(unique: usize, count: i32, start: usize, groupRow: usize, groupValue: usize, w: usize, s: usize, t: usize, slopes: usize, settings: usize, l2: f32, l1: f32, thread: i32, threads: i32, scratch: usize): void {
  const rate = load<f32>(settings);
  for (let u = 0; u < count; u++) {
    const id = load<i32>(unique + (<usize>u << 2));
    if (threads > 1 && id % threads != thread) continue;
    let g: f32 = 0;
    const to = <usize>load<i32>(start + (<usize>u << 2), 4) << 2;
    for (let e = <usize>load<i32>(start + (<usize>u << 2)) << 2; e < to; e += 4) {
      const slope = load<f32>(slopes + (<usize>load<i32>(groupRow + e) << 2));
      g += valued<X>() ? load<f32>(groupValue + e) * slope : slope;
    }
    const at = <usize>id << 2;
    if (is<O, PlainAdagrad>()) {
      // the usual case without the detour through vectors
      const a: f32 = load<f32>(s + at) + g * g;
      store<f32>(s + at, a);
      const root: f32 = sqrt<f32>(a < 1e-30 ? 1e-30 : a); // NaN stays
      store<f32>(w + at, load<f32>(w + at) - (rate * g) / root);
    } else stepOne<O>(w + at, s + at, t + at, g, settings, l2, l1, scratch);
  }
}

/** `kind` and `ones` as in `updatePooled`. */
export function updateFirstOrder(kind: i32, ones: i32, unique: usize, count: i32, start: usize, groupRow: usize, groupValue: usize, w: usize, s: usize, t: usize, slopes: usize, settings: usize, l2: f32, l1: f32, thread: i32, threads: i32, scratch: usize): void {
  const plain = kind == 2 && l2 == 0 && l1 == 0;
  if (plain && ones) first<PlainAdagrad, Ones>(unique, count, start, groupRow, groupValue, w, s, t, slopes, settings, l2, l1, thread, threads, scratch);
  else if (plain) first<PlainAdagrad, Valued>(unique, count, start, groupRow, groupValue, w, s, t, slopes, settings, l2, l1, thread, threads, scratch);
  else if (kind == 0) first<Sgd, Valued>(unique, count, start, groupRow, groupValue, w, s, t, slopes, settings, l2, l1, thread, threads, scratch);
  else if (kind == 1) first<Momentum, Valued>(unique, count, start, groupRow, groupValue, w, s, t, slopes, settings, l2, l1, thread, threads, scratch);
  else if (kind == 2) first<Adagrad, Valued>(unique, count, start, groupRow, groupValue, w, s, t, slopes, settings, l2, l1, thread, threads, scratch);
  else if (kind == 3) first<Adam, Valued>(unique, count, start, groupRow, groupValue, w, s, t, slopes, settings, l2, l1, thread, threads, scratch);
  else first<Keep, Valued>(unique, count, start, groupRow, groupValue, w, s, t, slopes, settings, l2, l1, thread, threads, scratch);
}

/** Zeroes the rows `unique` of a table (kept gradients, after their use). */
export function clearRows(unique: usize, count: i32, table: usize, bytes: i32): void {
  for (let u = 0; u < count; u++) memory.fill(table + <usize>load<i32>(unique + (<usize>u << 2)) * bytes, 0, bytes);
}
