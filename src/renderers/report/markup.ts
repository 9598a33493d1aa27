/** HTML by template: what is put in is text, unless it is markup that was made the same way or is known to be finished. */

import { escapeText } from '../../kernel/format/escapeText.ts';

export class Html {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

export type Part = Html | string | number | null | undefined | false | readonly Part[];

/** Escapes every part; attributes must be quoted: html`<a title="${title}">${text}</a>`. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(texts.map((text, i) => (i === 0 ? text : textOf(parts[i - 1]) + text)).join(''));

/** Markup of views, of markdown-it without HTML, and of highlight.js, which escape what they are given. */
export const finished = (markup: string): Html => new Html(markup);

function textOf(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.toString();
  return Array.isArray(part) ? part.map(textOf).join('') : escapeText(String(part));
}
