/**
 * Cells as they stand in the notebook: text as text, code folded, outputs below. Nothing of an output is live: what is
 * markup or a script is shown as text, pictures stand as images.
 */

import { type Json, type JsonObject, mime, type TablePayload } from '../../../kernel/format/mime.ts';
import {
  type CellOutput,
  type CodeCell,
  languageOf,
  type Notebook,
  type TextCell,
} from '../../../kernel/format/notebook.ts';
import { chartText } from '../../../kernel/format/vegaLite.ts';
import { counted, formatNumber } from '../../views/numbers.ts';
import type { Table } from '../../views/table.ts';
import { type Block, type Image, paragraph } from './blocks.ts';
import type { Figure } from './figures.ts';
import { printedText } from './printed.ts';
import { type ReportCell, type Shown, shownBy } from './shown.ts';

/** Where the outputs of the notebook are drawn. */
export interface Figures {
  /** The figure of an output; `here` where the output itself is its place. Undefined where nothing can be drawn. */
  readonly place: (shown: Shown) => { readonly figure: Figure; readonly here: boolean } | undefined;
  /** A number for a figure of another kind. */
  readonly nextNumber: () => number;
}

export function cellBlocks({ cell, number }: ReportCell, notebook: Notebook, figures: Figures): readonly Block[] {
  if (cell.cell_type === 'code')
    return [
      ...(cell.source.trim() === '' ? [] : [code(cell, number!, languageOf(notebook, cell))]),
      ...cell.outputs.flatMap((output) => outputBlocks(output, number!, figures)),
    ];
  if (cell.source.trim() === '') return [];
  return cell.cell_type === 'markdown'
    ? [markdown(cell)]
    : [{ kind: 'printed', text: printedText(cell.source), stream: 'output' }];
}

function markdown(cell: TextCell): Block {
  const attachments = objectOf((cell as { readonly attachments?: unknown }).attachments);
  const images = Object.entries(attachments).flatMap(([name, bundle]): readonly [string, Image][] => {
    const image = imageOf(objectOf(bundle), {}, name);
    return image ? [[name, image]] : [];
  });
  return { kind: 'markdown', source: cell.source, images: new Map(images) };
}

function code({ source }: CodeCell, number: number, language: string): Block {
  const lines = source.split('\n');
  const preview = lines.find((line) => line.trim() !== '' && !/^\s*(\/\/|\/\*|\*)/.test(line)) ?? lines[0];
  return {
    kind: 'code',
    label: `Cell ${number}, ${counted(lines.length, 'line')}`,
    preview: preview.trim().slice(0, 200),
    source,
    language,
  };
}

function outputBlocks(output: CellOutput, cell: number, figures: Figures): readonly Block[] {
  switch (output.output_type) {
    case 'stream':
      return output.text.trim() === ''
        ? []
        : [{ kind: 'printed', text: printedText(output.text), stream: output.name === 'stderr' ? 'error' : 'output' }];
    case 'error':
      return [{ kind: 'printed', text: printedText(errorText(output)), stream: 'error' }];
    default: {
      const [shown] = shownBy(output, cell);
      const placed = shown && figures.place(shown);
      if (placed) {
        const { figure, here } = placed;
        const elsewhere = { target: `figure-${figure.number}`, name: `figure ${figure.number}` };
        return [here ? { kind: 'figure', figure } : { kind: 'reference', ...elsewhere }];
      }
      if (shown?.kind === 'dataCard') return [{ kind: 'reference', target: 'data', name: 'the section on the data' }];
      return dataBlocks(output.data, objectOf(output.metadata), figures);
    }
  }
}

function errorText({ ename, evalue, traceback }: Extract<CellOutput, { output_type: 'error' }>): string {
  const told = `${ename}: ${evalue}`;
  const lines = traceback.filter((line) => typeof line === 'string').join('\n');
  return lines.includes(String(evalue)) ? lines : `${told}\n${lines}`;
}

/** The richest form that is safe to show. */
function dataBlocks(data: JsonObject, metadata: JsonObject, figures: Figures): readonly Block[] {
  const table = tableOf(data[mime.table]);
  if (table) return [{ kind: 'table', table }];
  const text = textOf(data[mime.text]);
  const image = imageOf(data, metadata, text ?? '');
  const chart = [mime.vegaLite, mime.vegaLite6].map((type) => data[type]).find((spec) => spec !== undefined);
  if (chart !== undefined)
    return [
      { kind: 'chart', number: figures.nextNumber(), spec: chart, picture: image ?? null, text: chartText(chart) },
    ];
  if (image) return [{ kind: 'image', ...image }];
  const written = textOf(data[mime.markdown]);
  if (written !== undefined) return [{ kind: 'markdown', source: written, images: new Map() }];
  if (text !== undefined)
    return text.trim() === '' ? [] : [{ kind: 'printed', text: printedText(text), stream: 'output' }];
  const html = textOf(data[mime.html]);
  if (html !== undefined)
    return [
      {
        kind: 'folded',
        summary: 'HTML output, shown as text',
        blocks: [{ kind: 'printed', text: printedText(html), stream: 'output' }],
      },
    ];
  const [type] = Object.keys(data);
  return type === undefined ? [] : [paragraph(`An output of type ${type}, which a report cannot show.`, 'quiet')];
}

const imageTypes = [mime.svg, mime.png, 'image/jpeg', 'image/gif', 'image/webp'];

function imageOf(data: JsonObject, metadata: JsonObject, otherwise: string): Image | undefined {
  const type = imageTypes.find((each) => textOf(data[each]) !== undefined);
  if (!type) return undefined;
  const text = textOf(data[type])!;
  const encoding = type === mime.svg ? 'utf8' : 'base64';
  if (encoding === 'base64' && !/^[A-Za-z0-9+/\s]+=*\s*$/.test(text)) return undefined;
  const said = objectOf(metadata[type]).alt;
  const alt = typeof said === 'string' ? said : otherwise.split('\n')[0].slice(0, 200);
  return {
    type,
    data: encoding === 'utf8' ? text : text.replace(/\s+/g, ''),
    encoding,
    alt: alt || 'Picture shown by the cell',
  };
}

function tableOf(payload: Json | undefined): Table | undefined {
  const { columns, rows, total } = objectOf(payload) as Partial<TablePayload>;
  if (!Array.isArray(columns) || !Array.isArray(rows) || !rows.every(Array.isArray)) return undefined;
  const number = columns.map((_, c) => rows.length > 0 && rows.every((row) => typeof row[c] === 'number'));
  const more = typeof total === 'number' && total > rows.length ? `, the first ${formatNumber(rows.length)} shown` : '';
  return {
    caption: `${counted(typeof total === 'number' ? total : rows.length, 'row')}${more}`,
    columns: columns.map((title, c) => ({ title: String(title), number: number[c] })),
    rows: rows.map((row) => ({ cells: columns.map((_, c) => cellText(row[c])) })),
  };
}

/** Six significant digits, as cells print tables. */
const cellText = (value: unknown): string =>
  typeof value === 'number'
    ? String(Number(value.toPrecision(6)))
    : typeof value === 'string'
      ? value
      : JSON.stringify(value ?? null);

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((line) => typeof line === 'string') ? value.join('') : undefined;
}

const objectOf = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
