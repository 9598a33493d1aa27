/**
 * What a model loses without a pair of fields: the rise of RMSE or log loss on held-out rows when the part of the pair
 * is replaced by its mean over them.
 */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import { attentionContributions } from './attentionContributions.ts';
import { type Contributions, contributionsOf, pairsWithin, pathContributions, sumsOf } from './contributions.ts';
import type { Factorization, FieldSpace } from './factorization.ts';
import type { GatedModel } from './fieldGates.ts';
import type { FieldPair } from './interactions.ts';
import { evaluateMetrics, type MetricContext } from './metrics.ts';

/**
 * f(u) - f(u - e_ab + mean(e_ab)) in every row: what the pair adds beyond its mean. e_ab is the sum of the pair's part
 * of the pooled vector u: x_i x_j v_i ⊙ v_j over its pairs of features, times their attention in an AFM. Main effects
 * that lie in e_ab are removed with it. O(rows F² head).
 */
export function pooledRemovals(model: Factorization, weights: Weights, sample: Dataset): Contributions {
  const { head, pooling, factors: K } = model;
  if (head.linear) {
    const { contributions } =
      pooling.op === 'attention'
        ? attentionContributions(model, weights, sample)
        : { contributions: pathContributions(model, sample, 1) };
    return lessTheirMeans(contributions);
  }
  const rows = Array.from({ length: sample.rows }, (_, r) => sumsOf(model, sample, r));
  const part = (r: number, a: number, b: number): Float64Array => {
    if (a === b) return pairsWithin(model, sample, r, a);
    const { E } = rows[r];
    return Float64Array.from({ length: K }, (_, k) => E[a * K + k] * E[b * K + k]);
  };
  const means = new Map<string, Float64Array>();
  const meanOf = (a: number, b: number): Float64Array => {
    const known = means.get(`${a} ${b}`);
    if (known) return known;
    const mean = new Float64Array(K);
    for (let r = 0; r < sample.rows; r++) for (const [k, x] of part(r, a, b).entries()) mean[k] += x / sample.rows;
    means.set(`${a} ${b}`, mean);
    return mean;
  };
  const contributions = contributionsOf(model, sample, (r) => {
    const output = head.value(rows[r].u);
    const pair = (a: number, b: number): number => {
      const [own, mean] = [part(r, a, b), meanOf(a, b)];
      return output - head.value(rows[r].u.map((x, k) => x - own[k] + mean[k]));
    };
    return { pair, output };
  });
  return { ...contributions, gap: null };
}

/**
 * The same for models without a pooled vector (Wide&Deep, DeepCross), whose fields can be switched off:
 * c_ab = f(all) - f(without a) - f(without b) + f(without both), less its mean. No main effect is in it.
 */
export function gatedRemovals(space: FieldSpace, outputs: GatedModel, sample: Dataset): Contributions {
  const F = space.fields.length;
  const alone = space.fields.map((_, f) => [f]);
  const both = alone.flatMap(([a]) => alone.slice(a + 1).map(([b]) => [a, b]));
  const at = new Map(both.map(([a, b], i) => [a * F + b, 1 + F + i]));
  const contributions = contributionsOf(
    space,
    sample,
    (row) => {
      const f = outputs(row, [[], ...alone, ...both]);
      return { pair: (a, b) => f[0] - f[1 + a] - f[1 + b] + f[at.get(a * F + b)!], output: f[0] };
    },
    false,
  );
  return lessTheirMeans(contributions);
}

function lessTheirMeans(contributions: Contributions): Contributions {
  const { pairs, rows } = contributions;
  const values = contributions.values.slice();
  for (const q of pairs.keys()) {
    let mean = 0;
    for (let at = q; at < values.length; at += pairs.length) mean += values[at] / rows;
    for (let at = q; at < values.length; at += pairs.length) values[at] -= mean;
  }
  return { ...contributions, values, gap: null };
}

/** The metric that removals are judged by; null where rows have no loss of their own (ranking scores). */
export const lossMetric = ({ meaning }: MetricContext): 'rmse' | 'logLoss' | null =>
  meaning === 'value' ? 'rmse' : meaning === 'logit' ? 'logLoss' : null;

/** Rise of the metric on the sample without each pair; below 0 where the model does better without. */
export function lossRises(
  { pairs, values }: Contributions,
  predictions: Float32Array,
  sample: Dataset,
  context: MetricContext,
): readonly FieldPair[] {
  const metric = lossMetric(context)!;
  const loss = (outputs: Float32Array): number => evaluateMetrics([metric], outputs, sample, context)[metric]!;
  const before = loss(predictions);
  return pairs.map(({ a, b }, q) => {
    const without = predictions.map((output, r) => output - values[r * pairs.length + q]);
    return { a, b, strength: loss(without) - before };
  });
}
