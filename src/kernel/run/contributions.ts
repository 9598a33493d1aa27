/**
 * What each pair of fields adds to the output of each row of a sample: by centred embeddings (linear heads) or along
 * the path from 0 (any hidden layers). AFM has its own reading in attentionContributions.ts.
 */

import { permutation, Random } from '../base/random.ts';
import { type Dataset, takeRows } from '../data/dataset.ts';
import { type Factorization, type FieldSpace, linearHead } from './factorization.ts';
import { InteractionError } from './interactionError.ts';
import { pairsOf } from './interactions.ts';

export interface Contributions {
  /** Pairs of fields a < b, then a = b for each field that has several features in a row of the sample. */
  readonly pairs: readonly { readonly a: number; readonly b: number }[];
  readonly rows: number;
  /** What the pair of fields adds to the row's output; rows x pairs. */
  readonly values: Float64Array;
  /** Per row and field the feature id, -1 for an empty field, -2 for one with several features; rows x fields. */
  readonly cells: Int32Array;
  /** f(u) - f(0) of each row. */
  readonly outputs: Float64Array;
  /**
   * Root mean square of f(u) - f(0) less the sum of all contributions: 0 when they are complete. null for centred
   * contributions, which leave main effects out on purpose.
   */
  readonly gap: number | null;
}

/** The contributions of one row. */
export interface RowReading {
  /** Of the pair of fields a < b; of the pairs of features within the field where a = b. */
  readonly pair: (a: number, b: number) => number;
  /** f(u) - f(0). */
  readonly output: number;
}

/** At most `count` rows of a data set, drawn by `seed`, in their order. */
export function sampleRows(data: Dataset, count = 2000, seed = 2016): Dataset {
  if (data.rows <= count) return data;
  return takeRows(data, permutation(data.rows, new Random(seed, 'sample')).slice(0, count).sort());
}

/**
 * Centred contributions hᵀ((e_a - ē_a) ⊙ (e_b - ē_b)) of a linear head, with e_a = Σ_{i in a} x_i v_i. Within a field:
 * Σ_{i<j in a} x_i x_j hᵀ((v_i - v̄_a) ⊙ (v_j - v̄_a)), v̄_a the mean vector of the field's features as they occur.
 */
export function centredContributions(model: Factorization, sample: Dataset): Contributions {
  const h = linearHead(model);
  const typical = typicalVectors(model);
  const read = (row: number): RowReading => {
    const { E, u } = sumsOf(model, sample, row);
    const centred = E.map((x, at) => x - model.means[at]);
    const within = (a: number) => dot(h, pairsWithin(model, sample, row, a, typical));
    return { pair: (a, b) => (a === b ? within(a) : productOf(h, centred, a, b)), output: dot(h, u) };
  };
  return { ...contributionsOf(model, sample, read), gap: null };
}

/**
 * Path contributions (Aumann and Shapley): c_ab = gᵀ(e_a ⊙ e_b), g the mean of ∇f at `steps` midpoints of the straight
 * path from 0 to u. They add up to f(u) - f(0), exactly for a linear head, up to `gap` otherwise.
 * @throws InteractionError for an AFM, which weighs every pair of features by itself
 */
export function pathContributions(model: Factorization, sample: Dataset, steps = 32): Contributions {
  const read = pathReader(model, sample, steps);
  return contributionsOf(model, sample, (row) => {
    const { g, E, output } = read(row);
    const within = (a: number) => dot(g, pairsWithin(model, sample, row, a));
    return { pair: (a, b) => (a === b ? within(a) : productOf(g, E, a, b)), output };
  });
}

export interface CentredPaths {
  /** gᵀ((e_a - ē_a) ⊙ (e_b - ē_b)); `gap` is that of the path contributions they come from. */
  readonly contributions: Contributions;
  /** What centring moved out of all pairs of a field, gᵀ((e_a - ē_a) ⊙ ē_b) summed over b; rows x fields. */
  readonly moved: Float64Array;
}

/**
 * Path contributions of centred embeddings. Main effects, which make up most of what `purify` must take out, are gone
 * before it has to estimate them from the sample: of a feature that the sample has once it could not.
 * @throws InteractionError for an AFM
 */
export function centredPathContributions(model: Factorization, sample: Dataset, steps = 32): CentredPaths {
  const { fields, factors, means } = model;
  const read = pathReader(model, sample, steps);
  const moved = new Float64Array(sample.rows * fields.length);
  const total = new Float64Array(factors); // Σ ē_b
  for (let at = 0; at < means.length; at++) total[at % factors] += means[at];
  const typical = typicalVectors(model);
  let missing = 0;
  const contributions = contributionsOf(model, sample, (row) => {
    const { g, E, u, output } = read(row);
    const centred = E.map((x, at) => x - means[at]);
    for (let at = 0; at < centred.length; at++)
      moved[row * fields.length + Math.floor(at / factors)] +=
        g[at % factors] * centred[at] * (total[at % factors] - means[at]);
    missing += (output - dot(g, u)) ** 2 / sample.rows;
    const within = (a: number) => dot(g, pairsWithin(model, sample, row, a, typical));
    return { pair: (a, b) => (a === b ? within(a) : productOf(g, centred, a, b)), output };
  });
  return { contributions: { ...contributions, gap: Math.sqrt(missing) }, moved };
}

/** Reads of a row what path contributions are made of; g is the mean gradient along the path. */
function pathReader(model: Factorization, sample: Dataset, steps: number) {
  const { head, pooling, factors } = model;
  if (pooling.op === 'attention')
    throw new InteractionError(`"${pooling.id}" weighs every pair by itself; use attentionContributions()`);
  const start = head.value(new Float64Array(factors));
  return (row: number) => {
    const sums = sumsOf(model, sample, row);
    const g = new Float64Array(factors);
    for (let t = 0; t < steps; t++) {
      const slope = head.gradient(sums.u.map((x) => ((t + 0.5) / steps) * x));
      for (let k = 0; k < factors; k++) g[k] += slope[k] / steps;
    }
    return { ...sums, g, output: head.value(sums.u) - start };
  };
}

/**
 * Reads every row of a sample.
 * @param within whether the reading knows pairs of features within one field; measures that take fields as a whole do not
 */
export function contributionsOf(
  space: FieldSpace,
  sample: Dataset,
  read: (row: number) => RowReading,
  within = true,
): Contributions {
  const cells = cellsOf(space, sample);
  const pairs = [...pairsOf(space.fields.length), ...(within ? pairsWithinFields(space, cells) : [])];
  const values = new Float64Array(sample.rows * pairs.length);
  const outputs = new Float64Array(sample.rows);
  let missing = 0;
  for (let r = 0; r < sample.rows; r++) {
    const { pair, output } = read(r);
    outputs[r] = output;
    let sum = 0;
    for (const [q, { a, b }] of pairs.entries()) sum += values[r * pairs.length + q] = pair(a, b);
    missing += (output - sum) ** 2 / sample.rows;
  }
  return { pairs, rows: sample.rows, values, cells, outputs, gap: Math.sqrt(missing) };
}

/** `Contributions.cells` of a sample. */
function cellsOf({ fields, fieldOf }: FieldSpace, sample: Dataset): Int32Array {
  const cells = new Int32Array(sample.rows * fields.length).fill(-1);
  for (let r = 0; r < sample.rows; r++)
    for (let e = sample.rowStart[r]; e < sample.rowStart[r + 1]; e++) {
      const cell = r * fields.length + fieldOf[sample.ids[e]];
      cells[cell] = cells[cell] === -1 ? sample.ids[e] : -2;
    }
  return cells;
}

/** (a, a) for each field that has several features in some row. */
function pairsWithinFields({ fields }: FieldSpace, cells: Int32Array): Contributions['pairs'] {
  const several = new Set<number>();
  for (let at = 0; at < cells.length; at++) if (cells[at] === -2) several.add(at % fields.length);
  return [...several].sort((a, b) => a - b).map((a) => ({ a, b: a }));
}

/** Of one row: e_a of every field (fields x K), and the Bi-Interaction vector u. */
export function sumsOf({ fields, fieldOf, factors: K, V }: Factorization, data: Dataset, row: number) {
  const E = new Float64Array(fields.length * K);
  const squares = new Float64Array(K);
  for (let e = data.rowStart[row]; e < data.rowStart[row + 1]; e++) {
    const id = data.ids[e];
    const x = data.values ? data.values[e] : 1;
    for (let k = 0; k < K; k++) {
      const term = x * V[id * K + k];
      E[fieldOf[id] * K + k] += term;
      squares[k] += term * term;
    }
  }
  const u = new Float64Array(K);
  for (let k = 0; k < K; k++) {
    let sum = 0;
    for (let a = 0; a < fields.length; a++) sum += E[a * K + k];
    u[k] = (sum * sum - squares[k]) / 2;
  }
  return { E, u };
}

/** Σ_{i<j in a} x_i x_j (v_i - c) ⊙ (v_j - c) of one row, with c the field's part of `centres`, or 0. */
export function pairsWithin(
  { fieldOf, factors: K, V }: Factorization,
  data: Dataset,
  row: number,
  a: number,
  centres?: Float64Array,
): Float64Array {
  const sum = new Float64Array(K);
  const squares = new Float64Array(K);
  for (let e = data.rowStart[row]; e < data.rowStart[row + 1]; e++) {
    if (fieldOf[data.ids[e]] !== a) continue;
    const x = data.values ? data.values[e] : 1;
    for (let k = 0; k < K; k++) {
      const term = x * (V[data.ids[e] * K + k] - (centres ? centres[a * K + k] : 0));
      sum[k] += term;
      squares[k] += term * term;
    }
  }
  return sum.map((s, k) => (s * s - squares[k]) / 2);
}

/** Per field v̄_a = Σ_i mean(x_i) v_i / Σ_i mean(x_i), fields x K: `means`, for one occurrence of a feature. */
function typicalVectors({ fields, factors: K, means, meanX }: Factorization): Float64Array {
  const occurring = fields.map(({ offset, size }) => meanX.subarray(offset, offset + size).reduce((s, x) => s + x, 0));
  return means.map((mean, at) => (occurring[Math.floor(at / K)] === 0 ? 0 : mean / occurring[Math.floor(at / K)]));
}

/** gᵀ(e_a ⊙ e_b). */
function productOf(g: Float64Array, E: Float64Array, a: number, b: number): number {
  let sum = 0;
  for (let k = 0; k < g.length; k++) sum += g[k] * E[a * g.length + k] * E[b * g.length + k];
  return sum;
}

export const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
