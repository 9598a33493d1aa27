/** Interactions of one model trained with several seeds: what differs from seed to seed is noise. */

import { OptionError } from '../base/options.ts';
import type { FeaturePair, InteractionsPayload, PairStrength } from '../format/mime.ts';
import { moments } from '../run/significance.ts';
import { FieldInteractions } from './fieldInteractions.ts';

const fewestSeeds = 3;

/**
 * The mean of interactions over seeds, with their spread: the heatmap hatches pairs that are below it.
 *
 *     const found = [];
 *     for (const seed of [1, 2, 3]) found.push((await fit(model, data, { seed })).interactions());
 *     acrossSeeds(found)
 *
 * @param found three or more, of the same model, fields and measure, each of another seed
 * @throws OptionError for anything else
 */
export function acrossSeeds(found: readonly FieldInteractions[]): FieldInteractions {
  const payloads = found.map(({ payload }) => payload);
  const [first] = payloads;
  const refuse = (what: string) => new OptionError(`acrossSeeds(): ${what}`);
  const seeds = payloads.flatMap((p) => p.seeds);
  if (new Set(seeds).size < Math.max(fewestSeeds, seeds.length))
    throw refuse(`expected interactions of ${fewestSeeds} or more different seeds, got seeds [${seeds.join(', ')}]`);
  for (const { model, measure, fields } of payloads)
    if (model !== first.model || measure !== first.measure || `${fields}` !== `${first.fields}`)
      throw refuse(
        `expected one model, measure and schema, got ${first.model} (${first.measure}) and ${model} (${measure})`,
      );

  const { pairs, attention, firstOrder, featurePairs, gap: _, varianceShare: __, higherShare: ___, ...rest } = first;
  return new FieldInteractions({
    ...rest,
    seeds,
    epoch: null,
    pairs: meanPairs(payloads.map((p) => p.pairs)),
    ...(attention && { attention: meanPairs(payloads.map((p) => p.attention ?? [])) }),
    firstOrder: firstOrder?.map((_, f) => moments(payloads.map((p) => p.firstOrder?.[f] ?? 0)).mean) ?? null,
    ...(featurePairs && { featurePairs: meanFeaturePairs(payloads) }),
  });
}

/** null where a seed has no strength. */
const meanPairs = (bySeed: readonly (readonly PairStrength[])[]): readonly PairStrength[] =>
  bySeed[0].map(({ a, b }) => {
    const strengths = bySeed.flatMap((pairs) => pairs.find((p) => p.a === a && p.b === b)?.strength ?? []);
    if (strengths.length < bySeed.length) return { a, b, strength: null };
    const { mean, deviation } = moments(strengths);
    return { a, b, strength: mean, spread: deviation };
  });

/** Pairs of features that the lists of all seeds have. */
function meanFeaturePairs(payloads: readonly InteractionsPayload[]): NonNullable<InteractionsPayload['featurePairs']> {
  const listed = ({ featurePairs }: InteractionsPayload, a: number, b: number): readonly FeaturePair[] =>
    featurePairs?.find((p) => p.a === a && p.b === b)?.pairs ?? [];
  return payloads[0].featurePairs!.flatMap(({ a, b, pairs }) => {
    const common = pairs.flatMap((pair) => {
      const same = payloads.flatMap(
        (p) => listed(p, a, b).find(({ first, second }) => first === pair.first && second === pair.second) ?? [],
      );
      if (same.length < payloads.length) return [];
      const { mean, deviation } = moments(same.map(({ weight }) => weight));
      return [{ ...pair, weight: mean, spread: deviation }];
    });
    return common.length > 0 ? [{ a, b, pairs: common }] : [];
  });
}
