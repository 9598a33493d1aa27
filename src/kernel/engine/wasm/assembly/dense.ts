/**
 * Matrix products. Weights lie in panels of 8 columns, [columns / 8][rows][8], and once more transposed in the same
 * form, so that the forward product and the input gradient are the same kernel.
 */

import { fma, zero } from './vector';

/**
 * out[rows x columns] = bias + x[rows x inner] W. Tiles of 4 rows by 8 columns; the inner loop is not unrolled on
 * purpose: unrolled, the code generator spills registers and loses a quarter of the speed.
 * @param rows rounded up to a multiple of 4: x and out have room for the rows beyond
 * @param bias `columns` floats, or 0 for none
 */
export function multiply(
  x: usize,
  ldx: i32,
  panels: usize,
  bias: usize,
  out: usize,
  ldo: i32,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  for (let j = 0; j < columns; j += 8) {
    const panel = panels + ((<usize>(j * inner)) << 2);
    const end = panel + ((<usize>inner) << 5);
    let b0 = zero(),
      b1 = zero();
    if (bias) {
      b0 = v128.load(bias + ((<usize>j) << 2));
      b1 = v128.load(bias + ((<usize>j) << 2), 16);
    }
    for (let r = 0; r < rows; r += 4) {
      let a0 = x + r * ldx,
        a1 = a0 + ldx,
        a2 = a1 + ldx,
        a3 = a2 + ldx;
      let c00 = b0,
        c01 = b1,
        c10 = b0,
        c11 = b1,
        c20 = b0,
        c21 = b1,
        c30 = b0,
        c31 = b1;
      let w = panel;
      do {
        const w0 = v128.load(w),
          w1 = v128.load(w, 16);
        let s = v128.load_splat<f32>(a0);
        c00 = fma(s, w0, c00);
        c01 = fma(s, w1, c01);
        s = v128.load_splat<f32>(a1);
        c10 = fma(s, w0, c10);
        c11 = fma(s, w1, c11);
        s = v128.load_splat<f32>(a2);
        c20 = fma(s, w0, c20);
        c21 = fma(s, w1, c21);
        s = v128.load_splat<f32>(a3);
        c30 = fma(s, w0, c30);
        c31 = fma(s, w1, c31);
        w += 32;
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
      } while (w < end);
      let o = out + r * ldo + (j << 2);
      v128.store(o, c00);
      v128.store(o, c01, 16);
      o += ldo;
      v128.store(o, c10);
      v128.store(o, c11, 16);
      o += ldo;
      v128.store(o, c20);
      v128.store(o, c21, 16);
      o += ldo;
      v128.store(o, c30);
      v128.store(o, c31, 16);
    }
  }
}

const blockRows = 128;

/**
 * Weight gradient: rows `from .. to` of xᵀ d, summed over `rows` rows, into panels like the weights. Blocks of rows
 * keep both operands in the second-level cache. `from`, `to` are multiples of 4.
 */
export function multiplyTransposed(
  x: usize,
  ldx: i32,
  d: usize,
  ldd: i32,
  rows: i32,
  inner: i32,
  columns: i32,
  from: i32,
  to: i32,
  out: usize,
): void {
  for (let first = 0; first < rows; first += blockRows) {
    const last = min(first + blockRows, rows);
    for (let i = from; i < to; i += 4)
      for (let j = 0; j < columns; j += 8) {
        const o = out + ((<usize>(j * inner)) << 2) + ((<usize>i) << 5);
        let a = x + first * ldx + (i << 2),
          z = d + first * ldd + (j << 2);
        const end = z + (last - first) * ldd;
        let c00 = zero(),
          c01 = zero(),
          c10 = zero(),
          c11 = zero(),
          c20 = zero(),
          c21 = zero(),
          c30 = zero(),
          c31 = zero();
        if (first) {
          c00 = v128.load(o);
          c01 = v128.load(o, 16);
          c10 = v128.load(o, 32);
          c11 = v128.load(o, 48);
          c20 = v128.load(o, 64);
          c21 = v128.load(o, 80);
          c30 = v128.load(o, 96);
          c31 = v128.load(o, 112);
        }
        do {
          const z0 = v128.load(z),
            z1 = v128.load(z, 16);
          let s = v128.load_splat<f32>(a);
          c00 = fma(s, z0, c00);
          c01 = fma(s, z1, c01);
          s = v128.load_splat<f32>(a, 4);
          c10 = fma(s, z0, c10);
          c11 = fma(s, z1, c11);
          s = v128.load_splat<f32>(a, 8);
          c20 = fma(s, z0, c20);
          c21 = fma(s, z1, c21);
          s = v128.load_splat<f32>(a, 12);
          c30 = fma(s, z0, c30);
          c31 = fma(s, z1, c31);
          a += ldx;
          z += ldd;
        } while (z < end);
        v128.store(o, c00);
        v128.store(o, c01, 16);
        v128.store(o, c10, 32);
        v128.store(o, c11, 48);
        v128.store(o, c20, 64);
        v128.store(o, c21, 80);
        v128.store(o, c30, 96);
        v128.store(o, c31, 112);
      }
  }
}

/** Rows `from .. to` of the panels of W, written into the panels of its transpose. `from`, `to` are multiples of 4. */
export function transpose(panels: usize, out: usize, inner: i32, columns: i32, from: i32, to: i32): void {
  for (let i = from; i < to; i += 4)
    for (let j = 0; j < columns; j += 4) {
      const s = panels + ((<usize>((j >> 3) * inner + i)) << 5) + ((j & 4) << 2);
      const a = v128.load(s),
        b = v128.load(s, 32),
        c = v128.load(s, 64),
        d = v128.load(s, 96);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5),
        cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7),
        cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      const o = out + ((<usize>((i >> 3) * columns + j)) << 5) + ((i & 4) << 2);
      v128.store(o, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
      v128.store(o, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7), 32);
      v128.store(o, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), 64);
      v128.store(o, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7), 96);
    }
}
