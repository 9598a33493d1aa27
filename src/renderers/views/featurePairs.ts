/** Tables behind the heatmap: the strongest pairs of features of two fields, and all pairs of fields. */

import type { InteractionsPayload } from '../../kernel/format/mime.ts';
import { htmlOrSentence } from './damaged.ts';
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
  const found = payload.featurePairs?.find((p) => (p.a === a && p.b === b) || (p.a === b && p.b === a));
  const [first, second] = [fieldName(payload, found?.a ?? a), fieldName(payload, found?.b ?? b)];
  const pairs = found?.pairs ?? [];
  const title = `Strongest pairs of ${first} × ${second}`;
  const shown = pairs.map(
    (p) => `${nameText(p.first)} × ${nameText(p.second)} ${formatNumber(p.weight, { digits: 2 })}`,
  );
  if (pairs.length === 0) {
    const text = `${title}: none was computed, or no pair has enough rows.`;
    return { html: view({ caption: text, columns: [], rows: [] }), text };
  }
  const spread = pairs.some((p) => p.spread !== undefined);
  return {
    html: view({
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
        quiet: p.spread !== undefined && Math.abs(p.weight) < p.spread,
      })),
    }),
    text: `${title}: ${shown.slice(0, 3).join(', then ')}.`,
  };
}

/** All pairs of fields, strongest first: the heatmap as a table. */
export function fieldPairTable(payload: InteractionsPayload): HtmlView {
  return htmlOrSentence(() => tableOf(payload));
}

function tableOf(payload: InteractionsPayload): HtmlView {
  const { pairs, attention } = payload;
  const { what, from } = caption(payload);
  const shareOf = new Map(attention?.map(({ a, b, strength }) => [`${a} ${b}`, strength]));
  const rows = strongestFirst(pairs);
  return {
    html: view({
      caption: [...what, ...from].join(' · '),
      columns: [
        { title: 'field' },
        { title: 'field' },
        { title: 'strength', number: true },
        ...(attention ? [{ title: 'attention', number: true }] : []),
      ],
      rows: rows.map(({ a, b, strength }) => ({
        cells: [
          payload.fields[a] ?? '',
          payload.fields[b] ?? '',
          formatNumber(strength, { digits: 3 }),
          ...(attention ? [formatNumber(shareOf.get(`${a} ${b}`), { digits: 2 })] : []),
        ],
      })),
    }),
    text: `${formatNumber(rows.length)} pairs of fields, strongest first.`,
  };
}

const view = (content: Table): string => element('div', { class: 'nfm-view' }, table(content)).toString();
