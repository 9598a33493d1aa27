/** Rows of values as a table: data, aligned text and escaped HTML. */

import { escapeText } from './escapeText.ts';
import { type MimeBundle, mime, type TablePayload } from './mime.ts';

export const shownRows = 50;
const shownColumns = 30;
const cellWidth = 60;

type Cell = string | number | boolean | null;

/**
 * The bundle of a table. At most 50 rows and 30 columns are kept; the rest is counted in the last line.
 * @param inspect text of a value that is not a string, number or boolean
 */
export function tableBundle(
  columns: readonly string[],
  rows: Iterable<readonly unknown[]>,
  total: number,
  inspect: (value: unknown) => string,
): MimeBundle {
  const kept: Cell[][] = [];
  for (const row of rows) {
    if (kept.length === shownRows) break;
    kept.push(row.slice(0, shownColumns).map((value) => cellValue(value, inspect)));
  }
  const payload: TablePayload = { columns: columns.slice(0, shownColumns), rows: kept, total };
  const hidden = [
    ...(total > kept.length ? [`${total - kept.length} more rows`] : []),
    ...(columns.length > shownColumns ? [`${columns.length - shownColumns} more columns`] : []),
  ].join(', ');
  return {
    [mime.table]: { ...payload },
    [mime.html]: tableHtml(payload, hidden),
    [mime.text]: tableText(payload, hidden),
  };
}

function cellValue(value: unknown, inspect: (value: unknown) => string): Cell {
  if (value === undefined) return '';
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return inspect(value).replace(/\s*\n\s*/g, ' ');
}

/** Six significant digits, integers in full. */
function cellText(cell: Cell): string {
  if (typeof cell === 'number' && !Number.isInteger(cell)) return String(Number(cell.toPrecision(6)));
  const text = String(cell).replace(/\r?\n/g, ' ');
  return text.length > cellWidth ? `${text.slice(0, cellWidth - 1)}…` : text;
}

/** Columns two spaces apart, numbers to the right, a rule under the head. */
function tableText({ columns, rows }: TablePayload, hidden: string): string {
  const texts = rows.map((row) => columns.map((_, c) => cellText(row[c] ?? null)));
  const numeric = numericColumns(columns, rows);
  const widths = columns.map((name, c) => Math.max(name.length, ...texts.map((row) => row[c].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((text, c) => (numeric[c] ? text.padStart(widths[c]) : text.padEnd(widths[c])))
      .join('  ')
      .trimEnd();
  const lines = [line(columns), widths.map((w) => '-'.repeat(w)).join('  '), ...texts.map(line)];
  return [...lines, ...(hidden ? [`… ${hidden}`] : [])].join('\n');
}

function tableHtml({ columns, rows }: TablePayload, hidden: string): string {
  const numeric = numericColumns(columns, rows);
  const align = (c: number) => (numeric[c] ? ' style="text-align:right"' : '');
  const head = columns.map((name, c) => `<th scope="col"${align(c)}>${escapeText(name)}</th>`).join('');
  const body = rows.map(
    (row) =>
      `<tr>${columns.map((_, c) => `<td${align(c)}>${escapeText(cellText(row[c] ?? null))}</td>`).join('')}</tr>`,
  );
  return (
    `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>` +
    (hidden ? `<p>… ${escapeText(hidden)}</p>` : '')
  );
}

const numericColumns = (columns: readonly string[], rows: TablePayload['rows']): boolean[] =>
  columns.map((_, c) => rows.length > 0 && rows.every((row) => typeof row[c] === 'number'));
