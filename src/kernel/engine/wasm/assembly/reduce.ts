/** From vectors to scalars and back, sums of buffers, and sums over chunks. */

import { fma, laneSum, splat, zero } from './vector';

/** out = bias + h·x, one number a row. */
export function dot(x: usize, ld: i32, rows: i32, bytes: i32, h: usize, bias: f32, out: usize): void {
  for (let r = 0; r < rows; r++) {
    let a = zero(),
      b = zero();
    for (let c = 0; c < bytes; c += 32) {
      a = fma(v128.load(x + c), v128.load(h + c), a);
      b = fma(v128.load(x + c, 16), v128.load(h + c, 16), b);
    }
    store<f32>(out, bias + laneSum(f32x4.add(a, b)));
    out += 4;
    x += ld;
  }
}

/** Backward of `dot`: d = g h and, for these rows, dh = Σ g x. */
export function dotBackward(x: usize, d: usize, ld: i32, rows: i32, bytes: i32, h: usize, g: usize, dh: usize): void {
  memory.fill(dh, 0, bytes);
  for (let r = 0; r < rows; r++) {
    const slope = v128.load_splat<f32>(g);
    g += 4;
    for (let c = 0; c < bytes; c += 16) {
      v128.store(dh + c, fma(slope, v128.load(x + c), v128.load(dh + c)));
      v128.store(d + c, f32x4.mul(slope, v128.load(h + c)));
    }
    x += ld;
    d += ld;
  }
}

/** out = Σ of the columns, one number a row. */
export function sum(x: usize, ld: i32, rows: i32, bytes: i32, out: usize): void {
  for (let r = 0; r < rows; r++) {
    let a = zero(),
      b = zero();
    for (let c = 0; c < bytes; c += 32) {
      a = f32x4.add(a, v128.load(x + c));
      b = f32x4.add(b, v128.load(x + c, 16));
    }
    store<f32>(out, laneSum(f32x4.add(a, b)));
    out += 4;
    x += ld;
  }
}

/** Backward of `sum`: d = g in every column, 0 in the padding. */
export function sumBackward(d: usize, ld: i32, rows: i32, bytes: i32, columns: i32, g: usize): void {
  for (let r = 0; r < rows; r++) {
    const slope = v128.load_splat<f32>(g);
    for (let c = 0; c < bytes; c += 16) v128.store(d + c, slope);
    for (let c = columns << 2; c < bytes; c += 4) store<f32>(d + c, 0);
    g += 4;
    d += ld;
  }
}

/** y = x (`add` 0) or y += x (1). */
export function move(add: i32, x: usize, y: usize, ld: i32, rows: i32, bytes: i32): void {
  for (let r = 0; r < rows; r++) {
    if (add) for (let c = 0; c < bytes; c += 16) v128.store(y + c, f32x4.add(v128.load(y + c), v128.load(x + c)));
    else memory.copy(y, x, bytes);
    x += ld;
    y += ld;
  }
}

/** out = Σ over rows of x: a bias gradient of these rows. */
export function columnSums(x: usize, ld: i32, rows: i32, bytes: i32, out: usize): void {
  for (let c = 0; c < bytes; c += 16) {
    let a = zero();
    for (let p = x + c, end = p + rows * ld; p < end; p += ld) a = f32x4.add(a, v128.load(p));
    v128.store(out + c, a);
  }
}

/** out = Σ over `chunks` vectors of `bytes` bytes that follow each other. */
export function sumChunks(parts: usize, chunks: i32, bytes: i32, out: usize): void {
  for (let c = 0; c < bytes; c += 16) {
    let p = parts + c;
    let a = v128.load(p);
    for (let k = 1; k < chunks; k++) {
      p += bytes;
      a = f32x4.add(a, v128.load(p));
    }
    v128.store(out + c, a);
  }
}

/** Sum of `count` floats, in order. */
export function sumFloats(x: usize, count: i32): f32 {
  let a: f32 = 0;
  for (let i = 0; i < count; i++) a += load<f32>(x + ((<usize>i) << 2));
  return a;
}

/** y = x (`add` 0) or y += x (1), `count` floats: scalars of rows. */
export function moveFloats(add: i32, x: usize, y: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4)
    store<f32>(y + i, add ? load<f32>(y + i) + load<f32>(x + i) : load<f32>(x + i));
}
