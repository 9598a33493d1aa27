/**
 * CSV, TSV and other separated text to a table, streamed (RFC 4180 for commas; other separators know no quotes).
 * Rows with another number of cells, unknown columns and bytes that are no UTF-8 are errors, never repaired.
 */

import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { CsvError, parse } from 'csv-parse/sync';
import { listOf, OptionError, oneOf, readOptions, text } from '../base/options.ts';
import { dataError, quote } from './errors.ts';
import { readChunks } from './files.ts';
import { textStart } from './firstBytes.ts';
import { type Table, TableRows, unknownColumn } from './table.ts';

const windowLength = 1 << 20;
const longestRow = 1 << 26;

/** How separated text is read. */
export interface CsvOptions {
  /** Text between cells; default tab for names ending in `.tsv`, else a comma. Only commas allow quoted cells. */
  readonly separator?: string;
  /** Names of the columns, for a file without a header row. */
  readonly columns?: readonly string[];
  /** The one column whose text may contain the separator: it gets what the other columns leave over. */
  readonly restOf?: string;
  /** `latin1` (ISO-8859-1) for old files; default `utf8`. */
  readonly encoding?: 'utf8' | 'latin1';
  /** The columns to keep; others are ignored and listed in the table. Default all. */
  readonly only?: readonly string[];
  /** The columns whose cells are numbers. Default none: all cells stay text until a schema says otherwise. */
  readonly numbers?: readonly string[];
}

/**
 * Reads a CSV, TSV or otherwise separated file (`.gz` too).
 * @throws DataError with file and line; OptionError
 */
export async function readCsv(path: string, options?: CsvOptions): Promise<Table> {
  const reader = new CsvReader(path, csvOptions('readCsv()', path, options));
  for await (const chunk of readChunks(path)) reader.push(reader.decode(chunk));
  reader.push(reader.decode(null));
  return reader.finish();
}

/**
 * Reads separated text from memory.
 * @throws DataError, OptionError
 */
export function parseCsv(csv: string, options?: CsvOptions, source = 'CSV text'): Table {
  const reader = new CsvReader(source, csvOptions('parseCsv()', source, options));
  const start = csv.startsWith('\uFEFF') ? 1 : 0;
  for (let from = start; from < csv.length; from += windowLength) reader.push(csv.slice(from, from + windowLength));
  return reader.finish();
}

type Settings = ReturnType<typeof csvOptions>;

function csvOptions(call: string, name: string, options: CsvOptions | undefined) {
  const read = readOptions(call, options, {
    separator: text(/\.tsv(\.gz)?$/.test(name) ? '\t' : ','),
    columns: listOf(text(''), null),
    restOf: text(null),
    encoding: oneOf(['utf8', 'latin1'], 'utf8' as const),
    only: listOf(text(''), null),
    numbers: listOf(text(''), [] as readonly string[]),
  });
  if (read.separator === '') throw new OptionError(`${call}: "separator" must not be empty`);
  return read;
}

/** One reading: text in windows of whole rows, rows into the table. */
class CsvReader {
  readonly #file: string;
  readonly #options: Settings;
  readonly #quotes: boolean;
  readonly #decoder: TextDecoder;
  #bytesSeen = false;
  #decodedLines = 0;
  #text = ''; // not read yet
  #line = 0; // lines read
  #names: readonly string[] | null = null;
  #kept: readonly number[] = [];
  #rest = -1;
  #table: TableRows | null = null;

  constructor(file: string, options: Settings) {
    this.#file = file;
    this.#options = options;
    this.#quotes = options.separator === ',';
    this.#decoder = new TextDecoder('utf-8', { fatal: true });
    if (options.columns) this.#header(options.columns, 0);
  }

  /**
   * The text of the next bytes, or of what is left at the end (null).
   * @throws DataError for bytes that are not in the encoding
   */
  decode(chunk: Uint8Array | null): string {
    if (chunk && !this.#bytesSeen) textStart(chunk, this.#file, 'separated text');
    this.#bytesSeen = true;
    if (this.#options.encoding === 'latin1') return chunk ? Buffer.from(chunk).toString('latin1') : '';
    try {
      const decoded = chunk ? this.#decoder.decode(chunk, { stream: true }) : this.#decoder.decode();
      for (let i = decoded.indexOf('\n'); i >= 0; i = decoded.indexOf('\n', i + 1)) this.#decodedLines++;
      return decoded;
    } catch {
      throw this.#notUtf8(chunk ?? new Uint8Array());
    }
  }

  /** Takes the next piece of text and reads its whole rows. */
  push(text: string): void {
    this.#text += text;
    this.#read(this.#text.length > longestRow ? this.#text.length : this.#lastRowEnd());
  }

  /** Where the last whole row ends: after a line break that is not between quotes. */
  #lastRowEnd(): number {
    const text = this.#text;
    if (!this.#quotes || !text.includes('"')) return text.lastIndexOf('\n') + 1;
    let end = 0;
    let inside = false;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 34) inside = !inside;
      else if (code === 10 && !inside) end = i + 1;
    }
    return end;
  }

  #read(end: number): void {
    const text = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    for (const cells of this.#cells(text)) {
      this.#line++;
      if (cells.length > 1 || cells[0] !== '') this.#row(cells, this.#line);
      if (this.#quotes) this.#line += lineBreaks(cells);
    }
  }

  #cells(text: string): string[][] {
    const { separator } = this.#options;
    if (!this.#quotes || !text.includes('"')) {
      const lines = text.split('\n');
      if (lines[lines.length - 1] === '') lines.pop();
      return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line).split(separator));
    }
    try {
      return parse(text, { record_delimiter: ['\r\n', '\n'], relax_column_count: true });
    } catch (error) {
      throw this.#quoteError(error);
    }
  }

  #quoteError(error: unknown): unknown {
    if (!(error instanceof CsvError)) return error;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED')
      return dataError(this.#file, this.#line + 1, 0, 'expected a closing quote, got the end of the file; close it');
    const line = this.#line + Number((error as { lines?: unknown }).lines ?? 1);
    return dataError(
      this.#file,
      line,
      0,
      'expected quotes only around whole cells, got one inside a cell; quote the cell and double the quotes inside it',
    );
  }

  #notUtf8(chunk: Uint8Array) {
    const bytes = Buffer.from(chunk);
    let line = this.#decodedLines + 1;
    for (let from = 0; from < bytes.length; line++) {
      const end = bytes.indexOf(10, from);
      if (end < 0 || (!isUtf8(bytes.subarray(from, end)) && from > 0)) break;
      from = end + 1;
    }
    return dataError(
      this.#file,
      line,
      0,
      "expected UTF-8 text, got other bytes; if the file is ISO-8859-1, use encoding: 'latin1', else save it as UTF-8",
    );
  }

  #header(names: readonly string[], line: number): void {
    const { only, numbers, restOf } = this.#options;
    for (const [i, name] of names.entries()) {
      if (name.trim() === '')
        throw dataError(this.#file, line, 0, `expected a name for column ${i + 1}, got none; name it, or give columns`);
      if (names.indexOf(name) < i)
        throw dataError(this.#file, line, 0, `expected different column names, got ${quote(name)} twice; rename one`);
    }
    for (const name of [...(only ?? []), ...numbers, ...(restOf === null ? [] : [restOf])])
      if (!names.includes(name)) throw unknownColumn(this.#file, name, names);
    this.#names = names;
    this.#rest = restOf === null ? -1 : names.indexOf(restOf);
    this.#kept = names.flatMap((name, i) => (only === null || only.includes(name) ? [i] : []));
    const kept = this.#kept.map((i) => names[i]);
    this.#table = new TableRows(this.#file, kept, new Set(numbers));
  }

  #row(cells: string[], line: number): void {
    if (this.#names === null) {
      this.#header(cells, line);
      return;
    }
    const expected = this.#names.length;
    const more = cells.length - expected;
    if (more > 0 && this.#rest >= 0) {
      const rest = cells.splice(this.#rest, more + 1).join(this.#options.separator);
      cells.splice(this.#rest, 0, rest);
    }
    if (cells.length !== expected) {
      const next =
        more > 0 ? 'check the separator, or name the column that contains it as restOf' : 'check the separator';
      this.#table!.problems.add(line, 0, `expected ${expected} cells, got ${cells.length}; ${next}`);
      return;
    }
    this.#table!.add(
      this.#kept.map((i) => cells[i]),
      line,
    );
  }

  /** Reads what is left, a last row without line break included. */
  finish(): Table {
    this.#read(this.#text.length);
    if (this.#table === null)
      throw dataError(this.#file, 0, 0, 'expected a header row, got an empty file; check the file');
    const ignored = this.#names!.filter((_, i) => !this.#kept.includes(i));
    return this.#table.finish(ignored);
  }
}

/** Line breaks inside the cells of a row. */
function lineBreaks(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) for (let i = cell.indexOf('\n'); i >= 0; i = cell.indexOf('\n', i + 1)) count++;
  return count;
}
