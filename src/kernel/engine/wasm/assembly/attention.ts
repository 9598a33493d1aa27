/**
 * Attention over the pairs of a row (AFM eq. 4 and 5). The pairs' products and their hidden units are ordinary rows of
 * matrices, so the attention network runs on the dense kernels; here is what is special: building pairs, the softmax
 * over each row's pairs, and the weighted sum.
 */

import { fma, laneSum, splat, zero } from './vector';

/** products[pair] = x_i x_j v_i ⊙ v_j for the pairs i < j of each row, in order; returns the number of pairs. */
export function pairs(
  rowStart: usize,
  rows: i32,
  ids: usize,
  values: usize,
  table: usize,
  bytes: i32,
  products: usize,
  ld: i32,
): i32 {
  let count = 0;
  for (let r = 0; r < rows; r++) {
    const from = (<usize>load<i32>(rowStart)) << 2;
    const to = (<usize>load<i32>(rowStart, 4)) << 2;
    rowStart += 4;
    for (let i = from; i < to; i += 4) {
      const vi = table + <usize>load<i32>(ids + i) * bytes;
      const xi = load<f32>(values + i);
      for (let j = i + 4; j < to; j += 4) {
        const vj = table + <usize>load<i32>(ids + j) * bytes;
        const x = splat(xi * load<f32>(values + j));
        for (let c = 0; c < bytes; c += 16)
          v128.store(products + c, f32x4.mul(x, f32x4.mul(v128.load(vi + c), v128.load(vj + c))));
        products += ld;
        count++;
      }
    }
  }
  return count;
}

/**
 * Softmax over each row's pairs, the maximum subtracted, and out = Σ a_r k_r p_r with k_r the attention dropout's
 * multiplier (`kept` 0: none). A row without pairs gives 0.
 */
export function weigh(
  rowStart: usize,
  rows: i32,
  scores: usize,
  kept: usize,
  products: usize,
  ld: i32,
  bytes: i32,
  weights: usize,
  out: usize,
  ldOut: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const m = load<i32>(rowStart, 4) - load<i32>(rowStart);
    rowStart += 4;
    const n = (m * (m - 1)) >> 1;
    let highest: f32 = -Infinity;
    for (let p = 0; p < n; p++) highest = max(highest, load<f32>(scores + ((<usize>p) << 2)));
    let total: f64 = 0;
    for (let p = 0; p < n; p++) {
      const e = Math.exp(<f64>(load<f32>(scores + ((<usize>p) << 2)) - highest));
      store<f32>(weights + ((<usize>p) << 2), <f32>e);
      total += e;
    }
    for (let c = 0; c < bytes; c += 16) v128.store(out + c, zero());
    for (let p = 0; p < n; p++) {
      const at = (<usize>p) << 2;
      const a = <f32>(<f64>load<f32>(weights + at) / total);
      store<f32>(weights + at, a);
      const used = splat(kept ? a * load<f32>(kept + at) : a);
      const row = products + p * ld;
      for (let c = 0; c < bytes; c += 16) v128.store(out + c, fma(used, v128.load(row + c), v128.load(out + c)));
    }
    scores += (<usize>n) << 2;
    weights += (<usize>n) << 2;
    if (kept) kept += (<usize>n) << 2;
    products += n * ld;
    out += ldOut;
  }
}

/**
 * Backward of `weigh`: dScores, and dProducts = a k g (the direct part). With s_r = k_r g·p_r:
 * dscore_r = a_r (s_r - Σ a s).
 */
export function weighBackward(
  rowStart: usize,
  rows: i32,
  weights: usize,
  kept: usize,
  products: usize,
  ld: i32,
  bytes: i32,
  g: usize,
  ldG: i32,
  dScores: usize,
  dProducts: usize,
): void {
  for (let r = 0; r < rows; r++) {
    const m = load<i32>(rowStart, 4) - load<i32>(rowStart);
    rowStart += 4;
    const n = (m * (m - 1)) >> 1;
    let mean: f64 = 0; // the difference below cancels where one pair has most of the weight
    for (let p = 0; p < n; p++) {
      const at = (<usize>p) << 2;
      const row = products + p * ld;
      const a = load<f32>(weights + at);
      const k: f32 = kept ? load<f32>(kept + at) : 1;
      const direct = splat(a * k);
      let s = zero();
      for (let c = 0; c < bytes; c += 16) {
        const slope = v128.load(g + c);
        s = fma(slope, v128.load(row + c), s);
        v128.store(dProducts + p * ld + c, f32x4.mul(direct, slope));
      }
      const share = k * laneSum(s);
      store<f32>(dScores + at, share);
      mean += <f64>a * <f64>share;
    }
    for (let p = 0; p < n; p++) {
      const at = (<usize>p) << 2;
      store<f32>(dScores + at, <f32>(<f64>load<f32>(weights + at) * (<f64>load<f32>(dScores + at) - mean)));
    }
    weights += (<usize>n) << 2;
    if (kept) kept += (<usize>n) << 2;
    dScores += (<usize>n) << 2;
    products += n * ld;
    dProducts += n * ld;
    g += ldG;
  }
}

/** Gradient of the products for each entry: dE_i += x_i x_j v_j ⊙ dp, and the same for j. */
export function pairEntries(
  rowStart: usize,
  rows: i32,
  ids: usize,
  values: usize,
  table: usize,
  bytes: i32,
  dProducts: usize,
  ld: i32,
  dE: usize,
): void {
  for (let r = 0; r < rows; r++) {
    const from = load<i32>(rowStart);
    const to = load<i32>(rowStart, 4);
    rowStart += 4;
    for (let i = from; i < to; i++) {
      const vi = table + <usize>load<i32>(ids + ((<usize>i) << 2)) * bytes;
      const xi = load<f32>(values + ((<usize>i) << 2));
      const di = dE + <usize>i * bytes;
      for (let j = i + 1; j < to; j++) {
        const vj = table + <usize>load<i32>(ids + ((<usize>j) << 2)) * bytes;
        const dj = dE + <usize>j * bytes;
        const x = splat(xi * load<f32>(values + ((<usize>j) << 2)));
        for (let c = 0; c < bytes; c += 16) {
          const slope = f32x4.mul(x, v128.load(dProducts + c));
          v128.store(di + c, fma(slope, v128.load(vj + c), v128.load(di + c)));
          v128.store(dj + c, fma(slope, v128.load(vi + c), v128.load(dj + c)));
        }
        dProducts += ld;
      }
    }
  }
}
