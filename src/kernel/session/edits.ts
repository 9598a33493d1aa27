/** A list of edits to a text, applied in an order that does not depend on the order of their making. */

import MagicString from 'magic-string';

interface Wrap {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

export class Edits {
  readonly #wraps: Wrap[] = [];
  readonly #replacements: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  readonly #moves: { readonly start: number; readonly end: number; readonly to: number }[] = [];

  /** Puts text around a range; wider ranges come to stand outside narrower ones. */
  wrap(start: number, end: number, before: string, after: string): void {
    this.#wraps.push({ start, end, before, after });
  }

  replace(start: number, end: number, text: string): void {
    this.#replacements.push({ start, end, text });
  }

  remove(start: number, end: number): void {
    this.replace(start, end, '');
  }

  move(start: number, end: number, to: number): void {
    this.#moves.push({ start, end, to });
  }

  applyTo(text: string): MagicString {
    const result = new MagicString(text);
    for (const { start, end, text } of this.#replacements)
      if (text === '') result.remove(start, end);
      else result.update(start, end, text);
    // At one position: what ends there, inner first, then what starts there, outer first.
    for (const { end, after } of this.#wraps.toSorted((a, b) => a.end - b.end || b.start - a.start))
      if (after) result.appendLeft(end, after);
    for (const { start, before } of this.#wraps.toSorted((a, b) => a.start - b.start || b.end - a.end))
      if (before) result.appendRight(start, before);
    for (const { start, end, to } of this.#moves) result.move(start, end, to);
    return result;
  }
}
