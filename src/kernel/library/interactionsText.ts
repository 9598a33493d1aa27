/** Interactions in words: the result as a sentence, where its numbers come from, and the pairs as a table. */

import { grouped } from '../base/grouped.ts';
import type { InteractionMeasure, InteractionsPayload } from '../format/mime.ts';
import { mime } from '../format/mime.ts';
import { tableBundle } from '../format/table.ts';
import type { FieldInteraction } from './fieldInteractions.ts';

const measureWords: { readonly [M in InteractionMeasure]: string } = {
  centred: 'RMS of what a pair adds, embeddings centred so that main effects are out',
  path: 'RMS of purified path contributions, main effects taken out',
  attention: 'RMS of purified contributions, main effects taken out; attention is a share, not a strength',
  shapley: 'RMS of the Shapley interaction index, absent fields at their means',
  swapped: 'RMS of what exchanging both fields changes beyond exchanging each',
  weights: 'RMS of centred pair weights, fields taken as independent',
  raw: 'RMS of raw contributions, which contain main effects: not interaction alone',
  removed: 'rise of the loss without the pair, its mean left in',
  firstOrder: 'standard deviation of what a field adds',
};

const [shownPairs, shownFeatures] = [15, 3];

export function interactionsText(pairs: readonly FieldInteraction[], payload: InteractionsPayload): string {
  const parts = [verdict(pairs, payload), ...featureSentence(payload), source(payload)];
  return [parts.join('\n'), ...table(pairs, payload)].join('\n\n');
}

/** What was found. */
function verdict([first, second]: readonly FieldInteraction[], payload: InteractionsPayload): string {
  const { model, measure, unit = 'the loss', pairs } = payload;
  if (measure === 'firstOrder')
    return `${model} has no interactions: it adds up the fields, each by itself. Below is what each field adds.`;
  if (!first || !(first.strength > 0)) return `${model}: no pair of fields acts together.`;
  if (measure === 'removed')
    return `${model}: without ${first.fields}, ${unit} rises by ${number(first.strength)}, the most of ${pairs.length} pairs.`;
  const next =
    second && second.strength > 0
      ? `, ${times(first.strength / second.strength)} the next pair (${second.fields}, ${number(second.strength)})`
      : '';
  return `${model}: ${first.fields} acts together most strongly of ${pairs.length} pairs, ${number(first.strength)}${next}.`;
}

/** The feature pairs that matter most in the strongest pair of fields. */
function featureSentence({ featurePairs, fields, pairs, support }: InteractionsPayload): readonly string[] {
  const strongest = [...pairs].sort((p, q) => (q.strength ?? 0) - (p.strength ?? 0))[0];
  const found = featurePairs?.find(({ a, b }) => a === strongest.a && b === strongest.b);
  const often = found?.pairs.filter(({ rows }) => rows >= (support ?? 0)) ?? [];
  if (!found || often.length === 0) return [];
  const told = often
    .slice(0, shownFeatures)
    .map(
      ({ first, second, weight, rows }) => `${first} x ${second} ${weight > 0 ? '+' : ''}${number(weight)} (${rows})`,
    );
  const where = `of ${fields[found.a]} x ${fields[found.b]}, in at least ${support} rows`;
  return [`Strongest feature pairs ${where}: ${told.join(', ')}.`];
}

/** What the numbers are and what they were read from. */
function source(payload: InteractionsPayload): string {
  const { measure, sample, epoch, seeds, gap, varianceShare, higherShare } = payload;
  const from = [
    sample ? `${grouped(sample.rows)} rows of ${sample.part}` : 'weights alone',
    ...(epoch === null ? [] : [`best epoch ${epoch}`]),
    `seed ${seeds.join(', ')}`,
    ...(varianceShare === undefined ? [] : [`pairs explain ${(100 * varianceShare).toFixed(1)} % of the variance`]),
    ...(higherShare === undefined
      ? []
      : [`order 3 and higher has ${(100 * higherShare).toFixed(1)} % of the variance`]),
    ...(gap === undefined ? [] : [`gap ${number(gap)}`]),
  ];
  return `${measureWords[measure]}; ${from.join(', ')}.`;
}

function table(pairs: readonly FieldInteraction[], { firstOrder, fields }: InteractionsPayload): readonly string[] {
  const strengths = pairs.length > 0 ? pairs.map(({ strength }) => strength) : (firstOrder ?? []);
  if (strengths.length === 0) return [];
  const top = Math.max(...strengths);
  // Four digits of the largest, so that columns align.
  const decimals = top > 0 ? Math.max(0, Math.min(12, 3 - Math.floor(Math.log10(top)))) : 0;
  const rounded = (x: number): number => Number(x.toFixed(decimals));
  const text = (columns: readonly string[], rows: readonly unknown[][]): string =>
    tableBundle(columns, rows, rows.length, String)[mime.text];
  if (pairs.length === 0) {
    const rows = fields.map((name, f) => [name, rounded(strengths[f])]);
    return [text(['field', 'strength'], rows)];
  }
  const attention = pairs.some((pair) => pair.attention !== undefined);
  const rows = pairs
    .slice(0, shownPairs)
    .map((p) => [p.fields, rounded(p.strength), share(p.share), ...(attention ? [share(p.attention ?? 0)] : [])]);
  const more = pairs.length - rows.length;
  const shown = text(['fields', 'strength', 'share', ...(attention ? ['attention'] : [])], rows);
  return [`${shown}${more > 0 ? `\n... ${more} weaker pairs` : ''}`];
}

const share = (x: number): number => Number(x.toFixed(4));
const number = (x: number): string => (Math.abs(x) < 1e-4 && x !== 0 ? x.toExponential(1) : x.toFixed(4));
const times = (ratio: number): string => `${ratio >= 9.95 ? Math.round(ratio) : ratio.toFixed(1)} times`;
