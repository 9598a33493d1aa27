/**
 * Reading an options object: every public call lists its options as rules, and anything else is an error that names
 * the call, what was expected, and what was found.
 */

/** Checks one option's value; returns it (or its default), or throws through `fail(expected)`. */
export interface OptionRule<T> {
  readonly read: (value: unknown, fail: (expected: string) => never) => T;
}

export type OptionRules = Readonly<Record<string, OptionRule<unknown>>>;
export type OptionValues<R extends OptionRules> = { [K in keyof R]: R[K] extends OptionRule<infer T> ? T : never };

/** An option that is wrong: misspelt, of a wrong type, or out of range. */
export class OptionError extends Error {
  override name = 'OptionError';
}

/**
 * Reads `given` by `rules`.
 * @param call how the user wrote the call, for messages: `train()`, `embed()`, `nfm train`
 * @throws OptionError on an unknown name (with the nearest known one) or a value that its rule refuses
 */
export function readOptions<R extends OptionRules>(call: string, given: unknown, rules: R): OptionValues<R> {
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given)))
    throw new OptionError(`${call}: expected an options object, got ${describe(given)}`);
  const source = (given ?? {}) as Record<string, unknown>;
  for (const name of Object.keys(source)) if (!Object.hasOwn(rules, name)) throw unknownName(call, name, rules);
  const values: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(rules))
    values[name] = rule.read(source[name], (expected) => {
      throw new OptionError(`${call}: "${name}" must be ${expected}, got ${describe(source[name])}`);
    });
  return values as OptionValues<R>;
}

function unknownName(call: string, name: string, rules: OptionRules): OptionError {
  const known = Object.keys(rules);
  const near = nearest(name, known);
  const hint = near ? `; did you mean "${near}"?` : `; known options: ${known.join(', ') || 'none'}`;
  return new OptionError(`${call}: unknown option "${name}"${hint}`);
}

interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
  /** The value must be below this (a ratio in [0, 1) has `below: 1`). */
  readonly below?: number;
  /** The value must be above this (a learning rate has `above: 0`). */
  readonly above?: number;
}

function rangeText(limits: NumberLimits): string {
  const parts: string[] = [];
  if (limits.min !== undefined) parts.push(`at least ${limits.min}`);
  if (limits.above !== undefined) parts.push(`above ${limits.above}`);
  if (limits.max !== undefined) parts.push(`at most ${limits.max}`);
  if (limits.below !== undefined) parts.push(`below ${limits.below}`);
  return parts.length ? ` ${parts.join(' and ')}` : '';
}

function inRange(value: number, limits: NumberLimits): boolean {
  return (
    value >= (limits.min ?? -Infinity) &&
    value <= (limits.max ?? Infinity) &&
    value > (limits.above ?? -Infinity) &&
    value < (limits.below ?? Infinity)
  );
}

const rule = <T>(read: OptionRule<T>['read']): OptionRule<T> => ({ read });

/** A finite number within limits; `fallback` when absent. */
export const number = <D = number>(fallback: D, limits: NumberLimits = {}): OptionRule<number | D> =>
  rule((value, fail) => {
    if (value === undefined) return fallback;
    if (typeof value !== 'number' || !Number.isFinite(value) || !inRange(value, limits))
      return fail(`a number${rangeText(limits)}`);
    return value;
  });

/** A whole number within limits; `fallback` when absent. */
export const integer = <D = number>(fallback: D, limits: NumberLimits = {}): OptionRule<number | D> =>
  rule((value, fail) => {
    if (value === undefined) return fallback;
    if (!Number.isSafeInteger(value) || !inRange(value as number, limits))
      return fail(`an integer${rangeText(limits)}`);
    return value as number;
  });

/** A drop ratio (never a keep probability): a number in [0, 1). */
export const ratio = (fallback: number): OptionRule<number> => number(fallback, { min: 0, below: 1 });

export const boolean = <D = boolean>(fallback: D): OptionRule<boolean | D> =>
  rule((value, fail) => (value === undefined ? fallback : typeof value === 'boolean' ? value : fail('true or false')));

export const text = <D = string>(fallback: D): OptionRule<string | D> =>
  rule((value, fail) => (value === undefined ? fallback : typeof value === 'string' ? value : fail('a string')));

/** One of a list of words. */
export const oneOf = <const T extends string, const D = T>(words: readonly T[], fallback: D): OptionRule<T | D> =>
  rule((value, fail) => {
    if (value === undefined) return fallback;
    if (typeof value === 'string' && (words as readonly string[]).includes(value)) return value as T;
    const near = typeof value === 'string' ? nearest(value, words) : undefined;
    return fail(`one of ${words.map((w) => `"${w}"`).join(', ')}${near ? ` (did you mean "${near}"?)` : ''}`);
  });

/** A list whose items each satisfy `item`. */
export const listOf = <T, D = readonly T[]>(item: OptionRule<T>, fallback: D): OptionRule<readonly T[] | D> =>
  rule((value, fail) => {
    if (value === undefined) return fallback;
    if (!Array.isArray(value)) return fail('a list');
    return value.map((v, i) => item.read(v, (expected) => fail(`a list whose item ${i} is ${expected}`)));
  });

/** Any value that `accepts` says yes to; `expected` names it in messages. */
export const value = <T, D = undefined>(
  expected: string,
  accepts: (v: unknown) => boolean,
  fallback: D,
): OptionRule<T | D> => rule((v, fail) => (v === undefined ? fallback : accepts(v) ? (v as T) : fail(expected)));

/** How a value is shown in a message: shortened text and its type. */
export function describe(v: unknown): string {
  if (v === null || v === undefined) return String(v);
  if (typeof v === 'function') return `a function`;
  const shown = typeof v === 'string' ? JSON.stringify(v) : typeof v === 'object' ? safeJson(v) : String(v);
  return `${shown.length > 60 ? `${shown.slice(0, 57)}...` : shown} (${Array.isArray(v) ? 'array' : typeof v})`;
}

function safeJson(v: object): string {
  try {
    return JSON.stringify(v) ?? Object.prototype.toString.call(v);
  } catch {
    return Object.prototype.toString.call(v);
  }
}

/** The word of `words` that differs from `name` by at most a third of its letters (Levenshtein distance). */
export function nearest(name: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const word of words) {
    const d = editDistance(name.toLowerCase(), word.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [word, d];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
