/** Command line flags: every command lists its flags in a table, and anything else is an error that names the nearest one. */

import { boolean, integer, listOf, nearest, number, type OptionRule, oneOf, ratio, text } from '../base/options.ts';

/** Wrong use of the command line: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface Flag<T = unknown> {
  /** The word for the value in `--help`; null for a switch, which has none. */
  readonly value: string | null;
  readonly help: string;
  /** Heading in `--help` under which the flag stands. */
  readonly group?: string;
  /** Whether the flag may be given several times; its values then are a list. */
  readonly repeatable?: boolean;
  /** The value that a text stands for; a text that stands for none is passed on, for the rule to refuse. */
  readonly parse: (text: string) => unknown;
  readonly rule: OptionRule<T>;
}

export type Flags = Readonly<Record<string, Flag>>;
export type FlagValues<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

export interface CommandLine<F extends Flags> {
  readonly values: FlagValues<F>;
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>;
  /** Arguments that are no flags. */
  readonly rest: readonly string[];
}

type Limits = Parameters<typeof number>[1];

const numeric = (given: string): unknown =>
  given.trim() !== '' && !Number.isNaN(Number(given)) ? Number(given) : given;
const list = (parse: (item: string) => unknown) => (given: string) => given.split(',').map(parse);

/** The kinds of flags. `help` ends with the default in parentheses where the rule has none. */
export const flag = {
  text: (value: string, help: string): Flag<string | undefined> => ({
    ...{ value, help },
    parse: (given) => given,
    rule: text(undefined),
  }),
  texts: (value: string, help: string): Flag<readonly string[]> => ({
    ...{ value, help, repeatable: true },
    parse: (given) => given,
    rule: listOf(text(''), []),
  }),
  integer: <D = undefined>(value: string, help: string, fallback: D, limits?: Limits): Flag<number | D> => ({
    ...{ value, help },
    parse: numeric,
    rule: integer<D>(fallback, limits),
  }),
  number: <D = undefined>(value: string, help: string, fallback: D, limits?: Limits): Flag<number | D> => ({
    ...{ value, help },
    parse: numeric,
    rule: number<D>(fallback, limits),
  }),
  word: <const T extends string, const D = undefined>(words: readonly T[], help: string, fallback: D): Flag<T | D> => ({
    ...{ value: words.join('|'), help },
    parse: (given) => given,
    rule: oneOf(words, fallback),
  }),
  switch: (help: string): Flag<boolean | undefined> => ({
    ...{ value: null, help },
    parse: (given) => (given === 'true' ? true : given === 'false' ? false : given),
    rule: boolean(undefined),
  }),
  /** A list of drop ratios; a single one stays a number, which means all layers. */
  ratios: (help: string): Flag<number | readonly number[] | undefined> => ({
    ...{ value: 'RATIO,...', help },
    parse: (given) => (given.includes(',') ? list(numeric)(given) : numeric(given)),
    rule: {
      read: (given, fail) => {
        const wrong = () => fail('a ratio at least 0 and below 1, or a list of such ratios such as 0.5,0.2');
        const one = (item: unknown) => ratio(0).read(item, wrong);
        return given === undefined ? undefined : Array.isArray(given) ? given.map(one) : one(given);
      },
    },
  }),
  /** A list of layer widths; `0` and `none` are the empty list. */
  widths: (help: string): Flag<readonly number[] | undefined> => ({
    ...{ value: 'WIDTH,...', help },
    parse: (given) => (given === '0' || given === 'none' ? [] : list(numeric)(given)),
    rule: {
      read: (given, fail) =>
        listOf(integer(0, { min: 1 }), undefined).read(given, () =>
          fail('a list of layer widths such as 64,32, or none'),
        ),
    },
  }),
};

/**
 * Reads arguments by a table of flags: `--name value`, `--name=value`, and switches `--name`, `--no-name`.
 * @param command as the user wrote it, for messages: `nfm train`
 * @throws UsageError
 */
export function readFlags<F extends Flags>(command: string, args: readonly string[], flags: F): CommandLine<F> {
  const texts = new Map<string, string[]>();
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] === '-h' ? '--help' : args[i];
    if (!/^--?[a-z]/i.test(arg)) {
      rest.push(arg);
      continue;
    }
    const [written, attached] = splitAtEquals(arg.replace(/^--?/, ''));
    const negated = written.startsWith('no-') && flags[written.slice(3)]?.value === null;
    const name = negated ? written.slice(3) : written;
    if (!arg.startsWith('--') || !Object.hasOwn(flags, name)) throw unknownFlag(command, arg, Object.keys(flags));
    const isSwitch = flags[name].value === null;
    if (negated && attached !== undefined) throw new UsageError(`${command}: --${written} takes no value`);
    const value = attached ?? (negated ? 'false' : isSwitch ? 'true' : args[++i]);
    if (value === undefined || (attached === undefined && /^--[a-z]/i.test(value)))
      throw new UsageError(`${command}: --${name} needs a value: --${name} ${flags[name].value}`);
    if (texts.has(name) && !flags[name].repeatable) throw new UsageError(`${command}: --${name} is given twice`);
    texts.set(name, [...(texts.get(name) ?? []), value]);
  }
  const values = Object.entries(flags).map(([name, { parse, rule, repeatable }]) => {
    const given = texts.get(name);
    const value = given && (repeatable ? given.map(parse) : parse(given[0]));
    return [
      name,
      rule.read(value, (expected) => {
        throw new UsageError(`${command}: --${name} must be ${expected}, got ${JSON.stringify(given?.join(' '))}`);
      }),
    ];
  });
  return { values: Object.fromEntries(values), given: new Set(texts.keys()), rest };
}

function splitAtEquals(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function unknownFlag(command: string, written: string, known: readonly string[]): UsageError {
  const name = splitAtEquals(written)[0];
  const bare = name.replace(/^-+/, '');
  const near = bare.length > 2 ? nearest(bare, known) : undefined;
  return new UsageError(
    `${command}: unknown flag ${name}${near ? `; did you mean --${near}?` : ''} (${command} --help lists all flags)`,
  );
}
