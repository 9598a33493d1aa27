import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isPartial, markPartial } from '../../../src/kernel/base/partial.ts';
import { stopReasons } from '../../../src/kernel/session/errors.ts';
import { TestSession } from './testSession.ts';

/** A session whose cells can call `work()`, which ends with a partial result once its cell is to stop. */
function sessionWithWork() {
  const notebook = new TestSession();
  let tell = () => {};
  const called = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const work = (signal: AbortSignal) => {
    tell();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(markPartial({ epochs: 3 }))));
  };
  notebook.session.scope.publish({ work: [() => work] }, 0);
  return { notebook, called };
}

test('the mark is on the value, and shows nowhere else', () => {
  const value = markPartial({ a: 1 });
  expect([isPartial(value), isPartial({ a: 1 }), isPartial(null), isPartial(5)]).toEqual([true, false, false, false]);
  expect(JSON.stringify(value)).toBe('{"a":1}');
  expect(Object.keys({ ...value })).toEqual(['a']);
});

test('an awaited partial result reaches its name; the cell stops at its next await', async () => {
  const { notebook, called } = sessionWithWork();
  const controller = new AbortController();
  const running = notebook.run(
    'const run = await work(signal); console.log("kept"); await null; console.log("not reached")',
    { signal: controller.signal },
  );
  await called;
  controller.abort();
  const outcome = await running;
  expect([outcome.status, outcome.error?.name]).toEqual(['interrupted', 'Interrupted']);
  expect(notebook.printed(1)).toBe('kept\n');
  expect((await notebook.run('run.epochs')).value).toEqual({ 'text/plain': '3' });
});

test('a cell that ends with a partial result is interrupted, without an error, and shows it', async () => {
  const { notebook, called } = sessionWithWork();
  const controller = new AbortController();
  const running = notebook.run('await work(signal)', { signal: controller.signal });
  await called;
  controller.abort();
  const { status, error, value } = await running;
  expect([status, error, value]).toEqual(['interrupted', undefined, { 'text/plain': '{ epochs: 3 }' }]);
});

test('a run that is given up ends at once; what its cell does later has no effect', async () => {
  const notebook = new TestSession();
  const shared: { go?: () => void } = {};
  notebook.session.scope.publish({ shared: [() => shared] }, 0);
  const running = notebook.run('await new Promise((r) => { shared.go = r }); const late = 1; console.log("late")');
  while (!shared.go) await delay(1);
  notebook.session.abandon(99); // another run
  notebook.session.abandon(1);
  notebook.session.abandon(1);
  expect((await running).status).toBe('interrupted');
  shared.go();
  await delay(5);
  expect(notebook.messages.filter((m) => m.type === 'done').length).toBe(1);
  expect(notebook.printed(1)).toBe('');
  expect((await notebook.run('typeof late')).value).toEqual({ 'text/plain': 'undefined' });
});

test('the reason is in the flag', async () => {
  const flag = new Int32Array([stopReasons.memory]);
  const { status, error } = await new TestSession().run('1', { flag });
  expect([status, error?.message]).toEqual(['interrupted', 'stopped at the memory limit']);
});

test('input asks through the host; null stops the cell; without a host it fails', async () => {
  const asked: unknown[] = [];
  const answers = ['Ada', null];
  const notebook = new TestSession(
    {},
    {
      ask: async (question) => {
        asked.push(question);
        return answers.shift() ?? null;
      },
    },
  );
  expect((await notebook.run('await input("Name?", { secret: true })')).value).toEqual({ 'text/plain': 'Ada' });
  expect((await notebook.run('await input(5)')).status).toBe('interrupted');
  expect(asked).toEqual([
    { runId: 1, text: 'Name?', secret: true },
    { runId: 2, text: '5', secret: false },
  ]);
  const { error } = await new TestSession().run('await input("?")');
  expect(error?.message).toBe('input(): nobody can answer here; give the value as a parameter of the notebook');
  expect((await notebook.run('await input("?", { secrt: true })')).error?.message).toContain('secrt');
});
