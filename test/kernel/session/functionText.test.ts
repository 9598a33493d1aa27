/** Functions that leave their cell as text: what cells put into them stays behind. */

import { expect, test } from 'vitest';
import { functionText, notebookName } from '../../../src/kernel/base/functionText.ts';
import { input } from '../../../src/kernel/builder/input.ts';
import { TestSession } from './testSession.ts';

/** Runs cells; the text of the function that one of them gives to `take()`. */
async function taken(...cells: readonly string[]): Promise<string> {
  let text = '';
  const take = (own: () => void) => {
    text = functionText(own);
  };
  const session = new TestSession({}, { library: { take } });
  for (const code of cells) expect(await session.run(code)).toMatchObject({ status: 'ok' });
  return text;
}

test('loops stand as they were written', async () => {
  const loops = `(x, p, tf) => {
  let y = x;
  for (let i = 0; i < 3; i++) {
    y = tf.tanh(y);
  }
  while (y.rank > 2) { y = tf.squeeze(y); }
  do {} while (false);
  return y;
}`;
  const text = await taken(`import { take } from 'nfm';\ntake(${loops});`);
  expect(text.replace(/\s+/g, '')).toBe(loops.replace(/\s+/g, ''));
  expect(notebookName(text)).toBeUndefined();
});

test('a cell that uses the prefix itself gets a longer one, which goes as well', async () => {
  const text = await taken(`import { take } from 'nfm';
const $nb = 1;
take((x) => { for (const i of [1]) { x = i; } return x; });`);
  expect(text.replace(/\s+/g, '')).toBe('(x)=>{for(constiof[1]){x=i;}returnx;}');
});

test.each([
  ['(x) => x * scale', 'scale'],
  ['(x) => scale(x)', 'scale'],
  ['(x) => ({ scale, x })', 'scale'],
  ['(x) => typeof scale', 'scale'],
  ['(scale) => scale * 2', undefined],
  ['(x) => Math.sqrt(x)', undefined],
])('a variable of another cell in %s: %s', async (own, name) => {
  const text = await taken('export const scale = 2;', `import { take } from 'nfm';\ntake(${own});`);
  expect(notebookName(text)).toBe(name);
});

test('a layer that reads a variable of another cell is refused by its name', async () => {
  const session = new TestSession({}, { library: { input } });
  await session.run('export const scale = 2;');
  const run = await session.run(`import { input } from 'nfm';
input({ user: 3, item: 2 }).embed(2).biInteraction().layer('gate', {}, (x, p, tf) => tf.mul(x, scale));`);
  expect(run.status).toBe('error');
  expect(session.of('error').at(-1)!.message).toMatch(/^layer\("gate"\) uses "scale", a variable of another cell, /);
});

test('types are gone', async () => {
  const text = await taken(`import { take } from 'nfm';\ntake((x: number, p: { w: number }): number => x as number);`);
  expect(text).toBe('(x, p) => x');
});
