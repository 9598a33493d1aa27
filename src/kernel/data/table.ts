/**
 * A table of cells as a reader gives it, by columns: text is kept once per distinct cell, numbers as numbers, no
 * object per row. Splitting, dictionaries and encoding work on it.
 */

import { nearest } from '../base/options.ts';
import { dataError, Problems, quote } from './errors.ts';
import { Growing } from './growing.ts';
import { numberForm } from './libfmLine.ts';

/** Cells as text. Row r holds `values[codes[r]]`; code -1 is an empty cell. */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly values: readonly string[];
}

/** Cells as numbers; NaN is an empty cell. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly numbers: Float64Array;
}

export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, TextColumn | NumberColumn>;
  /** Line of the file where each row starts, for messages. */
  readonly lines: Int32Array;
  /** File or origin of the rows. */
  readonly source: string;
  /** Columns of the file that were not asked for. */
  readonly ignored: readonly string[];
}

/** A number written in full as data files write it, or `true` (1), `false` (0); NaN for anything else. */
export function parseNumber(text: string): number {
  const trimmed = text.trim();
  if (numberForm.test(trimmed)) {
    const value = Number(trimmed);
    return Number.isFinite(value) ? value : Number.NaN;
  }
  return trimmed === 'true' ? 1 : trimmed === 'false' ? 0 : Number.NaN;
}

/** @throws DataError naming the columns there are */
export function columnOf(table: Table, name: string): TextColumn | NumberColumn {
  const column = table.columns.get(name);
  if (column) return column;
  throw unknownColumn(table.source, name, [...table.columns.keys(), ...table.ignored]);
}

export function unknownColumn(file: string, name: string, known: readonly string[]) {
  const near = nearest(name, known);
  return dataError(
    file,
    0,
    0,
    `expected a column ${quote(name)}, got the columns ${known.map(quote).join(', ')}; ` +
      (near ? `did you mean ${quote(near)}?` : 'name one of them'),
  );
}

/**
 * A column as numbers, NaN where empty.
 * @throws DataError with the lines of the cells that are no numbers
 */
export function numbersOf(table: Table, name: string): Float64Array {
  const column = columnOf(table, name);
  if (column.kind === 'number') return column.numbers;
  const parsed = column.values.map(parseNumber);
  const problems = new Problems(table.source);
  const numbers = Float64Array.from(column.codes, (code, row) => {
    if (code < 0) return Number.NaN;
    if (Number.isNaN(parsed[code])) problems.add(table.lines[row], 0, notANumber(name, column.values[code]));
    return parsed[code];
  });
  problems.throwIfAny();
  return numbers;
}

const notANumber = (column: string, cell: string): string =>
  `expected a number in column ${quote(column)}, got ${quote(cell)}; mend the cell or read the column as categorical`;

/** Collects the rows of a table. */
export class TableRows {
  readonly problems: Problems;
  readonly #names: readonly string[];
  readonly #numbers: ReadonlySet<string>;
  readonly #text: { codes: Growing<Int32Array>; values: string[]; codeOf: Map<string, number> }[];
  readonly #number: Growing<Float64Array>[];
  readonly #lines = new Growing<Int32Array>(Int32Array);

  /** @param numbers names of the columns whose cells are numbers */
  constructor(source: string, names: readonly string[], numbers: ReadonlySet<string>) {
    this.problems = new Problems(source);
    this.#names = names;
    this.#numbers = numbers;
    this.#text = names.map(() => ({ codes: new Growing<Int32Array>(Int32Array), values: [], codeOf: new Map() }));
    this.#number = names.map(() => new Growing<Float64Array>(Float64Array));
  }

  /** Adds a row; `cells` are in the order of the names, '' is an empty cell. */
  add(cells: readonly string[], line: number): void {
    for (let i = 0; i < this.#names.length; i++) {
      const cell = cells[i];
      if (this.#numbers.has(this.#names[i])) {
        const value = cell.trim() === '' ? Number.NaN : parseNumber(cell);
        if (Number.isNaN(value) && cell.trim() !== '') this.problems.add(line, 0, notANumber(this.#names[i], cell));
        this.#number[i].push(value);
      } else {
        const { codes, values, codeOf } = this.#text[i];
        let code = cell === '' ? -1 : codeOf.get(cell);
        if (code === undefined) {
          const own = detached(cell);
          code = values.push(own) - 1;
          codeOf.set(own, code);
        }
        codes.push(code);
      }
    }
    this.#lines.push(line);
  }

  /** @throws DataError with all problems that were found, or when there are no rows */
  finish(ignored: readonly string[] = []): Table {
    this.problems.throwIfAny();
    const rows = this.#lines.length;
    const source = this.problems.file;
    if (rows === 0)
      throw dataError(source, 0, 0, 'expected at least one row below the header, got no rows; check the file');
    const columns = new Map<string, TextColumn | NumberColumn>();
    for (const [i, name] of this.#names.entries())
      columns.set(
        name,
        this.#numbers.has(name)
          ? { kind: 'number', numbers: this.#number[i].join() }
          : { kind: 'text', codes: this.#text[i].codes.join(), values: this.#text[i].values },
      );
    return { rows, columns, lines: this.#lines.join(), source, ignored };
  }
}

/** A copy of a text: a slice would keep the whole text in memory that it was cut from. */
const detached = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

/**
 * A table of plain objects, one per row, as a notebook cell holds them. Columns are the names of the first row;
 * a cell is a text, a number, a boolean, or null or undefined for none.
 * @throws DataError
 */
export function tableOf(rows: Iterable<Readonly<Record<string, unknown>>>, source = 'rows'): Table {
  let names: string[] | undefined;
  let table: TableRows | undefined;
  let line = 0;
  for (const row of rows) {
    line++;
    names ??= Object.keys(row);
    table ??= new TableRows(source, names, new Set());
    for (const name of Object.keys(row))
      if (!names.includes(name))
        table.problems.add(line, 0, `expected the columns of row 1, got ${quote(name)} too; name all columns in row 1`);
    table.add(
      names.map((name) => cellText(row[name], name, line, source)),
      line,
    );
  }
  if (!table) throw dataError(source, 0, 0, 'expected at least one row, got none; check where the rows come from');
  return table.finish();
}

/** A cell of a plain object as text. */
function cellText(cell: unknown, column: string, line: number, source: string): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string' || typeof cell === 'boolean' || typeof cell === 'bigint') return String(cell);
  if (typeof cell === 'number' && Number.isFinite(cell)) return String(cell);
  throw dataError(
    source,
    line,
    0,
    `expected a text, a number or a boolean in column ${quote(column)}, got ${quote(String(cell))}; join lists with "|"`,
  );
}

/** The rows of several tables below each other; line numbers stay those of each file. @throws DataError */
export function concatTables(tables: readonly Table[]): Table {
  if (tables.length === 1) return tables[0];
  const columns = new Map<string, TextColumn | NumberColumn>();
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  for (const [name, { kind }] of tables[0].columns) {
    const parts = tables.map((table) => columnOf(table, name));
    if (kind === 'number') {
      const numbers = new Float64Array(rows);
      let at = 0;
      for (const table of tables) {
        numbers.set(numbersOf(table, name), at);
        at += table.rows;
      }
      columns.set(name, { kind, numbers });
      continue;
    }
    const codes = new Growing<Int32Array>(Int32Array);
    const codeOf = new Map<string, number>();
    for (const part of parts) {
      if (part.kind !== 'text')
        throw dataError(tables[0].source, 0, 0, `expected column ${quote(name)} as text in all files`);
      const code = part.values.map((value) => {
        const known = codeOf.get(value) ?? codeOf.size;
        codeOf.set(value, known);
        return known;
      });
      codes.append(part.codes.map((c) => (c < 0 ? -1 : code[c])));
    }
    columns.set(name, { kind, codes: codes.join(), values: [...codeOf.keys()] });
  }
  const lines = new Growing<Int32Array>(Int32Array);
  for (const table of tables) lines.append(table.lines);
  const source = tables.map((table) => table.source).join(' + ');
  return { rows, columns, lines: lines.join(), source, ignored: tables[0].ignored };
}
