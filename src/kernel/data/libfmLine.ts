/**
 * One line of libFM text by the full grammar, with an exact message for whatever breaks it. The scanner comes here
 * only with lines that are not plain, so this file is written for clarity of messages, not for speed.
 *
 *     line   = [WS] [ target [ WS qid ] *( WS index ":" number ) ] [WS] [ "#" comment ]
 */

import { quote } from './errors.ts';

/** Above this an index would make the number of features exceed 31 bits. */
export const largestIndex = 2147483646;

/** How the indices and duplicates of a file are read. */
export interface LineRules {
  /** The file's smallest index, subtracted from each: 0 (libFM) or 1 (libSVM, SVMlight). */
  readonly base: 0 | 1;
  /** Number of features if it is declared, by an option or a feature map. */
  readonly features: number | null;
  readonly duplicates: 'error' | 'sum';
}

/** A row read from a line. `entries` are in the order of the line, explicit zeros included. */
export interface LineRow {
  readonly target: number;
  readonly group: number | null;
  readonly entries: ReadonlyMap<number, number>;
  /** Pairs added to an earlier pair of the same index. */
  readonly merged: number;
}

/** What is wrong with a line and where (column from 1). */
export class LineFault {
  readonly column: number;
  readonly message: string;
  constructor(column: number, message: string) {
    this.column = column;
    this.message = message;
  }
}

export const numberForm = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const cutForm = /^([+-]?[\d.]*([eE][+-]?)?|\d+:([+-]?[\d.]*([eE][+-]?)?)?)$/;
const nonFinite = /^[+-]?(nan|inf|infinity)$/i;

/**
 * Reads one line.
 * @param text the line without its LF or CRLF
 * @param first whether nothing but blank lines comes before it (a header is likely there)
 * @param cut whether the file ends here without a line break (a truncated copy is likely)
 * @returns the row, or null for a blank line or a comment
 * @throws LineFault
 */
export function readLine(text: string, rules: LineRules, first: boolean, cut: boolean): LineRow | null {
  const hash = text.indexOf('#');
  const body = hash < 0 ? text : text.slice(0, hash);
  for (let i = 0; i < body.length; i++) {
    const byte = body.charCodeAt(i);
    if (byte === 0) throw fault(i, 'expected text, got a NUL byte (0x00)', 'save the file as UTF-8 text');
    if (byte === 13)
      throw fault(i, 'expected a line break only as LF or CRLF, got a CR inside a line (0x0D)', 'convert line breaks');
  }
  const tokens = [...body.matchAll(/[^ \t]+/g)].map((m) => ({ text: m[0], at: m.index }));
  if (tokens.length === 0) return null;
  if (cut && hash < 0) {
    const last = tokens[tokens.length - 1];
    if (last.at + last.text.length === text.length && cutForm.test(last.text) && !complete(last.text, tokens.length))
      throw fault(last.at, `expected a whole row, got a file that ends inside a pair (${quote(last.text)})`, truncated);
  }

  const target = readTarget(tokens[0].text, tokens[0].at, first);
  let group: number | null = null;
  let merged = 0;
  const entries = new Map<number, number>();
  for (const [i, token] of tokens.entries()) {
    if (i === 0) continue;
    if (token.text.startsWith('qid:')) {
      if (i !== 1)
        throw fault(token.at, `expected qid once, right after the target, got ${quote(token.text)}`, 'move it');
      group = readGroup(token.text, token.at);
      continue;
    }
    const [index, value] = readPair(token.text, token.at, rules);
    const earlier = entries.get(index);
    if (earlier !== undefined) {
      if (rules.duplicates === 'error')
        throw fault(
          token.at,
          `expected each index once in a row, got ${index + rules.base} again`,
          "use duplicates: 'sum' to add the values",
        );
      merged++;
    }
    entries.set(index, Math.fround((earlier ?? 0) + value));
  }
  return { target, group, entries, merged };
}

const truncated = 'the copy or download was truncated, fetch it again';

const fault = (at: number, what: string, next: string): LineFault => new LineFault(at + 1, `${what}; ${next}`);

const complete = (token: string, position: number): boolean =>
  position === 1
    ? numberForm.test(token)
    : /^\d+:./.test(token) && numberForm.test(token.slice(token.indexOf(':') + 1));

function readTarget(token: string, at: number, first: boolean): number {
  if (/[,;]/.test(token))
    throw fault(
      at + token.search(/[,;]/),
      `expected spaces between target and pairs, got ${quote(token)}`,
      'this looks like CSV: read it as CSV, or put spaces between',
    );
  if (nonFinite.test(token)) throw fault(at, `expected a finite target, got ${quote(token)}`, 'remove or mend the row');
  if (numberForm.test(token)) return toFloat32(token, at, 'target');
  if (token.includes(':'))
    throw fault(at, `expected a target, got the pair ${quote(token)}`, 'start each row with its target (label)');
  throw fault(
    at,
    `expected a number, got ${quote(token)} (target is not a number)`,
    first ? 'if this is a header row, use skipLines: 1' : 'start each row with its target (label)',
  );
}

function readGroup(token: string, at: number): number {
  const digits = token.slice(4);
  if (!/^\d+$/.test(digits) || Number(digits) > 0x7fffffff)
    throw fault(
      at + 4,
      `expected a group from 0 to 2147483647 after "qid:", got ${quote(digits)}`,
      'number the groups',
    );
  return Number(digits);
}

function readPair(token: string, at: number, rules: LineRules): [index: number, value: number] {
  const separator = token.search(/[,;]/);
  if (separator >= 0)
    throw fault(
      at + separator,
      `expected spaces between pairs, got ${quote(token)}`,
      'this looks like CSV: read it as CSV, or put spaces between',
    );
  const colon = token.indexOf(':');
  const head = colon < 0 ? token : token.slice(0, colon);
  if (/=/.test(head) || /^[A-Za-z_]/.test(head))
    throw fault(
      at,
      `expected index:value, got a name instead of an index (${quote(token)})`,
      'put names into CSV columns and read the file as CSV',
    );
  if (colon < 0)
    throw fault(at, `expected index:value, got ${quote(token)} (missing colon)`, 'write index:value, for example 3:1');
  if (token.indexOf(':', colon + 1) >= 0)
    throw fault(
      at,
      `expected index:value, got ${quote(token)} in three parts`,
      'this is libFFM text (field:index:value), which is not read: drop the field part of every token',
    );
  if (head === '') throw fault(at, `expected index:value, got ${quote(token)} (missing index)`, 'write the index');
  if (!/^\d+$/.test(head))
    throw fault(at, `index must be a non-negative decimal integer, got ${quote(head)}`, 'number the features from 0');
  const index = Number(head) - rules.base;
  if (Number(head) > largestIndex)
    throw fault(at, `expected an index up to ${largestIndex}, got ${head}`, 'renumber or hash the features');
  if (index < 0) throw fault(at, 'expected indices from 1 (base: 1), got 0', 'use base: 0');
  if (rules.features !== null && index >= rules.features)
    throw fault(
      at,
      `expected an index below ${rules.features + rules.base} (n = ${rules.features} features), got ${head}`,
      'declare the full number of features, or use the feature map of this file',
    );
  const value = token.slice(colon + 1);
  const valueAt = at + colon + 1;
  if (value === '')
    throw fault(valueAt, `expected a number after ${quote(token)} (missing value)`, 'write index:value');
  if (nonFinite.test(value)) throw fault(valueAt, `expected a finite value, got ${quote(value)}`, 'remove the pair');
  if (!numberForm.test(value))
    throw fault(valueAt, `expected a number as the value of index ${head}, got ${quote(value)}`, 'write index:value');
  return [index, toFloat32(value, valueAt, 'value')];
}

function toFloat32(token: string, at: number, what: string): number {
  const value = Math.fround(Number(token));
  if (Number.isFinite(value)) return value;
  throw fault(at, `expected a ${what} within float32 (up to 3.4e38), got ${quote(token)}`, 'scale it down');
}
