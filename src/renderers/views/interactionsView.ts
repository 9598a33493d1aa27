/** Interactions as the reader looks at them: the heatmap or a table of the same, and the pairs behind a chosen cell. */

import type { InteractionsPayload } from '../../kernel/format/mime.ts';
import { htmlOrSentence } from './damaged.ts';
import { featurePairList, fieldPairTable } from './featurePairs.ts';
import { clusteredOrderOf, heatmap } from './heatmap.ts';
import { element } from './html.ts';
import type { HtmlView } from './picture.ts';

/** What the reader has chosen. */
export interface InteractionsChoice {
  readonly asTable?: boolean;
  readonly clustered?: boolean;
  /** The two fields whose pairs of features are listed. */
  readonly cell?: { readonly a: number; readonly b: number };
}

/**
 * A row of buttons (`data-toggle`: `asTable`, `clustered`), the heatmap or the table, a line for what the focused cell
 * says (`data-told`), and the list of the chosen cell.
 * @param width pixels for the heatmap
 */
export function interactionsView(payload: InteractionsPayload, choice: InteractionsChoice, width: number): HtmlView {
  return htmlOrSentence(() => {
    const { asTable = false, clustered = false, cell } = choice;
    const order = clustered ? 'clustered' : 'schema';
    const picture = heatmap(payload, { width, order, interactive: true });
    if (picture.damaged) return { html: parts(picture.svg), text: picture.text, damaged: true };
    const schema = clusteredOrderOf(payload).every((field, row) => field === row);
    const hasTable = payload.pairs.length > 0;
    const controls = element(
      'div',
      { class: 'nfm-controls' },
      hasTable && toggle('asTable', 'Table', asTable),
      !schema && !asTable && toggle('clustered', 'Cluster fields', clustered),
    );
    const shown = asTable && hasTable ? fieldPairTable(payload).html : picture.svg;
    const list = cell ? featurePairList(payload, cell.a, cell.b).html : '';
    const pairs = `<p class="nfm-remark" data-told=""></p><div class="nfm-pairs" aria-live="polite">${list}</div>`;
    return { html: parts(controls.toString(), shown, pairs), text: picture.text };
  });
}

const toggle = (name: keyof InteractionsChoice, title: string, pressed: boolean) =>
  element('button', { type: 'button', 'data-toggle': name, 'aria-pressed': String(pressed) }, title);

/** Finished views side by side. */
const parts = (...views: readonly string[]): string => `<div class="nfm-view">${views.join('')}</div>`;
