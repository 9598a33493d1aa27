/** A file of libFM text, taken in chunks of any size and given on as windows of whole lines. */

import { dataError } from './errors.ts';
import { textStart } from './firstBytes.ts';
import { LibfmRows, type ScanOptions } from './libfmRows.ts';

const LF = 10;
const windowBytes = 1 << 18; // small enough to stay in a core's cache, with its rows
const longestLine = 1 << 26;

export class LibfmScanner {
  readonly rows: LibfmRows;
  // Text that is not read yet: whole lines, and the start of one. One byte is left free for a last line feed.
  #text = new Uint8Array(windowBytes + 1);
  #filled = 0;
  #started = false;

  constructor(file: string, options: ScanOptions) {
    this.rows = new LibfmRows(file, options);
  }

  /**
   * Takes the next bytes of the file; the caller may change them afterwards.
   * @throws DataError if this is no text at all
   */
  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const size = Math.min(bytes.length - from, this.#text.length - 1 - this.#filled);
      this.#text.set(bytes.subarray(from, from + size), this.#filled);
      this.#filled += size;
      from += size;
      if (this.#filled === this.#text.length - 1) this.#giveLines();
    }
  }

  /** Ends the file: gives on what is left, a last line without line break included. */
  end(): void {
    this.#giveLines();
    if (this.#filled === 0) return;
    this.#text[this.#filled] = LF;
    this.rows.scan(this.#text, this.#filled + 1, true);
    this.#filled = 0;
  }

  #giveLines(): void {
    if (!this.#started) this.#skipMark();
    const end = this.#filled === 0 ? 0 : this.#text.lastIndexOf(LF, this.#filled - 1) + 1;
    if (end > 0) {
      this.rows.scan(this.#text, end, false);
      this.#text.copyWithin(0, end, this.#filled);
      this.#filled -= end;
    } else if (this.#filled === this.#text.length - 1) this.#widen();
  }

  #skipMark(): void {
    this.#started = true;
    const skip = textStart(this.#text.subarray(0, this.#filled), this.rows.problems.file, 'libFM text');
    this.#text.copyWithin(0, skip, this.#filled);
    this.#filled -= skip;
  }

  /** Makes room for a line that is longer than the window. */
  #widen(): void {
    if (this.#filled >= longestLine)
      throw dataError(
        this.rows.problems.file,
        this.rows.line + 1,
        0,
        `expected lines below ${longestLine} bytes, got a longer one; check that this is libFM text`,
      );
    const wider = new Uint8Array(this.#filled * 2 + 1);
    wider.set(this.#text);
    this.#text = wider;
  }
}
