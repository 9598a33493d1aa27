/** Decimal numbers in bytes of text, for speed. */

import { numberForm } from './libfmLine.ts';

const SPACE = 32;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

const powersOfTen = Float64Array.from({ length: 16 }, (_, i) => 10 ** i);

export class NumberScanner {
  /** Where the last number ended: the byte after it. */
  end = 0;

  /**
   * The number at `at`, rounded to float32; NaN if there is none, or one too large. Up to 15 digits a mantissa and a
   * power of ten are both exact in a double, so one division rounds correctly (Clinger 1990).
   * @param text a byte up to SPACE follows every number
   */
  read(text: Uint8Array, at: number): number {
    const start = at;
    let byte = text[at];
    if (byte === MINUS || byte === PLUS) byte = text[++at];
    let first = at;
    let mantissa = 0;
    while ((byte ^ ZERO) < 10) {
      mantissa = mantissa * 10 + (byte ^ ZERO);
      byte = text[++at];
    }
    let digits = at - first;
    if (byte === POINT) {
      first = ++at;
      byte = text[at];
      while ((byte ^ ZERO) < 10) {
        mantissa = mantissa * 10 + (byte ^ ZERO);
        byte = text[++at];
      }
      digits += at - first;
      mantissa /= powersOfTen[(at - first) & 15];
    }
    if (digits === 0 || digits > 15 || byte > SPACE) return this.#long(text, start);
    this.end = at;
    return Math.fround(text[start] === MINUS ? -mantissa : mantissa);
  }

  /** Any other form: more digits, an exponent. */
  #long(text: Uint8Array, start: number): number {
    let end = start;
    while (text[end] > SPACE) end++;
    this.end = end;
    const token = Buffer.from(text.buffer, start, end - start).toString('latin1');
    const value = numberForm.test(token) ? Math.fround(Number(token)) : Number.NaN;
    return Number.isFinite(value) ? value : Number.NaN;
  }
}
