/** The sparse side, forward and backward: from entries (feature, value) to pooled vectors, and gradients back to entries. */

import { touch, wide } from './readAhead';
import { fma, Ones, splat, Valued, valued, zero } from './vector';

// @ts-expect-error: decorator
@inline
function scaled<X>(v: v128, x: v128): v128 {
  return valued<X>() ? f32x4.mul(v, x) : v;
}

/**
 * Bi-Interaction pooling of `rows` rows: bi = Σ_{i<j} x_i v_i ⊙ x_j v_j and s = Σ x_i v_i. The running form
 * bi += s ⊙ p, s += p costs as much as eq. (4) and does not cancel. 64 bytes of a row at a time stay in registers.
 * @param rowStart of the first row; ids, values of the whole batch
 */
// @ts-expect-error: decorator
@inline
function pool<X>(rowStart: usize, rows: i32, ids: usize, values: usize, table: usize, bytes: i32, s: usize, bi: usize, ld: i32): void {
  if (bytes >= wide) {
    const from = load<i32>(rowStart);
    touch(ids + (<usize>from << 2), load<i32>(rowStart + (<usize>rows << 2)) - from, table, bytes);
  }
  for (let r = 0; r < rows; r++) {
    const from = <usize>load<i32>(rowStart) << 2;
    const to = <usize>load<i32>(rowStart, 4) << 2;
    rowStart += 4;
    for (let c = 0; c < bytes; c += 64) {
      let s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
      let q0 = zero(), q1 = zero(), q2 = zero(), q3 = zero();
      for (let e = from; e < to; e += 4) {
        const p = table + <usize>load<i32>(ids + e) * bytes + c;
        const x = valued<X>() ? v128.load_splat<f32>(values + e) : zero();
        let v = scaled<X>(v128.load(p), x);
        q0 = fma(s0, v, q0);
        s0 = f32x4.add(s0, v);
        v = scaled<X>(v128.load(p, 16), x);
        q1 = fma(s1, v, q1);
        s1 = f32x4.add(s1, v);
        v = scaled<X>(v128.load(p, 32), x);
        q2 = fma(s2, v, q2);
        s2 = f32x4.add(s2, v);
        v = scaled<X>(v128.load(p, 48), x);
        q3 = fma(s3, v, q3);
        s3 = f32x4.add(s3, v);
      }
      v128.store(s + c, s0);
      v128.store(s + c, s1, 16);
      v128.store(s + c, s2, 32);
      v128.store(s + c, s3, 48);
      v128.store(bi + c, q0);
      v128.store(bi + c, q1, 16);
      v128.store(bi + c, q2, 32);
      v128.store(bi + c, q3, 48);
    }
    s += ld;
    bi += ld;
  }
}

export function poolOnes(rowStart: usize, rows: i32, ids: usize, values: usize, table: usize, bytes: i32, s: usize, bi: usize, ld: i32): void {
  pool<Ones>(rowStart, rows, ids, values, table, bytes, s, bi, ld);
}
export function poolValued(rowStart: usize, rows: i32, ids: usize, values: usize, table: usize, bytes: i32, s: usize, bi: usize, ld: i32): void {
  pool<Valued>(rowStart, rows, ids, values, table, bytes, s, bi, ld);
}

/** Gradient of the pooling for each entry: dE += x (s - x v) ⊙ g (NFM eq. 11). dE is [entries of the batch, bytes]. */
export function poolEntries(rowStart: usize, rows: i32, ids: usize, values: usize, table: usize, bytes: i32, s: usize, g: usize, ld: i32, dE: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let e = load<i32>(rowStart), to = load<i32>(rowStart, 4); e < to; e++) {
      const v = table + <usize>load<i32>(ids + (<usize>e << 2)) * bytes;
      const x = v128.load_splat<f32>(values + (<usize>e << 2));
      const d = dE + <usize>e * bytes;
      for (let c = 0; c < bytes; c += 16) {
        const rest = f32x4.sub(v128.load(s + c), f32x4.mul(x, v128.load(v + c)));
        v128.store(d + c, fma(f32x4.mul(x, rest), v128.load(g + c), v128.load(d + c)));
      }
    }
    rowStart += 4;
    s += ld;
    g += ld;
  }
}

/** First-order part: out = bias + Σ w_i x_i, one number a row. */
export function linear(rowStart: usize, rows: i32, ids: usize, values: usize, w: usize, bias: f32, out: usize): void {
  for (let r = 0; r < rows; r++) {
    let sum: f32 = 0;
    for (let e = <usize>load<i32>(rowStart) << 2, to = <usize>load<i32>(rowStart, 4) << 2; e < to; e += 4)
      sum += load<f32>(w + (<usize>load<i32>(ids + e) << 2)) * load<f32>(values + e);
    store<f32>(out, bias + sum);
    rowStart += 4;
    out += 4;
  }
}

/**
 * Concatenation: out[slot(e) ..] += x v, where slots (bytes, one per entry) say where an entry's field begins. Fields
 * may be unaligned and a table row's padding reaches into the next field, which adds only zeros.
 */
export function concat(rowStart: usize, rows: i32, ids: usize, values: usize, slots: usize, table: usize, bytes: i32, out: usize, ld: i32): void {
  for (let r = 0; r < rows; r++) {
    memory.fill(out, 0, ld);
    for (let e = <usize>load<i32>(rowStart) << 2, to = <usize>load<i32>(rowStart, 4) << 2; e < to; e += 4) {
      const v = table + <usize>load<i32>(ids + e) * bytes;
      const o = out + load<i32>(slots + e);
      const x = v128.load_splat<f32>(values + e);
      for (let c = 0; c < bytes; c += 16) v128.store(o + c, fma(x, v128.load(v + c), v128.load(o + c)));
    }
    rowStart += 4;
    out += ld;
  }
}

/** Gradient of the concatenation: dE += x g[slot(e) ..], without what lies beyond the field's `factors` columns. */
export function concatEntries(rowStart: usize, rows: i32, values: usize, slots: usize, bytes: i32, factors: i32, g: usize, ld: i32, dE: usize): void {
  const used = factors << 2;
  const whole = used & ~15;
  for (let r = 0; r < rows; r++) {
    for (let e = load<i32>(rowStart), to = load<i32>(rowStart, 4); e < to; e++) {
      const from = g + load<i32>(slots + (<usize>e << 2));
      const value = load<f32>(values + (<usize>e << 2));
      const x = splat(value);
      const d = dE + <usize>e * bytes;
      let c = 0;
      for (; c < whole; c += 16) v128.store(d + c, fma(x, v128.load(from + c), v128.load(d + c)));
      for (; c < used; c += 4) store<f32>(d + c, load<f32>(d + c) + value * load<f32>(from + c));
    }
    rowStart += 4;
    g += ld;
  }
}

/**
 * ANOVA kernel of degree `order`, per factor: out = Σ over subsets of that many entries of the product of their p = x v.
 * a_t += p a_{t-1}, t descending, entry by entry.
 * @param scratch (order + 1) vectors of 16 bytes
 */
export function anova(rowStart: usize, rows: i32, ids: usize, values: usize, table: usize, bytes: i32, order: i32, out: usize, ld: i32, scratch: usize): void {
  const top = scratch + (<usize>order << 4);
  for (let r = 0; r < rows; r++) {
    const from = <usize>load<i32>(rowStart) << 2;
    const to = <usize>load<i32>(rowStart, 4) << 2;
    for (let c = 0; c < bytes; c += 16) {
      v128.store(scratch, splat(1));
      for (let a = scratch + 16; a <= top; a += 16) v128.store(a, zero());
      for (let e = from; e < to; e += 4) {
        const p = f32x4.mul(v128.load_splat<f32>(values + e), v128.load(table + <usize>load<i32>(ids + e) * bytes + c));
        for (let a = top; a > scratch; a -= 16) v128.store(a, fma(p, v128.load(a - 16), v128.load(a)));
      }
      v128.store(out + c, v128.load(top));
    }
    rowStart += 4;
    out += ld;
  }
}

/**
 * Gradient of the ANOVA kernel: dE += g x ∂e/∂p. Forward once more keeping a_{j,t} of every entry j, then the adjoint
 * recursion from the last entry to the first.
 * @param scratch (entries of the longest row + 2) * (order + 1) vectors of 16 bytes
 */
export function anovaEntries(rowStart: usize, rows: i32, ids: usize, values: usize, table: usize, bytes: i32, order: i32, g: usize, ld: i32, dE: usize, scratch: usize): void {
  const step = <usize>(order + 1) << 4;
  for (let r = 0; r < rows; r++) {
    const from = load<i32>(rowStart);
    const to = load<i32>(rowStart, 4);
    for (let c = 0; c < bytes; c += 16) {
      let a = scratch + step; // a_{0,t}; the first `step` bytes hold the adjoints
      v128.store(a, splat(1));
      for (let t: usize = 16; t < step; t += 16) v128.store(a + t, zero());
      for (let e = from; e < to; e++) {
        const p = f32x4.mul(v128.load_splat<f32>(values + (<usize>e << 2)), v128.load(table + <usize>load<i32>(ids + (<usize>e << 2)) * bytes + c));
        const next = a + step;
        v128.store(next, splat(1));
        for (let t: usize = 16; t < step; t += 16) v128.store(next + t, fma(p, v128.load(a + t - 16), v128.load(a + t)));
        a = next;
      }
      for (let t: usize = 0; t < step; t += 16) v128.store(scratch + t, zero());
      v128.store(scratch + step - 16, v128.load(g + c));
      for (let e = to - 1; e >= from; e--) {
        a -= step; // a_{j-1}
        const x = v128.load_splat<f32>(values + (<usize>e << 2));
        const p = f32x4.mul(x, v128.load(table + <usize>load<i32>(ids + (<usize>e << 2)) * bytes + c));
        let dp = zero();
        for (let t: usize = 16; t < step; t += 16) dp = fma(v128.load(scratch + t), v128.load(a + t - 16), dp);
        for (let t: usize = 0; t < step - 16; t += 16)
          v128.store(scratch + t, fma(p, v128.load(scratch + t + 16), v128.load(scratch + t)));
        const d = dE + <usize>e * bytes + c;
        v128.store(d, fma(x, dp, v128.load(d)));
      }
    }
    rowStart += 4;
    g += ld;
  }
}
