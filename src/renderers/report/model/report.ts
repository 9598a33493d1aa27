/**
 * A notebook with outputs as a report: verdict, results, curves, architecture, interactions, data, settings and
 * environment first, then the notebook itself, then how to repeat it. Nothing is computed anew: what the cells have
 * shown is put in order.
 */

import { type Notebook, type NotebookCell, tagsOf } from '../../../kernel/format/notebook.ts';
import type { ReportSource } from '../../../kernel/format/report.ts';
import { counted } from '../../views/numbers.ts';
import { nameText } from '../../views/textFit.ts';
import { type Block, paragraph, type Section } from './blocks.ts';
import { cellBlocks, type Figures } from './cells.ts';
import { dataBlocks } from './data.ts';
import { type Figure, type FigureKind, isDrawable } from './figures.ts';
import { environmentBlocks, repeatBlocks } from './origin.ts';
import { comparisonTable, runsTable } from './results.ts';
import { settingsBlocks } from './settings.ts';
import { distinct, ofKind, type ReportCell, type Shown, shownIn, visibleCells } from './shown.ts';
import { headline, leader, verdictOf } from './verdict.ts';

export interface Report {
  readonly title: string;
  /** The main sentence first. */
  readonly verdict: readonly string[];
  /** What a reader must know before anything else: cells that failed, cells that are left out. */
  readonly warnings: readonly string[];
  readonly sections: readonly Section[];
  readonly source: ReportSource;
}

/** Figures of each kind that stand above the notebook; the others stand in their places. */
const mostAbove: { readonly [K in FigureKind]: number } = {
  comparison: 1,
  run: 4,
  graph: 1,
  difference: 0,
  interactions: 2,
};

/** Pure and total: any notebook gives a report, and equal notebooks give equal ones. */
export function reportOf(notebook: Notebook, source: ReportSource): Report {
  const { cells, hidden } = visibleCells(notebook);
  const shown = shownIn(cells);
  const figures = new FigureList(shown);
  const drawn = (kind: FigureKind): readonly Block[] =>
    figures.above(kind).map((figure) => ({ kind: 'figure', figure }));
  const sections: Section[] = [
    section('results', 'Results', () => [...comparedModels(shown), ...drawn('comparison'), ...singleRuns(shown)]),
    section('curves', 'Training curves', () => drawn('run')),
    section('architecture', 'Architecture', () => drawn('graph')),
    section('interactions', 'Which fields act together', () => drawn('interactions')),
    section('data', 'Data', () => dataBlocks(shown)),
    section('settings', 'Settings', () => settingsBlocks(shown)),
    section('environment', 'Environment', () => environmentBlocks(shown, source)),
    section('notebook', 'The notebook', () => notebookBlocks(cells, notebook, figures)),
    section('repeat', 'To repeat it', () => repeatBlocks(shown, source)),
  ];
  return {
    title: cells.map(({ cell }) => titleIn(cell)).find((title) => title !== undefined) ?? source.name,
    verdict: orTold(
      () => verdictOf(shown),
      () => ['The results in this notebook are damaged, or of another version of this program.'],
    ),
    warnings: warningsOf(cells, hidden),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    source,
  };
}

const damaged = 'This part cannot be shown: its data are damaged, or of another version of this program.';

const section = (id: string, heading: string, blocks: () => readonly Block[]): Section => ({
  ...{ id, heading },
  blocks: orTold(blocks, () => [paragraph(damaged, 'warning')]),
});

/** Notebooks come from strangers and other versions: data that break one part must not take the report with it. */
function orTold<T>(make: () => T, otherwise: () => T): T {
  try {
    return make();
  } catch {
    return otherwise();
  }
}

function comparedModels(shown: readonly Shown[]): readonly Block[] {
  const comparison = headline(shown);
  return comparison ? comparisonTable(comparison) : [];
}

function singleRuns(shown: readonly Shown[]): readonly Block[] {
  const runs = ofKind(shown, 'run').filter(isDrawable);
  return runs.length > 0 ? [{ kind: 'table', table: runsTable(runs) }] : [];
}

/** The figures of a report, numbered as the reader meets them. The same data shown twice are one figure. */
class FigureList implements Figures {
  readonly #above: readonly Figure[];
  readonly #inPlace: ReadonlySet<string>;
  readonly #placed: Map<string, Figure>;
  #last: number;

  constructor(shown: readonly Shown[]) {
    const own = orTold(
      () => ownGraph(shown),
      () => [],
    );
    const drawable = distinct([...shown, ...own].filter(isDrawable), keyOf);
    const above = orTold(
      () => leading(drawable, shown),
      () => [],
    );
    this.#above = above.map((each, i) => ({ number: i + 1, shown: each }));
    this.#inPlace = new Set(drawable.filter((each) => !above.includes(each)).map(keyOf));
    this.#placed = new Map(this.#above.map((figure) => [keyOf(figure.shown), figure]));
    this.#last = above.length;
  }

  /** Those that stand above the notebook. */
  above = (kind: FigureKind): readonly Figure[] => this.#above.filter(({ shown }) => shown.kind === kind);

  place = (shown: Shown): ReturnType<Figures['place']> => {
    const key = keyOf(shown);
    const placed = this.#placed.get(key);
    if (placed || !this.#inPlace.has(key)) return placed && { figure: placed, here: false };
    const figure = { number: this.nextNumber(), shown: shown as Shown<FigureKind> };
    this.#placed.set(key, figure);
    return { figure, here: true };
  };

  nextNumber = (): number => ++this.#last;
}

const keyOf = ({ kind, payload }: Shown): string => JSON.stringify([kind, payload]);

/** Where no cell has shown a model, that of the verdict. */
function ownGraph(shown: readonly Shown[]): readonly Shown[] {
  if (ofKind(shown, 'graph').length > 0) return [];
  const lead = leader(shown);
  const run = ofKind(shown, 'run').findLast(({ payload }) => payload.config.model === lead);
  const graph = run?.payload.graph ?? headline(shown)?.models.find(({ name }) => name === lead)?.graph;
  return graph ? [{ kind: 'graph', payload: graph, cell: run?.cell ?? 0 }] : [];
}

/** What stands above the notebook: of each kind what belongs to the verdict, then the latest, in notebook order. */
function leading(drawable: readonly Shown<FigureKind>[], shown: readonly Shown[]): readonly Shown<FigureKind>[] {
  const [lead, main] = [leader(shown), headline(shown)];
  const leads = (each: Shown<FigureKind>): boolean => {
    if (each.kind === 'comparison') return each.payload === main;
    if (each.kind === 'run') return each.payload.config.model === lead;
    if (each.kind === 'difference') return each.payload.after.name === lead;
    return (each.kind === 'graph' ? each.payload.name : each.payload.model) === lead;
  };
  return (Object.keys(mostAbove) as FigureKind[]).flatMap((kind) => {
    const latest = drawable.filter((each) => each.kind === kind).toReversed();
    const kept = [...new Set([...latest.filter(leads), ...latest])].slice(0, mostAbove[kind]);
    return drawable.filter((each) => kept.includes(each));
  });
}

function notebookBlocks(cells: readonly ReportCell[], notebook: Notebook, figures: Figures): readonly Block[] {
  const title = cells.findIndex(({ cell }) => titleIn(cell) !== undefined);
  return cells.flatMap((cell, i) => {
    // What has become the title of the report does not stand here a second time.
    const rest = i === title ? { ...cell, cell: { ...cell.cell, source: withoutTitle(cell.cell.source) } } : cell;
    return cellBlocks(rest, notebook, figures);
  });
}

const titleLine = /^#[ \t]+(.+?)[ \t]*#*[ \t]*$/m;

/** The first line of a text cell, where it is a heading of the first rank. */
const titleIn = ({ cell_type, source }: NotebookCell): string | undefined =>
  cell_type === 'markdown' && /^#[ \t]/.test(source.trimStart())
    ? plainText(titleLine.exec(source)?.[1] ?? '') || undefined
    : undefined;

const withoutTitle = (source: string): string => source.replace(titleLine, '').trimStart();

/** Without the marks of Markdown: emphasis, code, links. */
const plainText = (text: string): string =>
  text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`]+|(?<!\w)_+|_+(?!\w)/g, '')
    .trim();

function warningsOf(cells: readonly ReportCell[], hidden: number): readonly string[] {
  const failed = cells.flatMap(({ cell, number }) =>
    cell.cell_type === 'code' && !tagsOf(cell).includes('raises-exception')
      ? cell.outputs.flatMap((output) => (output.output_type === 'error' ? [{ number, output }] : []))
      : [],
  );
  return [
    ...failed
      .slice(0, 3)
      .map(
        ({ number, output }) =>
          `Cell ${number} failed with ${nameText(String(output.ename))}: ${nameText(String(output.evalue), 160)}`,
      ),
    ...(hidden > 0
      ? [`${counted(hidden, 'cell')} tagged "hide" ${hidden === 1 ? 'is' : 'are'} left out of this report.`]
      : []),
  ];
}
