/** Losses of a chunk of rows: the sum in double precision, and the slope of each row's output. */

import { softplus } from './vector';

/**
 * @param kind 0 squared, 1 log, 2 hinge, 3 BPR, 4 max-margin (3 and 4 on pairs of rows: positive, negative)
 * @param factor reduction's factor on the slopes
 * @param sums out: one double for the loss; @param slopeSum out: one float for Σ slope
 */
export function loss(
  kind: i32,
  outputs: usize,
  targets: usize,
  rows: i32,
  factor: f32,
  slopes: usize,
  sums: usize,
  slopeSum: usize,
): void {
  let total: f64 = 0;
  let sum: f32 = 0;
  if (kind < 3) {
    for (let i: usize = 0; i < (<usize>rows) << 2; i += 4) {
      const p = load<f32>(outputs + i);
      const y = load<f32>(targets + i);
      let g: f32 = 0;
      if (kind == 0) {
        const e: f32 = p - y;
        total += <f64>e * <f64>e;
        g = 2 * e;
      } else {
        const s: f32 = y > 0 ? 1 : -1;
        if (kind == 1) {
          total += softplus(<f64>(-s * p));
          g = <f32>(<f64>-s / (1 + Math.exp(<f64>(s * p))));
        } else {
          const rest: f32 = 1 - s * p;
          if (!(rest <= 0)) {
            total += rest; // written so that NaN is kept
            g = -s;
          }
        }
      }
      g *= factor;
      store<f32>(slopes + i, g);
      sum += g;
    }
  } else {
    for (let i: usize = 0; i + 8 <= (<usize>rows) << 2; i += 8) {
      const margin: f32 = load<f32>(outputs + i) - load<f32>(outputs + i + 4);
      let g: f32 = 0;
      if (kind == 3) {
        total += softplus(<f64>-margin);
        g = <f32>(-1 / (1 + Math.exp(<f64>margin)));
      } else {
        const rest: f32 = 1 - margin;
        if (!(rest <= 0)) {
          total += rest;
          g = -1;
        }
      }
      g *= factor;
      store<f32>(slopes + i, g);
      store<f32>(slopes + i + 4, -g); // the pair's slopes cancel in the bias
    }
  }
  store<f64>(sums, total);
  store<f32>(slopeSum, sum);
}
