/** Several models side by side: mean and spread over seeds, the difference to the baseline, and how sure it is. */

import type { ComparisonPayload } from '../../kernel/format/mime.ts';
import { metricTitle } from '../../kernel/run/metricTitle.ts';
import { htmlOrSentence } from './damaged.ts';
import { element, type Markup } from './html.ts';
import { formatNumber } from './numbers.ts';
import type { HtmlView, ViewOptions } from './picture.ts';
import { type Column, type Row, type Table, table } from './table.ts';
import { nameText } from './textFit.ts';
import { livePalette, type Palette } from './theme.ts';

type Model = ComparisonPayload['models'][number];

/** Significance marks of the NFM paper. */
const marks = (p: number): string => (p < 0.01 ? ' **' : p < 0.05 ? ' *' : '');

const probability = (p: number | null): string =>
  p === null ? '' : `${p < 0.0001 ? '< 0.0001' : formatNumber(p, { decimals: 4 })}${marks(p)}`;

const [stripWidth, stripHeight] = [120, 16];

/** The table, best model first to be seen by weight, in the order given; seeds as dots on a common scale. */
export function comparisonView(comparison: ComparisonPayload, options: ViewOptions = {}): HtmlView {
  return htmlOrSentence(() => draw(comparison, options));
}

function draw(comparison: ComparisonPayload, { theme = livePalette }: ViewOptions): HtmlView {
  const view = element('div', { class: 'nfm-view' }, table(comparisonRows(comparison, theme)));
  return { html: view.toString(), text: comparisonText(comparison) };
}

/** @param theme of the seeds' dots; null: without them, for places without markup */
export function comparisonRows(comparison: ComparisonPayload, theme: Palette | null): Table {
  const { metric, baseline, models, lowerIsBetter } = comparison;
  const best = bestOf(comparison);
  const base = models.find(({ name }) => name === baseline);
  const tests = testsOf(comparison);
  const seeds = Math.max(0, ...models.map(({ values }) => values.length));
  const part = comparison.part === undefined ? '' : `${nameText(comparison.part)} `;
  const epochs = models.some(({ bestEpochs }) => bestEpochs?.length);
  const seconds = models.some((model) => model.seconds !== undefined);
  const range = rangeOf(models);
  const columns: Column[] = [
    { title: 'model' },
    { title: 'parameters', number: true },
    { title: `${part}${nameText(metricTitle(metric))}${seeds > 1 ? ' ± sd' : ''}`, number: true },
    { title: `against ${nameText(baseline)}`, number: true },
    ...tests.map(({ title }) => ({ title, number: true })),
    ...(theme ? [{ title: seeds > 1 ? 'seeds' : 'value' }] : []),
    ...(epochs ? [{ title: 'best epoch', number: true }] : []),
    ...(seconds ? [{ title: 'seconds', number: true }] : []),
  ];
  const rows = models.map(
    (model): Row => ({
      cells: [
        `${nameText(model.name)}${model === best ? ' ◆ best' : ''}`,
        formatNumber(model.parameters),
        valueText(model),
        differenceText(model, base),
        ...tests.map(({ of }) => probability(of(model))),
        ...(theme ? [range ? strip(model, range, theme) : ''] : []),
        ...(epochs ? [spread(model.bestEpochs)] : []),
        ...(seconds ? [formatNumber(model.seconds, { digits: 3 })] : []),
      ],
      strong: model === best,
    }),
  );
  const unfinished = models.filter(({ values }) => values.includes(null)).map(({ name }) => nameText(name));
  const remarks = [
    `${lowerIsBetter ? 'Lower' : 'Higher'} is better; mean and standard deviation over ${seeds === 1 ? 'one seed' : `${seeds} seeds`}${theme ? '; dots are seeds, the line is the mean' : ''}.`,
    ...(tests.length > 0
      ? [
          `p: two-sided paired t-test against ${nameText(baseline)} on ${tests.map(({ on }) => on).join('; ')}; * below 0.05, ** below 0.01.`,
        ]
      : []),
    ...(unfinished.length > 0 ? [`Without a value for some seeds: ${unfinished.join(', ')}.`] : []),
  ];
  return { caption: `${nameText(metricTitle(metric))} of ${models.length} models`, columns, rows, remarks };
}

interface PairedTest {
  readonly title: string;
  /** What its differences are of. */
  readonly on: string;
  readonly of: (model: Model) => number | null;
}

/** The tests that some model has. */
function testsOf({ models, rows, part }: ComparisonPayload): readonly PairedTest[] {
  const read = rows === undefined ? 'row errors' : `the errors of ${formatNumber(rows)} ${nameText(part ?? '')} rows`;
  const tests: readonly PairedTest[] = [
    { title: 'p (rows)', on: read, of: ({ pValue }) => pValue },
    { title: 'p (groups)', on: 'one mean difference a group', of: ({ pGroups }) => pGroups ?? null },
    { title: 'p (seeds)', on: 'one difference a seed', of: ({ pSeeds }) => pSeeds ?? null },
  ];
  return tests.filter(({ of }) => models.some((model) => of(model) !== null));
}

/** `12` or `9-14`. */
function spread(epochs: readonly number[] = []): string {
  const known = epochs.filter((epoch) => epoch > 0);
  if (known.length === 0) return '';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return low === high ? formatNumber(low) : `${formatNumber(low)}-${formatNumber(high)}`;
}

/** The model with the best mean; undefined when none has one. */
export function bestOf({ models, lowerIsBetter }: ComparisonPayload): Model | undefined {
  const better = (a: number, b: number) => (lowerIsBetter ? a < b : a > b);
  return models.reduce<Model | undefined>(
    (best, model) => (model.mean !== null && (best === undefined || better(model.mean, best.mean!)) ? model : best),
    undefined,
  );
}

export const valueText = ({ mean, stdev }: Model): string =>
  `${formatNumber(mean, { decimals: 4 })}${mean === null || stdev === null ? '' : ` ± ${formatNumber(stdev, { decimals: 4 })}`}`;

function differenceText({ name, mean }: Model, base: Model | undefined): string {
  if (!base || base.name === name || mean === null || !base.mean) return '';
  const share = (mean - base.mean) / Math.abs(base.mean);
  return `${share > 0 ? '+' : ''}${formatNumber(100 * share, { decimals: 1 })} %`;
}

export const knownValues = ({ values }: Pick<Model, 'values'>): readonly number[] =>
  values.filter((v) => v !== null).filter(Number.isFinite);

function rangeOf(models: readonly Model[]): readonly [number, number] | null {
  const values = models.flatMap(knownValues);
  return values.length > 0 ? [Math.min(...values), Math.max(...values)] : null;
}

/** The values of a model as dots on the scale of all models. */
function strip({ name, values, mean }: Model, [low, high]: readonly [number, number], theme: Palette): Markup {
  const x = (value: number) => 6 + (high > low ? (value - low) / (high - low) : 0.5) * (stripWidth - 12);
  const known = knownValues({ values });
  const told = known.map((v) => formatNumber(v, { decimals: 4 })).join(', ');
  const middle = stripHeight / 2;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: stripWidth,
      height: stripHeight,
      viewBox: `0 0 ${stripWidth} ${stripHeight}`,
      role: 'img',
      'aria-label': `${nameText(name)}: ${told || 'no value'}`,
    },
    element('path', { d: `M4 ${middle}h${stripWidth - 8}`, stroke: theme.grid }),
    mean !== null &&
      element('path', {
        d: `M${x(mean).toFixed(2)} 2v${stripHeight - 4}`,
        stroke: theme.foreground,
        'stroke-width': 1.5,
      }),
    known.map((value) =>
      element('circle', {
        cx: x(value),
        cy: middle,
        r: 3,
        fill: 'none',
        stroke: theme.validation,
        'stroke-width': 1.5,
      }),
    ),
  );
}

/** `Best rmse: NFM-1 0.3921 ± 0.0004, -3.1 % against FM (p < 0.0001 **); 3 models.` */
export function comparisonText(comparison: ComparisonPayload): string {
  const { metric, baseline, models } = comparison;
  const best = bestOf(comparison);
  if (!best) return `No model has a value of ${nameText(metricTitle(metric))}.`;
  const difference = differenceText(
    best,
    models.find(({ name }) => name === baseline),
  );
  const p = best.pValue === null ? '' : ` (p ${probability(best.pValue)})`;
  const against = difference ? `, ${difference} against ${nameText(baseline)}${p}` : '';
  return `Best ${nameText(metricTitle(metric))}: ${nameText(best.name)} ${valueText(best)}${against}; ${models.length} models.`;
}
