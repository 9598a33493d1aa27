/** Options of a kernel process that only the kernel inside can show to have arrived. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { KernelProcessOptions } from '../../src/extension/kernelProcess.ts';
import { TestKernel, useKernel } from './testKernel.ts';

useKernel();

const seedOf = (options: string): string => `
  import { fit, nfm, planted } from 'nfm';
  (await fit(nfm(planted({ rows: 100, seed: 1 }), { factors: 2 }), planted({ rows: 100, seed: 1 }), { epochs: 1${options} })).config.seed`;

async function kernel(options: Partial<KernelProcessOptions>): Promise<TestKernel> {
  const made = new TestKernel(options);
  await made.process.start();
  return made;
}

test('text above the limit of a run goes to a file that the output names', async () => {
  const small = await kernel({ outputLimits: { text: 1000, rich: 8e6 } });
  await small.run("for (let i = 0; i < 1000; i++) console.log('line', i)");
  const printed = small.printed();
  expect(printed).toContain('line 0\n');
  expect(printed.length).toBeLessThan(2000);
  const [, path] = /over 1,000 characters of text: the rest goes to (\S+)/.exec(printed)!;
  expect(readFileSync(path, 'utf8')).toContain('line 999\n');
});

test('displayed data above the limit is named, not shown; below it is shown', async () => {
  const small = await kernel({ outputLimits: { text: 1e6, rich: 1000 } });
  const value = await small.value("'x'.repeat(5000)");
  expect(value).toMatch(/more, over the 1,000 that one run may show: \S+\.json/);
  expect(await small.value("'x'.repeat(100)")).not.toContain('that one run may show');
});

test('limits and seed may change with a restart', async () => {
  const changing = await kernel({ outputLimits: { text: 100, rich: 8e6 } });
  await changing.process.restart({ outputLimits: { text: 1e6, rich: 8e6 }, seed: 11 });
  await changing.run("console.log('y'.repeat(5000))");
  expect(changing.printed().length).toBe(5001);
  expect(await changing.value(seedOf(''))).toBe('11');
});

test('the seed is that of trainings which name none', async () => {
  const seeded = await kernel({ seed: 5 });
  expect(await seeded.value(seedOf(''))).toBe('5');
  expect(await seeded.value(seedOf(', seed: 9'))).toBe('9');
  expect(await (await kernel({})).value(seedOf(''))).toBe('2016');
});
