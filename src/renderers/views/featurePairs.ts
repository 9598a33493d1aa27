/** Tables behind the heatmap: the strongest pairs of features of two fields, and all pairs of fields. */

import type { FeaturePair, InteractionsPayload } from '../../kernel/format/mime.ts';
import { htmlOrSentence } from './damaged.ts';
import { isNoise } from './heatmapScale.ts';
import { caption, fieldName, strongestFirst } from './heatmapWords.ts';
import { element } from './html.ts';
import { formatNumber } from './numbers.ts';
import type { HtmlView } from './picture.ts';
import { type Table, table } from './table.ts';
import { nameText } from './textFit.ts';

/** The strongest pairs of features of fields a and b, with the rows that have both. */
export function featurePairList(payload: InteractionsPayload, a: number, b: number): HtmlView {
  return htmlOrSentence(() => listOf(payload, a, b));
}

function listOf(payload: InteractionsPayload, a: number, b: number): HtmlView {
  const content = featurePairRows(payload, a, b);
  if (content.rows.length === 0) return { html: view(content), text: content.caption };
  const shown = pairsOf(payload, a, b)!.pairs.slice(0, 3);
  const told = shown.map(
    (p) => `${nameText(p.first)} × ${nameText(p.second)} ${formatNumber(p.weight, { digits: 2 })}`,
  );
  return { html: view(content), text: `${content.caption}: ${told.join(', then ')}.` };
}

const pairsOf = ({ featurePairs }: InteractionsPayload, a: number, b: number) =>
  featurePairs?.find((p) => (p.a === a && p.b === b) || (p.a === b && p.b === a));

/** The same as rows; none, and a caption that says so, where no pair is known. */
export function featurePairRows(payload: InteractionsPayload, a: number, b: number): Table {
  const found = pairsOf(payload, a, b);
  const [first, second] = [fieldName(payload, found?.a ?? a), fieldName(payload, found?.b ?? b)];
  const pairs = found?.pairs ?? [];
  const isRare = ({ rows }: FeaturePair) => payload.support !== undefined && rows < payload.support;
  const title = `Strongest pairs of ${first} × ${second}`;
  if (pairs.length === 0) return { caption: `${title}: none was computed.`, columns: [], rows: [] };
  const spread = pairs.some((p) => p.spread !== undefined);
  return {
    caption: title,
    columns: [
      { title: first },
      { title: second },
      { title: 'weight', number: true },
      ...(spread ? [{ title: '± seeds', number: true }] : []),
      { title: 'rows', number: true },
    ],
    rows: pairs.map((p) => ({
      cells: [
        p.first,
        p.second,
        formatNumber(p.weight, { digits: 3 }),
        ...(spread ? [formatNumber(p.spread, { digits: 2 })] : []),
        formatNumber(p.rows),
      ],
      quiet: isRare(p) || (p.spread !== undefined && Math.abs(p.weight) < p.spread),
    })),
    remarks: pairs.some(isRare)
      ? [`Grey: in fewer than ${formatNumber(payload.support)} rows, so no more than a hint.`]
      : [],
  };
}

/** All pairs of fields, strongest first: the heatmap as a table. */
export function fieldPairTable(payload: InteractionsPayload): HtmlView {
  return htmlOrSentence(() => {
    const content = fieldPairRows(payload);
    return { html: view(content), text: `${formatNumber(content.rows.length)} pairs of fields, strongest first.` };
  });
}

export function fieldPairRows(payload: InteractionsPayload): Table {
  const { pairs, attention } = payload;
  const { what, from } = caption(payload);
  const spread = pairs.some((pair) => pair.spread !== undefined);
  const shareOf = new Map(attention?.map(({ a, b, strength }) => [`${a} ${b}`, strength]));
  return {
    caption: [...what, ...from].join(' · '),
    columns: [
      { title: 'field' },
      { title: 'field' },
      { title: 'strength', number: true },
      ...(spread ? [{ title: '± seeds', number: true }] : []),
      ...(attention ? [{ title: 'attention', number: true }] : []),
    ],
    rows: strongestFirst(pairs).map((pair) => ({
      cells: [
        payload.fields[pair.a] ?? '',
        payload.fields[pair.b] ?? '',
        formatNumber(pair.strength, { digits: 3 }),
        ...(spread ? [formatNumber(pair.spread, { digits: 2 })] : []),
        ...(attention ? [formatNumber(shareOf.get(`${pair.a} ${pair.b}`), { digits: 2 })] : []),
      ],
      quiet: isNoise(pair),
    })),
  };
}

const view = (content: Table): string => element('div', { class: 'nfm-view' }, table(content)).toString();
