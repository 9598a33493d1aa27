/**
 * Shared pieces of all kernels (AssemblyScript, compiled to WebAssembly SIMD).
 *
 * Conventions of every kernel in this folder:
 * - Addresses are byte offsets into the one shared memory; sizes in bytes are called `ld` (distance of two rows) and
 *   `bytes` (used width of a row); counts are called `rows`, `columns`.
 * - Widths are padded to 16 floats and padded columns hold zeros, so loops need no tails. A kernel that would turn a
 *   zero into something else (sigmoid, a broadcast) writes zeros into the padding.
 * - Sums run in a fixed order, so results do not depend on the number of threads.
 */

/** Type tags: a kernel written once for tag types is compiled once for each; the unused branches are dropped. */
export type No = u8;
export type Yes = u16;
/** Whether every feature value is 1 (`Ones`) or values are read (`Valued`). */
export type Ones = u8;
export type Valued = f32;

// @ts-expect-error: decorator
@inline
export function yes<T>(): bool {
  return sizeof<T>() == sizeof<Yes>();
}

// @ts-expect-error: decorator
@inline
export function valued<X>(): bool {
  return sizeof<X>() == sizeof<Valued>();
}

/** a * b + c; one rounding in the fast build (relaxed SIMD), two in the reproducible one. */
// @ts-expect-error: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-expect-error: decorator
@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-expect-error: decorator
@inline
export function zero(): v128 {
  return f32x4.splat(0);
}

/** The larger of each lane's two; where a is NaN, NaN. One instruction, while `f32x4.max` takes eight for the sake of -0 and NaN in b. */
// @ts-expect-error: decorator
@inline
export function larger(a: v128, b: v128): v128 {
  return f32x4.pmax(a, b);
}

/** The smaller of each lane's two; where a is NaN, NaN. */
// @ts-expect-error: decorator
@inline
export function smaller(a: v128, b: v128): v128 {
  return f32x4.pmin(a, b);
}

/** Sum of the four lanes. */
// @ts-expect-error: decorator
@inline
export function laneSum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2) + (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3))
  );
}

/** exp(x), four lanes: range reduction by ln 2 and a polynomial of degree 6; relative error below 2e-7 on [-87, 88]. */
// @ts-expect-error: decorator
@inline
export function exp4(given: v128): v128 {
  let x = larger(smaller(given, splat(88)), splat(-87));
  const k = f32x4.nearest(f32x4.mul(x, splat(1.44269504088896341)));
  // ln 2 in two parts, so that k * ln 2 loses nothing
  x = f32x4.sub(x, f32x4.mul(k, splat(0.693359375)));
  x = f32x4.sub(x, f32x4.mul(k, splat(-2.12194440e-4)));
  let p = splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, x), splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, x), splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, x), splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, x), splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, x), splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, x), x), x), splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** 1 / (1 + exp(-x)) without overflow. */
// @ts-expect-error: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const positive = f32x4.div(splat(1), f32x4.add(splat(1), e)); // σ(|x|)
  return v128.bitselect(positive, f32x4.sub(splat(1), positive), f32x4.ge(x, zero()));
}

/** tanh(x): by a polynomial near 0 (where exp would cancel), else 1 - 2 / (exp(2|x|) + 1) with x's sign. */
// @ts-expect-error: decorator
@inline
export function tanh4(x: v128): v128 {
  const a = f32x4.abs(x);
  const far = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(exp4(f32x4.add(a, a)), splat(1))));
  const s = f32x4.mul(x, x);
  let p = splat(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, s), splat(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, s), splat(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, s), splat(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, s), splat(-3.33332819422e-1));
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, s), x), x);
  const sign = v128.and(x, i32x4.splat(0x80000000));
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(a, splat(0.625)));
}

/** log(1 + exp(x)) in double precision. */
export function softplus(x: f64): f64 {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The mixing function of dropout masks, four counters at once; `mix` in engine/dropout.ts. */
// @ts-expect-error: decorator
@inline
export function mix4(y: v128): v128 {
  let x = v128.xor(y, i32x4.shr_u(y, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
