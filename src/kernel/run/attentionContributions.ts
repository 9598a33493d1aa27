/**
 * AFM: what each pair adds is exact, a_ij pᵀ(v_i ⊙ v_j) x_i x_j (AFM paper eq. 4 to 6). Attention alone is a share that
 * sums to 1 in a row, not a strength, so both are returned.
 */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import { type Contributions, contributionsOf, dot } from './contributions.ts';
import { type Factorization, linearHead } from './factorization.ts';
import { InteractionError } from './interactionError.ts';
import type { FieldPair } from './interactions.ts';

interface AttentionReading {
  readonly contributions: Contributions;
  /** Mean over rows of the attention that the pair of fields gets; sums to 1 over pairs where rows have any pair. */
  readonly attention: readonly FieldPair[];
}

/** @throws InteractionError for a model without attention, or with hidden layers above it */
export function attentionContributions(model: Factorization, weights: Weights, sample: Dataset): AttentionReading {
  const { pooling, fieldOf } = model;
  if (pooling.op !== 'attention')
    throw new InteractionError(`"${pooling.id}" has no attention; use pathContributions()`);
  const network = ['W', 'b', 'h'].map((name) => weights.get(`${pooling.id}.${name}`)!);
  const p = linearHead(model);
  const total = new Map<string, number>();
  const contributions = contributionsOf(model, sample, (row) => {
    const found = new Map<string, number>();
    let output = 0;
    for (const { i, j, product, share } of attendedPairs(model, network, sample, row)) {
      const value = share * dot(p, product);
      const [a, b] = [Math.min(fieldOf[i], fieldOf[j]), Math.max(fieldOf[i], fieldOf[j])];
      const key = `${a} ${b}`;
      output += value;
      total.set(key, (total.get(key) ?? 0) + share / sample.rows);
      found.set(key, (found.get(key) ?? 0) + value);
    }
    return { pair: (a, b) => found.get(`${a} ${b}`) ?? 0, output };
  });
  const attention = contributions.pairs.map(({ a, b }) => ({ a, b, strength: total.get(`${a} ${b}`) ?? 0 }));
  return { contributions, attention };
}

/** The pairs of features of a row with x_i x_j (v_i ⊙ v_j) and their attention. */
function attendedPairs({ V, factors: K }: Factorization, network: readonly Float32Array[], data: Dataset, row: number) {
  const [from, to] = [data.rowStart[row], data.rowStart[row + 1]];
  const x = (e: number) => (data.values ? data.values[e] : 1);
  const pairs: { readonly i: number; readonly j: number; readonly product: Float64Array; readonly score: number }[] =
    [];
  for (let e = from; e < to; e++)
    for (let f = e + 1; f < to; f++) {
      const [i, j] = [data.ids[e], data.ids[f]];
      const product = Float64Array.from({ length: K }, (_, k) => x(e) * x(f) * V[i * K + k] * V[j * K + k]);
      pairs.push({ i, j, product, score: scoreOf(product, network) });
    }
  const top = pairs.reduce((most, { score }) => Math.max(most, score), -Infinity);
  const sum = pairs.reduce((all, { score }) => all + Math.exp(score - top), 0);
  return pairs.map((pair) => ({ ...pair, share: Math.exp(pair.score - top) / sum }));
}

/** hᵀ ReLU(product W + b). */
function scoreOf(product: Float64Array, [W, b, h]: readonly Float32Array[]): number {
  let score = 0;
  for (let t = 0; t < b.length; t++) {
    let sum = b[t];
    for (let k = 0; k < product.length; k++) sum += product[k] * W[k * b.length + t];
    score += h[t] * Math.max(0, sum);
  }
  return score;
}
