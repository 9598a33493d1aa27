/**
 * Interaction weights from the weights alone (models with a linear head: FM, NFM-0). Raw products <v_i, v_j> show main
 * effects as interactions, since <v_i + c, v_j> = <v_i, v_j> + <c, v_j> and the last term is an effect of j alone.
 * Subtracting each field's mean vector removes that part.
 */

import { type Factorization, linearHead } from './factorization.ts';

/** Strength between two fields, by their numbers, a < b. */
export interface FieldPair {
  readonly a: number;
  readonly b: number;
  readonly strength: number;
}

/**
 * Weight of the pair of features (i, j): raw hᵀ(v_i ⊙ v_j), and centred hᵀ((v_i - v̄_a) ⊙ (v_j - v̄_b)), in which v̄
 * are the mean vectors of their fields. In a row the pair adds x_i x_j times its weight.
 */
export function pairWeight(
  model: Factorization,
  i: number,
  j: number,
): { readonly raw: number; readonly centred: number } {
  const { V, factors, fieldOf, means } = model;
  const h = linearHead(model);
  const mean = (feature: number, k: number) => means[fieldOf[feature] * factors + k];
  let [raw, centred] = [0, 0];
  for (let k = 0; k < factors; k++) {
    const [vi, vj] = [V[i * factors + k], V[j * factors + k]];
    raw += h[k] * vi * vj;
    centred += h[k] * (vi - mean(i, k)) * (vj - mean(j, k));
  }
  return { raw, centred };
}

/**
 * Strength of every pair of fields: S_ab = sqrt(trace(C_a D C_b D)) with C_a the covariance of the field's vector and
 * D = diag(h). It is the RMS of the centred pair weights if the values of the two fields occur independently.
 * O(n K² + F² K²): no pair of features is touched.
 */
export function fieldPairStrengths(model: Factorization): FieldPair[] {
  const { factors: K, fields } = model;
  const h = linearHead(model);
  const covariances = fields.map((_, a) => covariance(model, a));
  return pairsOf(fields.length).map(({ a, b }) => {
    let trace = 0;
    for (let k = 0; k < K; k++)
      for (let l = 0; l < K; l++) trace += covariances[a][k * K + l] * h[l] * covariances[b][l * K + k] * h[k];
    return { a, b, strength: Math.sqrt(Math.max(0, trace)) };
  });
}

/** Covariance of e_a = Σ x_i v_i over the training rows, K x K; for rows with at most one feature of the field. */
function covariance({ V, factors: K, fields, meanSquareX, means }: Factorization, a: number): Float64Array {
  const { offset, size } = fields[a];
  const C = new Float64Array(K * K);
  for (let i = offset; i < offset + size; i++)
    for (let k = 0; k < K; k++) {
      const scaled = meanSquareX[i] * V[i * K + k];
      if (scaled !== 0) for (let l = 0; l < K; l++) C[k * K + l] += scaled * V[i * K + l];
    }
  for (let k = 0; k < K; k++) for (let l = 0; l < K; l++) C[k * K + l] -= means[a * K + k] * means[a * K + l];
  return C;
}

export interface FieldEffect {
  readonly field: number;
  /** Standard deviation over the training rows of the field's first-order part. */
  readonly strength: number;
  /** The same with the main effect that centring moves out of the pairs: w_i + Σ_{b≠a} (h ⊙ v_i)ᵀ v̄_b. */
  readonly withMoved: number;
}

/** First-order strength of every field. O(n F K). */
export function firstOrder(model: Factorization): FieldEffect[] {
  const { V, w, factors: K, fields, means } = model;
  const h = linearHead(model);
  return fields.map(({ offset, size }, a) => {
    const others = new Float64Array(K); // h ⊙ Σ_{b≠a} v̄_b
    for (let b = 0; b < fields.length; b++)
      if (b !== a) for (let k = 0; k < K; k++) others[k] += h[k] * means[b * K + k];
    const own = (i: number) => (w ? w[i] : 0);
    const moved = (i: number) => {
      let sum = own(i);
      for (let k = 0; k < K; k++) sum += others[k] * V[i * K + k];
      return sum;
    };
    return {
      field: a,
      strength: deviation(model, offset, size, own),
      withMoved: deviation(model, offset, size, moved),
    };
  });
}

/** Standard deviation of Σ x_i effect(i) over the training rows, for rows with at most one feature of the block. */
function deviation({ meanX, meanSquareX }: Factorization, offset: number, size: number, effect: (i: number) => number) {
  let [mean, square] = [0, 0];
  for (let i = offset; i < offset + size; i++) {
    const value = effect(i);
    mean += meanX[i] * value;
    square += meanSquareX[i] * value * value;
  }
  return Math.sqrt(Math.max(0, square - mean * mean));
}

/** All pairs of field numbers, a < b, row by row. */
export function pairsOf(fields: number): { readonly a: number; readonly b: number }[] {
  return Array.from({ length: fields }, (_, a) =>
    Array.from({ length: fields - a - 1 }, (_, i) => ({ a, b: a + 1 + i })),
  ).flat();
}
