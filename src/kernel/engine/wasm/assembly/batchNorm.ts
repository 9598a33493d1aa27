/**
 * Batch normalisation (NFM eq. 12). Statistics per chunk of rows, then combined over chunks in order, so that they do
 * not depend on threads. Normalising is then one multiply-add per element with column vectors a and b.
 */

import { readAhead, wide } from './readAhead';
import { fma, splat, zero } from './vector';

/** Column sums and sums of squared differences from the chunk's own mean, of `rows` rows. */
export function columnStatistics(x: usize, ld: i32, rows: i32, bytes: i32, sums: usize, squares: usize): void {
  const inverse = splat(<f32>1 / <f32>rows);
  const end = rows * ld;
  for (let c = 0; c < bytes; c += 64) {
    let p = x + c;
    const stop = p + end;
    let a0 = zero(), a1 = zero(), a2 = zero(), a3 = zero();
    do {
      a0 = f32x4.add(a0, v128.load(p));
      a1 = f32x4.add(a1, v128.load(p, 16));
      a2 = f32x4.add(a2, v128.load(p, 32));
      a3 = f32x4.add(a3, v128.load(p, 48));
      p += ld;
    } while (p < stop);
    v128.store(sums + c, a0);
    v128.store(sums + c, a1, 16);
    v128.store(sums + c, a2, 32);
    v128.store(sums + c, a3, 48);
    a0 = f32x4.mul(a0, inverse);
    a1 = f32x4.mul(a1, inverse);
    a2 = f32x4.mul(a2, inverse);
    a3 = f32x4.mul(a3, inverse);
    let m0 = zero(), m1 = zero(), m2 = zero(), m3 = zero();
    p = x + c;
    do {
      let d = f32x4.sub(v128.load(p), a0);
      m0 = fma(d, d, m0);
      d = f32x4.sub(v128.load(p, 16), a1);
      m1 = fma(d, d, m1);
      d = f32x4.sub(v128.load(p, 32), a2);
      m2 = fma(d, d, m2);
      d = f32x4.sub(v128.load(p, 48), a3);
      m3 = fma(d, d, m3);
      p += ld;
    } while (p < stop);
    v128.store(squares + c, m0);
    v128.store(squares + c, m1, 16);
    v128.store(squares + c, m2, 32);
    v128.store(squares + c, m3, 48);
  }
}

/**
 * Chunk statistics (each [chunks][bytes]) to mean, biased variance, 1 / sqrt(variance + ε), and the coefficients
 * a = γ / sqrt(variance + ε), b = β - a mean. Chunks have `chunk` rows, the last one the rest of `rows`.
 */
export function combineStatistics(
  sums: usize,
  squares: usize,
  rows: i32,
  chunk: i32,
  bytes: i32,
  gamma: usize,
  beta: usize,
  epsilon: f32,
  mean: usize,
  variance: usize,
  inverse: usize,
  a: usize,
  b: usize,
): void {
  const perRow = splat(<f32>1 / <f32>rows);
  for (let c = 0; c < bytes; c += 16) {
    let total = zero();
    let p = sums + c;
    for (let from = 0; from < rows; from += chunk) {
      total = f32x4.add(total, v128.load(p));
      p += bytes;
    }
    const m = f32x4.mul(total, perRow);
    let q = zero();
    p = sums + c;
    let p2 = squares + c;
    for (let from = 0; from < rows; from += chunk) {
      const n = <f32>min(chunk, rows - from);
      const d = f32x4.sub(f32x4.mul(v128.load(p), splat(<f32>1 / n)), m);
      q = f32x4.add(q, fma(f32x4.mul(d, d), splat(n), v128.load(p2)));
      p += bytes;
      p2 += bytes;
    }
    const v = f32x4.mul(q, perRow);
    v128.store(mean + c, m);
    v128.store(variance + c, v);
    coefficients(m, v, gamma + c, beta + c, epsilon, inverse + c, a + c, b + c);
  }
}

// @ts-expect-error: decorator
@inline
function coefficients(mean: v128, variance: v128, gamma: usize, beta: usize, epsilon: f32, inverse: usize, a: usize, b: usize): void {
  const r = f32x4.div(splat(1), f32x4.sqrt(f32x4.add(variance, splat(epsilon))));
  const scale = f32x4.mul(v128.load(gamma), r);
  v128.store(inverse, r);
  v128.store(a, scale);
  v128.store(b, f32x4.sub(v128.load(beta), f32x4.mul(scale, mean)));
}

/** The coefficients of inference, from the moving averages. */
export function inferenceCoefficients(mean: usize, variance: usize, bytes: i32, gamma: usize, beta: usize, epsilon: f32, inverse: usize, a: usize, b: usize): void {
  for (let c = 0; c < bytes; c += 16)
    coefficients(v128.load(mean + c), v128.load(variance + c), gamma + c, beta + c, epsilon, inverse + c, a + c, b + c);
}

/**
 * Backward, second half: from the summed Σ dy and Σ dy x̂ the coefficients of dx = a dy + q x + s.
 * dx = γ/σ (dy - Σdy/B - x̂ Σ(dy x̂)/B), written in x.
 */
export function backwardCoefficients(a: usize, inverse: usize, mean: usize, sumDy: usize, sumDyX: usize, rows: i32, bytes: i32, q: usize, s: usize): void {
  const perRow = splat(<f32>1 / <f32>rows);
  for (let c = 0; c < bytes; c += 16) {
    const scale = v128.load(a + c);
    const slope = f32x4.mul(f32x4.mul(scale, v128.load(inverse + c)), f32x4.mul(v128.load(sumDyX + c), perRow));
    v128.store(q + c, f32x4.neg(slope));
    v128.store(s + c, f32x4.sub(f32x4.mul(slope, v128.load(mean + c)), f32x4.mul(scale, f32x4.mul(v128.load(sumDy + c), perRow))));
  }
}

/** d = a d + q x + s, per column. Columns outside, rows inside, so that the coefficients stay in registers. */
export function backwardApply(d: usize, x: usize, ld: i32, rows: i32, bytes: i32, a: usize, q: usize, s: usize): void {
  const end = rows * ld;
  if (bytes >= wide) {
    readAhead(d, end);
    readAhead(x, end);
  }
  for (let c = 0; c < bytes; c += 32) {
    const a0 = v128.load(a + c), a1 = v128.load(a + c, 16);
    const q0 = v128.load(q + c), q1 = v128.load(q + c, 16);
    const s0 = v128.load(s + c), s1 = v128.load(s + c, 16);
    let dp = d + c, xp = x + c;
    for (const stop = dp + end; dp < stop; dp += ld) {
      v128.store(dp, fma(a0, v128.load(dp), fma(q0, v128.load(xp), s0)));
      v128.store(dp, fma(a1, v128.load(dp, 16), fma(q1, v128.load(xp, 16), s1)), 16);
      xp += ld;
    }
  }
}

/** Moving average: average += (1 - decay) (now - average). */
export function moveAverage(average: usize, now: usize, bytes: i32, decay: f32): void {
  const rate = splat(<f32>1 - decay);
  for (let c = 0; c < bytes; c += 16) {
    const old = v128.load(average + c);
    v128.store(average + c, fma(rate, f32x4.sub(v128.load(now + c), old), old));
  }
}
