import { expect, describe as group, test } from 'vitest';
import {
  boolean,
  describe,
  integer,
  listOf,
  nearest,
  number,
  OptionError,
  type OptionRules,
  oneOf,
  ratio,
  readOptions,
  text,
  value,
} from '../../../src/kernel/base/options.ts';

const rules = {
  rate: number(0.05, { above: 0 }),
  epochs: integer(200, { min: 1, max: 1000 }),
  dropout: ratio(0),
  shuffle: boolean(true),
  name: text('run'),
  loss: oneOf(['squared', 'log'], 'squared'),
  widths: listOf(integer(1, { min: 1 }), [64]),
  signal: value<{ aborted: boolean }>('an abort signal', (v) => typeof v === 'object', undefined),
};
const defaults = {
  rate: 0.05,
  epochs: 200,
  dropout: 0,
  shuffle: true,
  name: 'run',
  loss: 'squared',
  widths: [64],
  signal: undefined,
};

group('readOptions', () => {
  test('fills in defaults', () => {
    expect(readOptions('train()', undefined, rules)).toEqual(defaults);
    expect(readOptions('train()', { epochs: undefined }, rules)).toEqual(defaults);
  });

  test('takes values within their limits, the limits included where they are inclusive', () => {
    const given = {
      rate: 1e-9,
      epochs: 1000,
      dropout: 0.999,
      shuffle: false,
      name: '',
      loss: 'log',
      widths: [1, 2],
      signal: { aborted: true },
    };
    expect(readOptions('train()', given, rules)).toEqual(given);
  });

  test('types follow the rules', () => {
    const o = readOptions('train()', {}, rules);
    const loss: 'squared' | 'log' = o.loss;
    const signal: { aborted: boolean } | undefined = o.signal;
    // @ts-expect-error a number, not a string
    const rate: string = o.rate;
    expect([loss, signal, rate]).toEqual(['squared', undefined, 0.05]);
  });

  const refused: readonly [unknown, string][] = [
    [{ epohcs: 3 }, 'train(): unknown option "epohcs"; did you mean "epochs"?'],
    [
      { verbose: 1 },
      'train(): unknown option "verbose"; known options: rate, epochs, dropout, shuffle, name, loss, widths, signal',
    ],
    [{ rate: 0 }, 'train(): "rate" must be a number above 0, got 0 (number)'],
    [{ rate: Number.NaN }, 'train(): "rate" must be a number above 0, got NaN (number)'],
    [{ rate: '0.1' }, 'train(): "rate" must be a number above 0, got "0.1" (string)'],
    [{ epochs: 1.5 }, 'train(): "epochs" must be an integer at least 1 and at most 1000, got 1.5 (number)'],
    [{ epochs: 1001 }, 'train(): "epochs" must be an integer at least 1 and at most 1000, got 1001 (number)'],
    [{ dropout: 1 }, 'train(): "dropout" must be a number at least 0 and below 1, got 1 (number)'],
    [{ dropout: -0.1 }, 'train(): "dropout" must be a number at least 0 and below 1, got -0.1 (number)'],
    [{ shuffle: 'yes' }, 'train(): "shuffle" must be true or false, got "yes" (string)'],
    [{ name: null }, 'train(): "name" must be a string, got null'],
    [
      { loss: 'sqared' },
      'train(): "loss" must be one of "squared", "log" (did you mean "squared"?), got "sqared" (string)',
    ],
    [{ widths: 64 }, 'train(): "widths" must be a list, got 64 (number)'],
    [{ widths: [64, 0] }, 'train(): "widths" must be a list whose item 1 is an integer at least 1, got [64,0] (array)'],
    [{ signal: 1 }, 'train(): "signal" must be an abort signal, got 1 (number)'],
    [[1], 'train(): expected an options object, got [1] (array)'],
    [null, 'train(): expected an options object, got null'],
    ['fast', 'train(): expected an options object, got "fast" (string)'],
  ];
  test.each(refused)('refuses %j', (given, message) => {
    expect(() => readOptions('train()', given, rules)).toThrow(new OptionError(message));
  });

  test('names inherited from Object are unknown options too', () => {
    const none: OptionRules = {};
    expect(() => readOptions('f()', { toString: 1 }, none)).toThrow(
      'f(): unknown option "toString"; known options: none',
    );
  });
});

test('describe shows short values with their type, and survives what JSON cannot show', () => {
  const ring: Record<string, unknown> = {};
  ring.ring = ring;
  expect(describe(ring)).toBe('[object Object] (object)');
  expect(describe(undefined)).toBe('undefined');
  expect(describe(() => 1)).toBe('a function');
  expect(describe(7n)).toBe('7 (bigint)');
  expect(describe('x'.repeat(80))).toBe(`"${'x'.repeat(56)}... (string)`);
});

test('nearest finds a misspelling and leaves other words alone', () => {
  expect(nearest('droput', ['dropout', 'depth'])).toBe('dropout');
  expect(nearest('EPOCHS', ['epoch', 'epochs'])).toBe('epochs');
  expect(nearest('momentum', ['dropout', 'depth'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});
