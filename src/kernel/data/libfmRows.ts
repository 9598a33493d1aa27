/**
 * Lines of libFM text to rows, for speed: a hand-written scan of plain lines (nearly all lines of nearly all files),
 * which hands any other line to the full grammar in `libfmLine.ts`.
 */

import { dataError, Problems } from './errors.ts';
import { JoinedRows } from './joinedRows.ts';
import { LineFault, type LineRules, largestIndex, readLine } from './libfmLine.ts';
import { NumberScanner } from './libfmNumber.ts';

export interface ScanOptions extends LineRules {
  readonly onError: 'error' | 'skip';
  readonly skipLines: number;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const HASH = 35;
const ZERO = 48;
const ONE = 49;
const COLON = 58;
const LETTER_Q = 113;

/** The rows of one file: `scan` takes its lines, a window of text at a time; `finish` joins what was read. */
export class LibfmRows {
  readonly problems: Problems;
  /** Lines seen so far, with blank ones, comments and skipped ones. */
  line = 0;
  /** Explicit zeros, which are dropped. */
  zeros = 0;
  /** Pairs added to an earlier pair of the same index. */
  merged = 0;
  /** Largest feature id, -1 without entries. */
  largest = -1;

  readonly #options: ScanOptions;
  /** Ids from here on are out of range. */
  readonly #features: number;
  #grouped: boolean | null = null;
  #seenText = false;

  // The rows of one window.
  #ids = new Int32Array(0);
  #values = new Float32Array(0);
  #rowEnd = new Int32Array(0);
  #target = new Float32Array(0);
  #group = new Int32Array(0);
  #rows = 0;
  #entries = 0;
  #allOnes = true;

  /** The rows of all windows before. */
  readonly #joined = new JoinedRows();
  readonly #numbers = new NumberScanner();

  constructor(file: string, options: ScanOptions) {
    this.#options = options;
    this.#features = options.features ?? largestIndex + 1;
    this.problems = new Problems(file);
  }

  /**
   * Reads lines.
   * @param text whole lines, each with its LF, up to `end`
   * @param cut whether the LF of the last line is not the file's own
   */
  scan(text: Uint8Array, end: number, cut: boolean): void {
    this.#reserve(text.length);
    this.#rows = 0;
    this.#entries = 0;
    this.#allOnes = true;
    for (let at = 0; at < end; ) {
      this.line++;
      if (this.line <= this.#options.skipLines) {
        at = text.indexOf(LF, at) + 1;
        continue;
      }
      const next = this.#plainLine(text, at);
      at = next > 0 ? next : this.#anyLine(text, at, cut && text.indexOf(LF, at) + 1 === end);
    }
    this.#keep();
  }

  /**
   * Reads a line that is nothing but `target [qid:group] index:value ...` without repeats, every index in range.
   * @returns where the next line starts, or 0 if the line is anything else, and then nothing has changed
   */
  #plainLine(text: Uint8Array, start: number): number {
    const ids = this.#ids;
    const values = this.#values;
    const base = this.#options.base;
    let allOnes = this.#allOnes;
    let e = this.#entries;
    let zeros = 0;
    let largest = this.largest;
    let previous = -1;
    let ascending = true;

    const target = this.#numbers.read(text, start);
    let at = this.#numbers.end;
    let byte = text[at];
    const grouped = byte === SPACE && text[at + 1] === LETTER_Q;
    if (Number.isNaN(target) || (this.#grouped !== null && this.#grouped !== grouped)) return 0;
    let group = 0;
    if (grouped) {
      group = plainGroup(text, at + 1);
      if (group < 0) return 0;
      at = text.indexOf(COLON, at) + 1;
      while ((text[at] ^ ZERO) < 10) at++;
      byte = text[at];
    }

    for (;;) {
      const gap = at;
      while (byte === SPACE || byte === TAB) byte = text[++at];
      if (byte === CR && text[at + 1] === LF) byte = text[++at];
      if (byte === LF) break;
      if (byte === HASH) {
        at = text.indexOf(LF, at);
        break;
      }
      if (at === gap) return 0; // something clings to the number, for example a comment

      const first = at;
      let id = 0;
      while ((byte ^ ZERO) < 10) {
        id = (id * 10 + (byte ^ ZERO)) | 0;
        byte = text[++at];
      }
      if (byte !== COLON || at === first || at - first > 9) return 0;
      id -= base;
      if (id <= previous) ascending = false; // always so for index 0 with base 1
      previous = id;
      if (id > largest) largest = id;

      byte = text[++at];
      if (byte === ONE && text[at + 1] <= SPACE) {
        byte = text[++at];
        ids[e] = id;
        values[e++] = 1;
      } else {
        const value = this.#numbers.read(text, at);
        if (Number.isNaN(value)) return 0;
        at = this.#numbers.end;
        byte = text[at];
        if (value === 0) zeros++;
        else {
          if (value !== 1) allOnes = false;
          ids[e] = id;
          values[e++] = value;
        }
      }
    }
    if (largest >= this.#features) return 0;
    if (!ascending && (zeros > 0 || repeats(ids, this.#entries, e))) return 0;

    this.#addRow(target, grouped ? group : null, e);
    this.#allOnes = allOnes;
    this.largest = largest;
    this.zeros += zeros;
    return at + 1;
  }

  /** Reads a line by the full grammar. @returns where the next line starts */
  #anyLine(text: Uint8Array, start: number, cut: boolean): number {
    const next = text.indexOf(LF, start) + 1;
    const end = next - (next - 2 >= start && text[next - 2] === CR ? 2 : 1);
    try {
      const line = Buffer.from(text.buffer, start, end - start).toString('utf8');
      const row = readLine(line, this.#options, !this.#seenText, cut);
      if (line.trim() !== '') this.#seenText = true;
      if (row === null) return next;
      if (this.#grouped !== null && this.#grouped !== (row.group !== null))
        throw new LineFault(
          1,
          `expected ${this.#grouped ? 'a qid as in the rows before' : 'no qid, as in the rows before'}, ` +
            `got ${this.#grouped ? 'a row without' : 'one'}; give every row a qid or none`,
        );
      let e = this.#entries;
      for (const [id, value] of row.entries) {
        if (id > this.largest) this.largest = id;
        if (value === 0) {
          this.zeros++;
          continue;
        }
        if (value !== 1) this.#allOnes = false;
        this.#ids[e] = id;
        this.#values[e++] = value;
      }
      this.merged += row.merged;
      this.#addRow(row.target, row.group, e);
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      this.problems.add(this.line, error.column, error.message);
    }
    return next;
  }

  #addRow(target: number, group: number | null, entries: number): void {
    this.#grouped = group !== null;
    this.#target[this.#rows] = target;
    this.#group[this.#rows] = group ?? 0;
    this.#rowEnd[this.#rows] = this.#joined.entries + entries;
    this.#rows++;
    this.#entries = entries;
    this.#seenText = true;
  }

  /**
   * Joins the rows.
   * @throws DataError with the problems of the file, unless they are skipped
   */
  finish() {
    if (this.#options.onError === 'error') this.problems.throwIfAny();
    return this.#joined.join();
  }

  /** Room for the rows of a window: a row takes at least 2 bytes of text, an entry 4, so it never overflows. */
  #reserve(bytes: number): void {
    if (this.#target.length > bytes >> 1) return;
    this.#ids = new Int32Array((bytes >> 2) + 1);
    this.#values = new Float32Array((bytes >> 2) + 1);
    this.#rowEnd = new Int32Array((bytes >> 1) + 1);
    this.#target = new Float32Array((bytes >> 1) + 1);
    this.#group = new Int32Array((bytes >> 1) + 1);
  }

  /** Puts the rows of the window behind those of the windows before. */
  #keep(): void {
    const fits = this.#joined.append({
      ids: this.#ids.subarray(0, this.#entries),
      values: this.#allOnes ? null : this.#values.subarray(0, this.#entries),
      rowEnds: this.#rowEnd.subarray(0, this.#rows),
      targets: this.#target.subarray(0, this.#rows),
      groups: this.#grouped ? this.#group.subarray(0, this.#rows) : null,
    });
    if (!fits)
      throw dataError(this.problems.file, this.line, 0, 'expected up to 2147483647 entries, got more; split the file');
  }
}

/** The group of `qid:group` at `at` with up to 9 digits, -1 if there is anything else. */
function plainGroup(text: Uint8Array, at: number): number {
  if (text[at + 1] !== 105 || text[at + 2] !== 100 || text[at + 3] !== COLON) return -1;
  let group = 0;
  let end = at + 4;
  for (; (text[end] ^ ZERO) < 10; end++) group = group * 10 + (text[end] ^ ZERO);
  return end > at + 4 && end <= at + 13 && text[end] <= SPACE ? group : -1;
}

/** Whether an index repeats in ids[from .. to), or is below 0. */
function repeats(ids: Int32Array, from: number, to: number): boolean {
  const sorted = ids.slice(from, to).sort();
  if (sorted[0] < 0) return true;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) return true;
  return false;
}
