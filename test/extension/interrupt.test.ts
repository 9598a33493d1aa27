import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TestKernel, useKernel } from './testKernel.ts';

useKernel();

const regularExpression = '/^(a+)+$/.test("a".repeat(40) + "b")';

/** Name, the cell, and how long it may take to stop (ms). */
const cases: readonly (readonly [string, string, number])[] = [
  ['a loop', 'console.log(1); for (;;) {}', 1000],
  [
    'nested loops with catch and finally',
    'let cleaned = 0; console.log(1); for (;;) { try { for (;;) {} } catch (e) { if (++cleaned > 3) throw e } finally { cleaned++ } }',
    1000,
  ],
  ['a loop after an awaited timer', 'await new Promise((r) => setTimeout(r, 20)); console.log(1); for (;;) {}', 1000],
  [
    'a loop in a nested async function',
    'const f = async () => { await null; console.log(1); while (true); }; await f()',
    1000,
  ],
  [
    'a loop in a timer’s callback',
    'setTimeout(() => { console.log(1); for (;;) {} }, 5); await new Promise((r) => setTimeout(r, 60_000))',
    1000,
  ],
  ['a promise that never settles', 'console.log(1); await new Promise(() => {})', 1000],
  ['a polling loop', 'let i = 0; console.log(1); for (;;) { i++; await new Promise((r) => setTimeout(r, 5)) }', 1000],
  ['a comparator', 'console.log(1); for (;;) [3, 1, 2].sort(() => { for (;;) {} })', 1000],
  ['a regular expression', `console.log(1); ${regularExpression}`, 10_000],
  [
    'a regular expression after an awaited timer',
    `await new Promise((r) => setTimeout(r, 5)); console.log(1); ${regularExpression}`,
    10_000,
  ],
  [
    'a regular expression in a timer’s callback',
    `setTimeout(() => { console.log(1); ${regularExpression} }, 5); await new Promise((r) => setTimeout(r, 60_000))`,
    10_000,
  ],
];

test('every kind of cell stops, with variables kept and the next cell answering', { timeout: 120_000 }, async () => {
  const kernel = new TestKernel();
  await kernel.run('const kept = { n: 42 }');
  for (const [name, code, ms] of cases) {
    const { runId, outcome } = kernel.process.run({ cellId: name, code });
    await kernel.message('stream', (m) => m.runId === runId);
    await delay(20); // deep inside
    const asked = performance.now();
    kernel.process.interrupt(runId);
    expect((await outcome).status, name).toBe('interrupted');
    const took = performance.now() - asked;
    const next = performance.now();
    expect(await kernel.value('kept.n'), name).toBe('42');
    const answer = performance.now() - next;
    console.log(`${name}: stopped in ${Math.round(took)} ms, next cell in ${Math.round(answer)} ms`);
    expect(took, name).toBeLessThan(ms + 1000); // the machine may be busy
    expect(answer, name).toBeLessThan(1000);
  }
  expect(kernel.process.generation).toBe(1);
  const count = await kernel.value('i');
  await kernel.run('await new Promise((r) => setTimeout(r, 50))');
  expect(await kernel.value('i')).toBe(count); // nothing of the polling loop goes on
  expect(kernel.exits).toEqual([]);
});

test('a training that is interrupted leaves its history and best weights to the next cell', async () => {
  const kernel = new TestKernel();
  await kernel.run('import { fit, fm, planted, splitRandom, takeRows } from "nfm"');
  await kernel.run(
    'const all = planted({ rows: 5000 }); const at = splitRandom(all.rows); const data = { train: takeRows(all, at.train), validation: takeRows(all, at.validation) }',
  );
  const training = kernel.process.run({
    cellId: 'fit',
    code: `const run = await fit(fm(data.train), data, {
      epochs: 100_000, earlyStopping: false,
      onEvent: (e) => { if (e.type === 'epoch' && e.epoch === 3) console.log('third') } });
      const best = run.result.bestEpoch;
      for (;;) console.log('not reached');`,
  });
  await kernel.message('stream', (m) => m.text.includes('third'));
  kernel.process.interrupt();
  expect((await training.outcome).status).toBe('interrupted');
  expect(kernel.printed(training.runId)).not.toContain('not reached');
  expect(await kernel.value('[run.result.reason, run.result.history.length >= 3, best === run.result.bestEpoch]')).toBe(
    "[ 'aborted', true, true ]",
  );
  const validation = 'run.result.history[run.result.bestEpoch - 1].validation';
  expect(
    await kernel.value(`JSON.stringify(await run.evaluate(data.validation)) === JSON.stringify(${validation})`),
  ).toBe('true');
});

test('timers of other cells go on after a termination inside a timer', async () => {
  const kernel = new TestKernel();
  await kernel.run('let ticks = 0; setInterval(() => ticks++, 20)');
  const { runId, outcome } = kernel.process.run({
    cellId: 'r',
    code: `setTimeout(() => { console.log(1); ${regularExpression} }, 20); await new Promise(() => {})`,
  });
  await kernel.message('stream', (m) => m.runId === runId);
  kernel.process.interrupt();
  expect((await outcome).status).toBe('interrupted');
  const before = Number(await kernel.value('ticks'));
  await delay(1000);
  expect(Number(await kernel.value('ticks'))).toBeGreaterThan(before + 10);
});

test('a model whose threads were cut off in the middle still predicts, and others train', async () => {
  const kernel = new TestKernel();
  await kernel.run(
    [
      'import { fit, nfm, planted } from "nfm";',
      'const few = planted({ rows: 512 }), many = planted({ rows: 200_000 });',
      'const design = nfm(few, { factors: 64, hidden: [512, 512] });',
      'const train = () => fit(design, few, { threads: 2, epochs: 1 });',
      'const run = await train();',
    ].join('\n'),
  );
  expect(await kernel.value('const before = run.predict(few); run.config.engine')).toContain('2 threads');
  const { runId, outcome } = kernel.process.run({ cellId: 'p', code: 'console.log(1); run.predict(many)' });
  await kernel.message('stream', (m) => m.runId === runId);
  await delay(100);
  kernel.process.interrupt();
  expect((await outcome).status).toBe('interrupted');
  expect(await kernel.value('const after = run.predict(few); before.every((value, i) => value === after[i])')).toBe(
    'true',
  );
  expect(await kernel.value('(await train()).predict(few).length')).toBe('512');
});

test('cells that wait behind an interrupted one end as well, and only they', async () => {
  const kernel = new TestKernel();
  const blocking = kernel.process.run({ cellId: 'a', code: 'console.log(1); for (;;) {}' });
  const waiting = kernel.process.run({ cellId: 'b', code: 'globalThis.ran = true' });
  await kernel.message('stream');
  kernel.process.interrupt();
  expect([(await blocking.outcome).status, (await waiting.outcome).status]).toEqual(['interrupted', 'interrupted']);
  expect(await kernel.value('typeof globalThis.ran')).toBe('undefined');
});

test('a waiting cell can be stopped without the one that runs', async () => {
  const kernel = new TestKernel();
  const running = kernel.process.run({ cellId: 'a', code: `${regularExpression.replace('40', '23')}; "finished"` });
  const waiting = kernel.process.run({ cellId: 'b', code: '1' });
  kernel.process.interrupt(waiting.runId);
  expect((await running.outcome).value?.['text/plain']).toBe('finished');
  expect((await waiting.outcome).status).toBe('interrupted');
});

test('with an AsyncLocalStorage in use the kernel asks instead of risking the process', {
  timeout: 30_000,
}, async () => {
  const kernel = new TestKernel();
  await kernel.run(
    'import { AsyncLocalStorage } from "node:async_hooks"; const storage = new AsyncLocalStorage(); storage.run(1, () => {})',
  );
  const { runId, outcome } = kernel.process.run({
    cellId: 'r',
    code: `console.log(1); ${regularExpression.replace('40', '26')}`,
  });
  await kernel.message('stream', (m) => m.runId === runId);
  kernel.process.interrupt();
  expect((await kernel.message('stuck')).runId).toBe(runId);
  expect((await outcome).status).toBe('interrupted');
  expect(await kernel.value('storage.run(2, () => storage.getStore())')).toBe('2');
});
