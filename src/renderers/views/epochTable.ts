/** The epochs of a run as tables: the last five and the best, and all of them to open. */

import type { RunPayload } from '../../kernel/format/mime.ts';
import type { Epoch } from '../../kernel/run/events.ts';
import { metricTitle } from '../../kernel/run/metricTitle.ts';
import { element, joined, type Markup } from './html.ts';
import { counted, formatNumber } from './numbers.ts';
import { type Column, type Row, type Table, table } from './table.ts';
import { nameText } from './textFit.ts';

const lastShown = 5;
/** More rows than this are not read by anyone; the run record has them all. */
const mostShown = 500;

export function epochTables(run: RunPayload): Markup | false {
  const { history, bestEpoch } = run;
  if (history.length === 0) return false;
  const short = history.filter(({ epoch }, i) => i >= history.length - lastShown || epoch === bestEpoch);
  return joined(
    epochTable(run, short, short.length < history.length ? 'The best and the last epochs' : 'All epochs'),
    short.length < history.length &&
      element(
        'details',
        {},
        element('summary', {}, `All ${counted(history.length, 'epoch')}`),
        epochTable(
          run,
          history.slice(-mostShown),
          history.length > mostShown ? `The last ${mostShown} of ${formatNumber(history.length)} epochs` : 'All epochs',
        ),
      ),
  );
}

const epochTable = (run: RunPayload, shown: readonly Epoch[], caption: string): Markup =>
  table(epochRows(run, shown, caption));

/** All metrics of the epochs `shown`. */
export function epochRows({ bestEpoch, history }: RunPayload, shown: readonly Epoch[], caption: string): Table {
  const parts = (['train', 'validation'] as const).flatMap((part) =>
    [...new Set(history.flatMap((epoch) => Object.keys(epoch[part])))].map((metric) => ({ part, metric })),
  );
  const columns: Column[] = [
    { title: 'epoch' },
    ...parts.map(({ part, metric }) => ({ title: `${part} ${nameText(metricTitle(metric))}`, number: true })),
    { title: 'seconds', number: true },
  ];
  const rows = shown.map((epoch): Row => {
    const best = epoch.epoch === bestEpoch;
    return {
      cells: [
        `${formatNumber(epoch.epoch)}${best ? ' ◆ best' : ''}`,
        ...parts.map(({ part, metric }) => formatNumber(epoch[part][metric], { decimals: 4 })),
        formatNumber(epoch.seconds, { decimals: 2 }),
      ],
      strong: best,
    };
  });
  return { caption, columns, rows };
}
