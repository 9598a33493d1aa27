/**
 * Wrong chains do not compile (`@ts-expect-error`, checked by `tsc -p test`), and where nobody type-checked a cell
 * they throw. The messages stand in test/golden/builder-errors.txt.
 */

import { expect, test } from 'vitest';
import type { Architecture } from '../../../src/kernel/builder/architecture.ts';
import { input } from '../../../src/kernel/builder/input.ts';

const schema = { user: 30, item: 20 };
const start = input(schema);
const embedded = start.embed(4);
const pooled = embedded.biInteraction();
const scored = start.linear();

const wrong: Record<string, () => unknown> = {
  // The order of stages.
  // @ts-expect-error embed first
  'input(schema).biInteraction()': () => start.biInteraction(),
  // @ts-expect-error no hidden layer before pooling
  'input(schema).hidden(64)': () => start.hidden(64),
  // @ts-expect-error there is nothing to predict with
  "input(schema).output('binary')": () => start.output('binary'),
  // @ts-expect-error no hidden layer before pooling
  'embedded.hidden(64)': () => embedded.hidden(64),
  // @ts-expect-error no residual unit before pooling
  'embedded.residual(64)': () => embedded.residual(64),
  // @ts-expect-error pool first
  "embedded.output('binary')": () => embedded.output('binary'),
  // @ts-expect-error pool first
  'embedded.embed(4)': () => embedded.embed(4),
  // @ts-expect-error a vector cannot be pooled again
  'pooled.biInteraction()': () => pooled.biInteraction(),
  // @ts-expect-error end the term first
  'pooled.embed(4)': () => pooled.embed(4),
  // @ts-expect-error a linear part comes first
  'pooled.sum().linear()': () => pooled.sum().linear(),
  // @ts-expect-error one linear part
  'scored.linear()': () => scored.linear(),
  // @ts-expect-error a score has no layers
  'scored.hidden(64)': () => scored.hidden(64),
  // @ts-expect-error no embedding so far
  'scored.embedAgain()': () => scored.embedAgain(),
  'input({ features: 50, fields: [] }).embed(4).concat()': () => input({ features: 50, fields: [] }).embed(4).concat(),

  // Arguments and options.
  // @ts-expect-error factors are needed
  'input(schema).embed()': () => start.embed(),
  'input(schema).embed(0)': () => start.embed(0),
  'input(schema).embed(2.5)': () => start.embed(2.5),
  // @ts-expect-error unknown option
  'input(schema).embed(4, { initStddev: 0.1 })': () => start.embed(4, { initStddev: 0.1 }),
  'input(schema).embed(4, { initStdev: 0 })': () => start.embed(4, { initStdev: 0 }),
  "input(schema).embed(4, { name: 'my.table' })": () => start.embed(4, { name: 'my.table' }),
  // @ts-expect-error l2 is a number
  "input(schema).linear({ l2: '0.1' })": () => start.linear({ l2: '0.1' }),
  'input(schema).linear({ l1: -1 })': () => start.linear({ l1: -1 }),
  // @ts-expect-error misspelt
  'embedded.biInteraction({ droput: 0.5 })': () => embedded.biInteraction({ droput: 0.5 }),
  'embedded.biInteraction({ dropout: 1 })': () => embedded.biInteraction({ dropout: 1 }),
  'embedded.anova(1)': () => embedded.anova(1),
  'embedded.attention(0)': () => embedded.attention(0),
  'embedded.attention(4, { attentionDropout: -0.5 })': () => embedded.attention(4, { attentionDropout: -0.5 }),
  // @ts-expect-error batchNorm is true or false
  'embedded.concat({ batchNorm: 1 })': () => embedded.concat({ batchNorm: 1 }),
  // @ts-expect-error misspelt
  "pooled.hidden(64, { activation: 'rleu' })": () => pooled.hidden(64, { activation: 'rleu' }),
  // @ts-expect-error options, not a list
  'pooled.hidden(64, [0.5])': () => pooled.hidden(64, [0.5]),
  'pooled.residual(-1)': () => pooled.residual(-1),
  // @ts-expect-error no layer of one's own before pooling
  "embedded.layer('gate', {}, (x) => x)": () => embedded.layer('gate', {}, (x) => x),
  // @ts-expect-error options come before the function
  "pooled.layer('gate', (x) => x)": () => pooled.layer('gate', (x: object) => x),
  // @ts-expect-error a function is needed
  "pooled.layer('gate', {})": () => pooled.layer('gate', {}),
  "pooled.layer('my gate', {}, (x) => x)": () => pooled.layer('my gate', {}, (x) => x),
  "pooled.layer('gate', {}, (x) => x).layer('gate', {}, (x) => x)": () =>
    pooled.layer('gate', {}, (x) => x).layer('gate', {}, (x) => x),
  // @ts-expect-error misspelt
  "pooled.layer('gate', { parametres: {} }, (x) => x)": () => pooled.layer('gate', { parametres: {} }, (x) => x),
  "pooled.layer('gate', { shape: [2.5] }, (x) => x)": () => pooled.layer('gate', { shape: [2.5] }, (x) => x),
  // @ts-expect-error the result is a tensor
  "pooled.layer('gate', {}, async (x) => x)": () => pooled.layer('gate', {}, async (x) => x),
  // @ts-expect-error ones or normal
  "pooled.predict({ init: 'zeros' })": () => pooled.predict({ init: 'zeros' }),
  // @ts-expect-error misspelt
  "pooled.output('regresion')": () => pooled.output('regresion'),
  // @ts-expect-error the prediction layer is there already
  "pooled.predict().output('binary', { bias: true })": () => pooled.predict().output('binary', { bias: true }),
  // @ts-expect-error no such field
  "scored.output('binary').field('usr')": () => scored.output('binary').field('usr'),
};

test('wrong chains say what was expected', async () => {
  const messages = Object.entries(wrong).map(([call, run]) => {
    try {
      run();
    } catch (error) {
      const { name, message } = error as Error;
      return `${call}\n  ${name}: ${message}\n`;
    }
    return `${call}\n  (no error)\n`;
  });
  expect(messages.filter((m) => m.includes('(no error)') || m.includes('TypeError'))).toEqual([]);
  await expect(messages.join('\n')).toMatchFileSnapshot('../../golden/builder-errors.txt');
});

test('types carry the field names and the task', () => {
  const sizes = scored.output('binary');
  const known: Architecture<'user' | 'item', 'binary'> = sizes;
  const any: Architecture = sizes;
  const probability: number = sizes.prediction(0).probability;
  const plain: number = scored.output('regression').prediction(0);
  const score: number = scored.output('ranking').prediction(0).score;
  // @ts-expect-error a binary model gives { logit, probability }
  const number: number = sizes.prediction(0);
  // @ts-expect-error a regression gives a number
  const undefinedLogit = scored.output('regression').prediction(0).logit;
  // @ts-expect-error other fields
  const others: Architecture<'user' | 'weather'> = sizes;

  const named = input({ features: 2, fields: [{ name: 'day', offset: 0, size: 2 }] } as const)
    .linear()
    .output('binary');
  const day: Architecture<'day'> = named;
  const fromFile: {
    readonly features: number;
    readonly fields: readonly { name: string; offset: number; size: number }[];
  } = { features: 2, fields: [{ name: 'day', offset: 0, size: 2 }] };
  // Names that are only known at run time are checked at run time.
  const loose = input(fromFile).linear().output('binary');
  expect(loose.field('day').size).toBe(2);
  expect(() => loose.field('night')).toThrow('unknown field "night"');

  expect([known, any, others]).toEqual([sizes, sizes, sizes]);
  expect([probability, plain, score, undefinedLogit]).toEqual([0.5, 0, 0, undefined]);
  expect(number).toEqual({ logit: 0, probability: 0.5 });
  expect(day.field('day').size).toBe(2);
});
