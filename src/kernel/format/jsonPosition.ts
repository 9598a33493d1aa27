/** Where a text stops being JSON. `JSON.parse` tells it in some engines and for some errors only. */

export interface JsonFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** What stands there: the rest of the line in quotes, or "the end of the file". */
  readonly found: string;
}

/** The first place where `text` is not JSON, or undefined when it is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  const stop = new Scanner(text).document();
  if (stop === undefined) return undefined;
  const before = text.slice(0, stop).split('\n');
  const rest = text.slice(stop).split(/\r?\n/, 1)[0];
  const found = stop >= text.length ? 'the end of the file' : rest ? JSON.stringify(rest.slice(0, 30)) : 'a line break';
  return { line: before.length, column: before[before.length - 1].length + 1, found };
}

const string = '"(?:[^"\\\\\\u0000-\\u001f]|\\\\(?:["\\\\/bfnrt]|u[\\da-fA-F]{4}))*"';
const number = '-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?';
const key = new RegExp(`${string}[ \\t\\r\\n]*:`, 'y');
const plainValue = new RegExp(`${string}|${number}|true|false|null`, 'y');
const space = /[ \t\r\n]*/y;

/** Walks over one JSON document; open containers are on a list, so that depth is bounded by memory only. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#step(space);
  }

  /** The offset of the first fault. */
  document(): number | undefined {
    const open: ('{' | '[')[] = [];
    for (;;) {
      if (open.at(-1) === '{' && !this.#take(key)) return this.#at;
      const container = this.#take(/\{/y) ? '{' : this.#take(/\[/y) ? '[' : undefined;
      if (container && !this.#take(container === '{' ? /\}/y : /\]/y)) {
        open.push(container);
        continue;
      }
      if (!container && !this.#take(plainValue)) return this.#at;
      while (open.length && this.#take(open.at(-1) === '{' ? /\}/y : /\]/y)) open.pop();
      if (!open.length) return this.#at < this.#text.length ? this.#at : undefined;
      if (!this.#take(/,/y)) return this.#at;
    }
  }

  /** Steps over `token` and the white space behind it, or stays where it is. */
  #take(token: RegExp): boolean {
    return this.#step(token) && this.#step(space);
  }

  #step(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}
