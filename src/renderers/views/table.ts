/** Tables of texts as HTML: numbers to the right, long texts cut with the whole as title. */

import { element, joined, Markup } from './html.ts';
import { fitText } from './textFit.ts';

export interface Column {
  readonly title: string;
  readonly number?: boolean;
}

export interface Row {
  readonly cells: readonly (string | Markup)[];
  /** Of less weight than the others: noise, or only for completeness. */
  readonly quiet?: boolean;
  /** The row that matters: the best epoch, the best model. */
  readonly strong?: boolean;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Remarks that the numbers need, below the table. */
  readonly remarks?: readonly string[];
}

/** Width of the widest cell text, in pixels at 12 px. */
const widest = 260;

export function table({ caption, columns, rows, remarks = [] }: Table): Markup {
  const kind = (c: number) => (columns[c]?.number ? 'nfm-number' : undefined);
  const cell = (tag: 'th' | 'td', text: string | Markup, c: number, scope?: 'col' | 'row') => {
    if (text instanceof Markup) return element(tag, { class: kind(c), scope }, text);
    const { text: shown, cut } = fitText(text, widest, 12);
    return element(tag, { class: kind(c), scope, title: cut ? text : undefined, dir: 'auto' }, shown);
  };
  const head = element(
    'tr',
    {},
    columns.map(({ title }, c) => cell('th', title, c, 'col')),
  );
  const body = rows.map(({ cells, quiet, strong }) =>
    element(
      'tr',
      { class: strong ? 'nfm-strong' : quiet ? 'nfm-quiet' : undefined },
      cells.map((text, c) => (c === 0 ? cell('th', text, c, 'row') : cell('td', text, c))),
    ),
  );
  return joined(
    element(
      'table',
      { class: 'nfm-table' },
      element('caption', {}, caption),
      columns.length > 0 && element('thead', {}, head),
      body.length > 0 && element('tbody', {}, body),
    ),
    remarks.map((remark) => element('p', { class: 'nfm-remark' }, remark)),
  );
}
