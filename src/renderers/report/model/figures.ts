/** The figures of a report, a row a kind: the picture, its chart for scripts, its caption, and its numbers as tables. */

import type { ComparisonPayload, InteractionsPayload, Json, RunPayload } from '../../../kernel/format/mime.ts';
import { metricTitle } from '../../../kernel/run/metricTitle.ts';
import { vegaLite } from '../../static/vegaLite.ts';
import { bestOf } from '../../views/comparison.ts';
import { comparisonChart } from '../../views/comparisonChart.ts';
import { curve } from '../../views/curves.ts';
import { diagram } from '../../views/diagram.ts';
import { diagramDiff } from '../../views/diagramDiff.ts';
import { epochRows } from '../../views/epochTable.ts';
import { featurePairRows, fieldPairRows } from '../../views/featurePairs.ts';
import { heatmap } from '../../views/heatmap.ts';
import { measureOf, strongestFirst } from '../../views/heatmapWords.ts';
import { counted, formatNumber, formatShare } from '../../views/numbers.ts';
import type { SvgView, ViewOptions } from '../../views/picture.ts';
import { trainingSeries, validationSeries } from '../../views/runNumbers.ts';
import type { Table } from '../../views/table.ts';
import { nameText } from '../../views/textFit.ts';
import type { Block } from './blocks.ts';
import type { Shown, ShownKind, ShownPayloads } from './shown.ts';

export type FigureKind = Exclude<ShownKind, 'dataCard'>;

export interface Figure {
  /** From 1, in the order of the report. */
  readonly number: number;
  readonly shown: Shown<FigureKind>;
}

type Spec = { readonly [key: string]: Json };

interface Rule<K extends FigureKind> {
  readonly draw: (payload: ShownPayloads[K], options: ViewOptions) => SvgView;
  /** Vega-Lite; null for what is no chart. */
  readonly spec: (payload: ShownPayloads[K]) => Spec | null;
  /** Sentences: what it shows, how it is read, and what must be known before it is believed. */
  readonly caption: (payload: ShownPayloads[K]) => readonly string[];
  /** The same as tables, to open. */
  readonly details: (payload: ShownPayloads[K]) => readonly Block[];
}

const rules: { readonly [K in FigureKind]: Rule<K> } = {
  comparison: {
    draw: comparisonChart,
    spec: vegaLite.comparison,
    caption: comparisonCaption,
    details: comparisonDetails,
  },
  run: {
    draw: curve,
    spec: vegaLite.curve,
    caption: runCaption,
    details: (run) => [folded(`All ${counted(run.history.length, 'epoch')} as a table`, epochTable(run))],
  },
  graph: {
    draw: diagram,
    spec: () => null,
    caption: ({ name }) => [
      `Architecture of ${nameText(name)}, from the sparse input to the prediction ŷ.`,
      'Edges carry tensor shapes, where B is the batch; boxes carry counts of trained parameters.',
    ],
    details: () => [],
  },
  difference: {
    draw: ({ before, after }, options) => diagramDiff(before, after, options),
    spec: () => null,
    caption: ({ before, after }) => [
      `What leads from ${nameText(before.name)} to ${nameText(after.name)}: boxes that were added, removed or changed.`,
    ],
    details: () => [],
  },
  interactions: {
    draw: heatmap,
    spec: vegaLite.heatmap,
    caption: interactionsCaption,
    details: interactionsDetails,
  },
};

/** Pictures of reports are as wide as their column of text; smaller ones are scaled by the page. */
const widths: { readonly [K in FigureKind]: number } = {
  comparison: 700,
  run: 700,
  graph: 640,
  difference: 640,
  interactions: 640,
};

type AnyRule = Rule<FigureKind>;
const ruleOf = ({ kind }: Shown<FigureKind>): AnyRule => rules[kind] as AnyRule;

export const drawFigure = ({ shown }: Figure, options: ViewOptions = {}): SvgView =>
  ruleOf(shown).draw(shown.payload, { width: widths[shown.kind], ...options });

export const chartOf = ({ shown }: Figure): Spec | null => {
  try {
    return ruleOf(shown).spec(shown.payload);
  } catch {
    return null; // drawn, but not charted: the picture stays
  }
};

export const captionOf = ({ shown }: Figure): readonly string[] => ruleOf(shown).caption(shown.payload);
export const detailsOf = ({ shown }: Figure): readonly Block[] => ruleOf(shown).details(shown.payload);

/** Whether there is something to draw: data that are whole, and a run with an epoch. */
export function isDrawable(shown: Shown): shown is Shown<FigureKind> {
  if (shown.kind === 'dataCard' || (shown.kind === 'run' && !shown.payload.history?.length)) return false;
  try {
    const figure: Figure = { number: 0, shown };
    captionOf(figure);
    detailsOf(figure);
    return !drawFigure(figure).damaged;
  } catch {
    return false;
  }
}

const folded = (summary: string, ...blocks: readonly Block[]): Block => ({ kind: 'folded', summary, blocks });
const mostEpochs = 500;

function epochTable(run: RunPayload): Block {
  const all = run.history.length <= mostEpochs;
  const caption = all ? 'All epochs' : `The last ${mostEpochs} of ${formatNumber(run.history.length)} epochs`;
  return { kind: 'table', table: epochRows(run, run.history.slice(-mostEpochs), caption) };
}

function comparisonCaption(comparison: ComparisonPayload): readonly string[] {
  const { metric, models, part, baseline, lowerIsBetter, seeds } = comparison;
  const best = bestOf(comparison);
  const what = `${part === undefined ? '' : `${nameText(part)} `}${nameText(metricTitle(metric))}`;
  return [
    `Every run of ${counted(models.length, 'model')} by its ${what}; ${lowerIsBetter ? 'lower' : 'higher'} is better.`,
    `Circles are ${seeds?.length ? `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.slice(0, 8).join(', ')}` : 'runs'}, ` +
      'thick bars the mean ± one standard deviation over them.',
    ...(best && best.name !== baseline ? [`The dashed line is the mean of the baseline, ${nameText(baseline)}.`] : []),
  ];
}

/** A row a seed. */
function comparisonDetails({ metric, part, models, seeds = [] }: ComparisonPayload): readonly Block[] {
  const runs = Math.max(0, ...models.map(({ values }) => values.length));
  if (runs < 2) return [];
  const what = `${part === undefined ? '' : `${nameText(part)} `}${nameText(metricTitle(metric))}`;
  const table: Table = {
    caption: `${what} of every run`,
    columns: [{ title: 'seed' }, ...models.map(({ name }) => ({ title: nameText(name), number: true }))],
    rows: Array.from({ length: runs }, (_, i) => ({
      cells: [String(seeds[i] ?? i + 1), ...models.map(({ values }) => formatNumber(values[i], { decimals: 4 }))],
    })),
  };
  return [folded(`All ${counted(runs * models.length, 'run')} as a table`, { kind: 'table', table })];
}

function runCaption(run: RunPayload): readonly string[] {
  const { metric, bestEpoch, history, config, state } = run;
  const training = trainingSeries(run);
  const best = validationSeries(run)[bestEpoch - 1];
  const name = nameText(metricTitle(metric));
  return [
    `${nameText(config.model)}: validation ${name} (solid)${training ? ` and ${training.name} (dashed)` : ''} after each of ` +
      `${counted(history.length, 'epoch')}.`,
    ...(typeof best === 'number'
      ? [`The diamond is the epoch whose weights were kept: ${bestEpoch}, with ${formatNumber(best, { decimals: 4 })}.`]
      : []),
    ...(state === 'earlyStopping' ? ['Early stopping ended the training.'] : []),
    ...(training && training.name !== 'training'
      ? [
          'Training values are the loss of the steps of an epoch, while weights move and dropout is on; they are no evaluation.',
        ]
      : []),
  ];
}

function interactionsCaption(payload: InteractionsPayload): readonly string[] {
  const { model, sample, epoch, seeds, pairs, varianceShare, higherShare, gap, measure, attention } = payload;
  const { name, caveat } = measureOf(payload);
  const [first] = strongestFirst(pairs);
  const from = [
    sample ? `${counted(sample.rows, 'row')} of ${nameText(sample.part)}` : 'the weights alone, no rows',
    ...(typeof epoch === 'number' ? [`the weights of epoch ${formatNumber(epoch)}`] : []),
    ...(seeds.length > 0 ? [`${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.slice(0, 8).join(', ')}`] : []),
  ];
  return [
    first
      ? `How strongly pairs of fields act together in ${nameText(model)}; cells are ${name}, bars what each field does alone.`
      : `What each field does in ${nameText(model)}: ${name}.`,
    ...(caveat ? [`${caveat[0].toUpperCase()}${caveat.slice(1)}.`] : []),
    `Computed from ${listed(from)}.`,
    ...(varianceShare === undefined
      ? []
      : [
          `The pairs explain ${formatShare(varianceShare)} of the variance of the output, ` +
            `what three or more fields do together ${higherShare === undefined ? 'and single fields the rest' : `${formatShare(higherShare)}, single fields the rest`}.`,
        ]),
    ...(gap === undefined
      ? []
      : [`What the contributions of a row leave unexplained is ${formatNumber(gap, { digits: 2 })} (RMS).`]),
    ...(first && seeds.length < 2 && measure !== 'firstOrder'
      ? ['It is one trained model: how much a pair varies over seeds is not known.']
      : []),
    ...(attention ? ['Attention is a share of a row, not a strength; read it beside the contributions only.'] : []),
    'It shows what the model uses, not what causes what.',
  ];
}

/** `a, b and c`. */
const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

function interactionsDetails(payload: InteractionsPayload): readonly Block[] {
  const [first] = strongestFirst(payload.pairs);
  if (!first) return [];
  const features = featurePairRows(payload, first.a, first.b);
  const known = strongestFirst(payload.pairs).length;
  return [
    ...(features.rows.length > 0 ? [{ kind: 'table', table: features } as const] : []),
    folded(`All ${counted(known, 'pair')} of fields as a table`, { kind: 'table', table: fieldPairRows(payload) }),
  ];
}
