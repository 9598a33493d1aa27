/** What a heatmap says in words: measure, sample, epoch, and the strongest pair. */

import type { InteractionMeasure, InteractionsPayload, PairStrength } from '../../kernel/format/mime.ts';
import { counted, formatNumber, formatShare } from './numbers.ts';
import { nameText } from './textFit.ts';

interface MeasureWords {
  readonly name: string;
  /** What must be known before the numbers are believed. */
  readonly caveat: string;
}

const measures: { readonly [M in InteractionMeasure]: MeasureWords } = {
  weights: { name: 'centred weights (RMS)', caveat: 'takes the values of two fields as independent' },
  centred: { name: 'centred contributions (RMS)', caveat: 'main effects are taken out by centring' },
  path: { name: 'purified path contributions (RMS)', caveat: 'main effects are taken out' },
  attention: { name: 'purified contributions (RMS)', caveat: 'main effects are taken out' },
  shapley: { name: 'Shapley interaction index (RMS)', caveat: 'absent fields are at their means' },
  swapped: { name: 'exchanged fields (RMS)', caveat: 'what exchanging both does beyond exchanging each' },
  removed: { name: 'rise of the loss without the pair', caveat: 'one pair at a time, its mean left in' },
  raw: { name: 'raw contributions (RMS)', caveat: 'contains main effects: not interaction alone' },
  firstOrder: { name: 'what each field adds (standard deviation)', caveat: 'the model has no interactions' },
};

/** A measure in words; one that this version does not know by its own name. */
export const measureOf = ({ measure }: InteractionsPayload): MeasureWords =>
  Object.hasOwn(measures, measure) ? measures[measure] : { name: nameText(String(measure)), caveat: '' };

const unitWords: Readonly<Record<string, string>> = {
  target: 'in units of the target',
  logit: 'in logits',
  score: 'in units of the score',
};

/** What strengths are measured in; nothing where the payload does not say. */
export const unitOf = ({ unit }: InteractionsPayload): string =>
  unit === undefined ? '' : Object.hasOwn(unitWords, unit) ? unitWords[unit] : `in ${nameText(String(unit))}`;

/** A field by its number. */
export const fieldName = ({ fields }: InteractionsPayload, field: number): string =>
  nameText(fields[field] ?? `field ${field}`);

/** Pairs with a strength, strongest first; `raw` and `removed` may be negative. */
export function strongestFirst(pairs: readonly PairStrength[]): readonly (PairStrength & { strength: number })[] {
  return pairs
    .filter((pair): pair is PairStrength & { strength: number } => Number.isFinite(pair.strength))
    .sort((p, q) => Math.abs(q.strength) - Math.abs(p.strength));
}

/** `user × weather 0.41`. */
export const pairText = (payload: InteractionsPayload, { a, b, strength }: PairStrength): string =>
  `${fieldName(payload, a)} × ${fieldName(payload, b)} ${formatNumber(strength, { digits: 2 })}`;

/** Part by part. */
interface Caption {
  readonly what: readonly string[];
  readonly from: readonly string[];
}

/** What the numbers are, and what they come from. */
export function caption(payload: InteractionsPayload): Caption {
  const { model, sample, epoch, seeds, gap, varianceShare, higherShare } = payload;
  const { name, caveat } = measureOf(payload);
  const from = [
    sample ? `${counted(sample.rows, 'row')} of ${nameText(sample.part)}` : 'weights alone, no rows',
    epoch !== null && `best epoch ${formatNumber(epoch)}`,
    seeds.length > 0 && `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.slice(0, 8).join(', ')}`,
    varianceShare !== undefined && `pairs explain ${formatShare(varianceShare)} of the variance`,
    higherShare !== undefined && `order 3 and higher has ${formatShare(higherShare)} of the variance`,
    gap !== undefined && `gap ${formatNumber(gap, { digits: 2 })}`,
  ].filter((part) => part !== false);
  return { what: [`${nameText(model)}: ${name}`, ...(caveat ? [caveat] : [])], from };
}

/** The sentence that says the same as the picture. */
export function heatmapText(payload: InteractionsPayload): string {
  const [first, second, third] = strongestFirst(payload.pairs);
  const { what: words, from } = caption(payload);
  const [what, where] = [words.join('; '), from.join(', ')];
  if (payload.measure === 'firstOrder') return `${what}; ${where}. ${firstOrderText(payload)}`;
  if (!first) return `No pair of fields has a strength. ${what}; ${where}.`;
  const next = [second, third].filter((pair) => pair !== undefined).map((pair) => pairText(payload, pair));
  return `Strongest pair: ${[pairText(payload, first), ...next].join(', then ')}; ${counted(payload.pairs.length, 'pair')}. ${what}; ${where}.`;
}

/** `Strongest field: user 0.61, then day 0.30.` */
function firstOrderText(payload: InteractionsPayload): string {
  const known = (payload.firstOrder ?? [])
    .map((strength, f) => ({ strength, f }))
    .filter(({ strength }) => strength > 0);
  const told = known
    .sort((p, q) => q.strength - p.strength)
    .slice(0, 3)
    .map(({ strength, f }) => `${fieldName(payload, f)} ${formatNumber(strength, { digits: 2 })}`);
  return told.length > 0 ? `Strongest field: ${told.join(', then ')}.` : 'No field adds anything.';
}
