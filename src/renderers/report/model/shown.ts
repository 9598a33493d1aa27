/** What the cells of a notebook have shown: the data under our own types, in their order. */

import {
  type ComparisonPayload,
  type DataCardPayload,
  type DifferencePayload,
  type InteractionsPayload,
  mime,
  type RunPayload,
} from '../../../kernel/format/mime.ts';
import { type CellOutput, type Notebook, type NotebookCell, tagsOf } from '../../../kernel/format/notebook.ts';
import type { Graph } from '../../../kernel/graph/graph.ts';

export interface ShownPayloads {
  readonly graph: Graph;
  readonly difference: DifferencePayload;
  readonly run: RunPayload;
  readonly comparison: ComparisonPayload;
  readonly interactions: InteractionsPayload;
  readonly dataCard: DataCardPayload;
}
export type ShownKind = keyof ShownPayloads;

/** An output with data that this program wrote. Files come from strangers: nothing of the payload is certain. */
export type Shown<K extends ShownKind = ShownKind> = {
  [Kind in K]: {
    readonly kind: Kind;
    readonly payload: ShownPayloads[Kind];
    /** Number of its code cell in the report, from 1. */
    readonly cell: number;
  };
}[K];

/** A cell that the report has; code cells are counted from 1. */
export interface ReportCell {
  readonly cell: NotebookCell;
  readonly number: number | null;
}

/** The cells that are not tagged `hide`, and how many are. */
export function visibleCells({ cells }: Notebook): { readonly cells: readonly ReportCell[]; readonly hidden: number } {
  let code = 0;
  const numbered = cells.map((cell) => ({ cell, number: cell.cell_type === 'code' ? ++code : null }));
  const visible = numbered.filter(({ cell }) => !tagsOf(cell).includes('hide'));
  return { cells: visible, hidden: cells.length - visible.length };
}

const types: { readonly [K in ShownKind]: string } = {
  graph: mime.graph,
  difference: mime.difference,
  run: mime.run,
  comparison: mime.comparison,
  interactions: mime.interactions,
  dataCard: mime.dataCard,
};

export function shownIn(cells: readonly ReportCell[]): readonly Shown[] {
  return cells.flatMap(({ cell, number }) =>
    cell.cell_type === 'code' ? cell.outputs.flatMap((output) => shownBy(output, number!)) : [],
  );
}

/** The data of an output; at most one. */
export function shownBy(output: CellOutput, cell: number): readonly Shown[] {
  if (!('data' in output)) return [];
  const kind = (Object.keys(types) as ShownKind[]).find((each) => Object.hasOwn(output.data, types[each]));
  const payload = kind && output.data[types[kind]];
  return typeof payload === 'object' && payload !== null ? [{ kind, payload, cell } as unknown as Shown] : [];
}

export const ofKind = <K extends ShownKind>(shown: readonly Shown[], kind: K): readonly Shown<K>[] =>
  shown.filter((each) => each.kind === kind) as readonly Shown[] as readonly Shown<K>[];

/** The first of equal items. */
export function distinct<T>(items: readonly T[], key: (item: T) => unknown): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const text = JSON.stringify(key(item)) ?? '';
    return !seen.has(text) && seen.add(text);
  });
}
