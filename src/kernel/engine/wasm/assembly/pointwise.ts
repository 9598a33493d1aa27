/**
 * What happens to a vector element by element: batch norm's multiply-add, activation, dropout. A run of these in the
 * graph is one pass forward and one pass backward (kernels are compiled for each combination that needs no
 * exponential; sigmoid and tanh add a pass).
 */

import { readAhead, wide } from './readAhead';
import { fma, larger, mix4, No, sigmoid4, splat, tanh4, Yes, yes, zero } from './vector';

/** 8 units' masks (all ones = dropped) from 4 counters of 2 x 16 bits. */
// @ts-expect-error: decorator
@inline
function dropped(counters: v128, threshold: v128): v128 {
  return i16x8.lt_s(mix4(counters), threshold);
}

// @ts-ignore: decorator
@inline
function element<Norm, Relu, Drop>(x: v128, a: v128, b: v128, scale: v128, mask: v128): v128 {
  let y = x;
  if (yes<Norm>()) y = fma(y, a, b);
  if (yes<Relu>()) y = larger(y, zero());
  if (yes<Drop>()) y = v128.andnot(f32x4.mul(y, scale), mask);
  return y;
}

/**
 * y = dropout(relu(a x + b)), each part present or not. Columns outside, rows inside: the coefficients stay in registers.
 * @param row number of the first row in the batch (masks count from it); masks are kept where ReLU does not show them
 * @param threshold 16-bit threshold minus 32768; @param scale 1 / (1 - ratio)
 */
// @ts-ignore: decorator
@inline
function forward<Norm, Relu, Drop>(x: usize, y: usize, ld: i32, rows: i32, bytes: i32, a: usize, b: usize, masks: usize, row: i32, key: i32, threshold: i32, scale: f32): void {
  if (bytes >= wide) readAhead(x, rows * ld);
  const limit = i16x8.splat(<i16>threshold);
  const factor = splat(scale);
  const countersPerRow = bytes >> 3; // two units a counter
  const nextRow = i32x4.splat(countersPerRow);
  const maskStep = bytes >> 1;
  for (let c = 0; c < bytes; c += 32) {
    let a0 = zero(), a1 = zero(), b0 = zero(), b1 = zero();
    if (yes<Norm>()) {
      a0 = v128.load(a + c);
      a1 = v128.load(a + c, 16);
      b0 = v128.load(b + c);
      b1 = v128.load(b + c, 16);
    }
    let xp = x + c, yp = y + c, mp = masks + (c >> 1);
    let counters = i32x4.add(i32x4.splat(key + row * countersPerRow + (c >> 3)), i32x4(0, 1, 2, 3));
    for (let r = 0; r < rows; r++) {
      let mask = zero();
      if (yes<Drop>()) {
        mask = dropped(counters, limit);
        counters = i32x4.add(counters, nextRow);
        if (!yes<Relu>()) {
          v128.store(mp, mask);
          mp += maskStep;
        }
      }
      v128.store(yp, element<Norm, Relu, Drop>(v128.load(xp), a0, b0, factor, i32x4.extend_low_i16x8_s(mask)));
      v128.store(yp, element<Norm, Relu, Drop>(v128.load(xp, 16), a1, b1, factor, i32x4.extend_high_i16x8_s(mask)), 16);
      xp += ld;
      yp += ld;
    }
  }
}

/** `parts`: 1 batch norm, 2 relu, 4 dropout, or a sum of these. */
export function pointwise(parts: i32, x: usize, y: usize, ld: i32, rows: i32, bytes: i32, a: usize, b: usize, masks: usize, row: i32, key: i32, threshold: i32, scale: f32): void {
  if (parts == 1) forward<Yes, No, No>(x, y, ld, rows, bytes, a, b, masks, row, key, threshold, scale);
  else if (parts == 2) forward<No, Yes, No>(x, y, ld, rows, bytes, a, b, masks, row, key, threshold, scale);
  else if (parts == 3) forward<Yes, Yes, No>(x, y, ld, rows, bytes, a, b, masks, row, key, threshold, scale);
  else if (parts == 4) forward<No, No, Yes>(x, y, ld, rows, bytes, a, b, masks, row, key, threshold, scale);
  else if (parts == 5) forward<Yes, No, Yes>(x, y, ld, rows, bytes, a, b, masks, row, key, threshold, scale);
  else if (parts == 6) forward<No, Yes, Yes>(x, y, ld, rows, bytes, a, b, masks, row, key, threshold, scale);
  else if (parts == 7) forward<Yes, Yes, Yes>(x, y, ld, rows, bytes, a, b, masks, row, key, threshold, scale);
  else forward<No, No, No>(x, y, ld, rows, bytes, a, b, masks, row, key, threshold, scale);
}

// @ts-expect-error: decorator
@inline
function slope<Relu, Drop>(d: v128, y: v128, scale: v128, mask: v128): v128 {
  let g = d;
  if (yes<Drop>()) {
    g = f32x4.mul(g, scale);
    if (!yes<Relu>()) g = v128.andnot(g, mask);
  }
  if (yes<Relu>()) g = v128.and(g, f32x4.gt(y, zero())); // a dropped unit has y = 0 as well
  return g;
}

/**
 * Backward of `pointwise` up to the input of batch norm: d = d ⊙ slope, in place; with batch norm also the column sums
 * Σ d and Σ d x̂ of these rows.
 */
// @ts-expect-error: decorator
@inline
function backward<Norm, Relu, Drop>(d: usize, x: usize, y: usize, ld: i32, rows: i32, bytes: i32, masks: usize, scale: f32, mean: usize, inverse: usize, sumD: usize, sumDX: usize): void {
  if (bytes >= wide) {
    readAhead(d, rows * ld);
    if (yes<Norm>()) readAhead(x, rows * ld);
  }
  const factor = splat(scale);
  const maskStep = bytes >> 1;
  for (let c = 0; c < bytes; c += 32) {
    let a0 = zero(), a1 = zero(), b0 = zero(), b1 = zero();
    let m0 = zero(), m1 = zero();
    if (yes<Norm>()) {
      m0 = v128.load(mean + c);
      m1 = v128.load(mean + c, 16);
    }
    let dp = d + c, xp = x + c, yp = y + c, mp = masks + (c >> 1);
    for (let r = 0; r < rows; r++) {
      let mask = zero();
      if (yes<Drop>() && !yes<Relu>()) {
        mask = v128.load(mp);
        mp += maskStep;
      }
      let y0 = zero(), y1 = zero();
      if (yes<Relu>()) {
        y0 = v128.load(yp);
        y1 = v128.load(yp, 16);
        yp += ld;
      }
      const d0 = slope<Relu, Drop>(v128.load(dp), y0, factor, i32x4.extend_low_i16x8_s(mask));
      const d1 = slope<Relu, Drop>(v128.load(dp, 16), y1, factor, i32x4.extend_high_i16x8_s(mask));
      if (yes<Relu>() || yes<Drop>()) {
        v128.store(dp, d0);
        v128.store(dp, d1, 16);
      }
      if (yes<Norm>()) {
        a0 = f32x4.add(a0, d0);
        a1 = f32x4.add(a1, d1);
        b0 = fma(d0, f32x4.sub(v128.load(xp), m0), b0);
        b1 = fma(d1, f32x4.sub(v128.load(xp, 16), m1), b1);
        xp += ld;
      }
      dp += ld;
    }
    if (yes<Norm>()) {
      v128.store(sumD + c, a0);
      v128.store(sumD + c, a1, 16);
      v128.store(sumDX + c, f32x4.mul(b0, v128.load(inverse + c)));
      v128.store(sumDX + c, f32x4.mul(b1, v128.load(inverse + c, 16)), 16);
    }
  }
}

/** `parts` as in `pointwise`. */
export function pointwiseBackward(parts: i32, d: usize, x: usize, y: usize, ld: i32, rows: i32, bytes: i32, masks: usize, scale: f32, mean: usize, inverse: usize, sumD: usize, sumDX: usize): void {
  if (parts == 1) backward<Yes, No, No>(d, x, y, ld, rows, bytes, masks, scale, mean, inverse, sumD, sumDX);
  else if (parts == 2) backward<No, Yes, No>(d, x, y, ld, rows, bytes, masks, scale, mean, inverse, sumD, sumDX);
  else if (parts == 3) backward<Yes, Yes, No>(d, x, y, ld, rows, bytes, masks, scale, mean, inverse, sumD, sumDX);
  else if (parts == 4) backward<No, No, Yes>(d, x, y, ld, rows, bytes, masks, scale, mean, inverse, sumD, sumDX);
  else if (parts == 5) backward<Yes, No, Yes>(d, x, y, ld, rows, bytes, masks, scale, mean, inverse, sumD, sumDX);
  else if (parts == 6) backward<No, Yes, Yes>(d, x, y, ld, rows, bytes, masks, scale, mean, inverse, sumD, sumDX);
  else if (parts == 7) backward<Yes, Yes, Yes>(d, x, y, ld, rows, bytes, masks, scale, mean, inverse, sumD, sumDX);
}

/** Sigmoid (`kind` 0) or tanh (1) in place. Padding beyond `columns` stays 0. */
export function smooth(kind: i32, y: usize, ld: i32, rows: i32, bytes: i32, columns: i32): void {
  const used = columns << 2;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < used; c += 16) v128.store(y + c, kind ? tanh4(v128.load(y + c)) : sigmoid4(v128.load(y + c)));
    for (let c = used; c < ((used + 15) & ~15); c += 4) store<f32>(y + c, 0);
    y += ld;
  }
}

/** d = d ⊙ slope of sigmoid or tanh from its output y (before dropout: y is divided by `scale` where units are kept). */
export function smoothBackward(kind: i32, d: usize, y: usize, ld: i32, rows: i32, bytes: i32, scale: f32): void {
  const inverse = splat(<f32>1 / scale);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < bytes; c += 16) {
      const s = f32x4.mul(v128.load(y + c), inverse);
      const g = kind ? f32x4.sub(splat(1), f32x4.mul(s, s)) : f32x4.mul(s, f32x4.sub(splat(1), s));
      v128.store(d + c, f32x4.mul(v128.load(d + c), g));
    }
    d += ld;
    y += ld;
  }
}
