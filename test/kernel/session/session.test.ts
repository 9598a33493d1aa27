import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { TestSession } from './testSession.ts';

test('messages of a run: started, outputs, done', async () => {
  const notebook = new TestSession();
  const outcome = await notebook.run('console.log("a", 1); console.error("b"); display("c"); 5');
  expect(notebook.messages).toEqual([
    { type: 'started', runId: 1, executionCount: 1 },
    { type: 'stream', runId: 1, name: 'stdout', text: 'a 1\n' },
    { type: 'stream', runId: 1, name: 'stderr', text: 'b\n' },
    { type: 'output', runId: 1, outputId: 1, bundle: { 'text/plain': 'c' } },
    { type: 'done', runId: 1, ...outcome },
  ]);
  expect(outcome.value).toEqual({ 'text/plain': '5' });
});

test('an output can be replaced in place; the handle itself is not shown', async () => {
  const notebook = new TestSession();
  expect((await notebook.run('const handle = display(1); handle.update("two"); handle')).value).toBeUndefined();
  expect(notebook.of('update')).toEqual([{ type: 'update', runId: 1, outputId: 1, bundle: { 'text/plain': 'two' } }]);
});

test('late output belongs to the cell that made it, and has no place after a re-run', async () => {
  const notebook = new TestSession();
  await notebook.run(
    'let go; const waiting = new Promise((r) => { go = r }); waiting.then(() => console.log("late"))',
    {
      cellId: 'first',
    },
  );
  await notebook.run('go(); console.log("second")');
  expect([notebook.printed(1), notebook.printed(2)]).toEqual(['late\n', 'second\n']);

  const waits =
    'let release; new Promise((r) => { release = r }).then(() => { console.log("x"); console.log("y") }); 0';
  await notebook.run(waits, { cellId: 'again' });
  await notebook.run('const earlier = release');
  await notebook.run(waits, { cellId: 'again' });
  await notebook.run('earlier(); release()');
  expect([notebook.printed(3), notebook.printed(5)]).toEqual(['', 'x\ny\n']);
  expect(notebook.of('log')).toEqual([{ type: 'log', text: 'late stream of an earlier run of Cell 3 dropped' }]);
});

test('what a timer’s callback throws is shown in its cell', async () => {
  const notebook = new TestSession();
  await notebook.run('setTimeout(() => {\n  throw new Error("in a timer") }, 1)');
  await notebook.run('await new Promise((r) => setTimeout(r, 20))');
  const [error] = notebook.of('error');
  expect([error.runId, error.message]).toEqual([1, 'in a timer']);
  expect(error.frames[0]).toMatchObject({ place: 'Cell 1', line: 2, column: 9 });
});

test('an error that nobody caught is shown in the cell it came through', async () => {
  const notebook = new TestSession();
  await notebook.run('const make = () => new Error("unhandled")');
  await notebook.run('1');
  notebook.session.uncaught((notebook.session.scope.names.make as () => Error)());
  notebook.session.uncaught('from nowhere');
  expect(notebook.of('error').map((e) => [e.runId, e.message])).toEqual([
    [1, 'unhandled'],
    [2, "'from nowhere'"],
  ]);
});

test('runs wait for each other', async () => {
  const notebook = new TestSession();
  const both = [notebook.run('await null; await null; const one = 1'), notebook.run('one + 1')];
  expect((await Promise.all(both))[1].value).toEqual({ 'text/plain': '2' });
});

test('cells of another language are refused', async () => {
  const notebook = new TestSession();
  const { error } = await notebook.session.run({ cellId: 'p', code: 'print(1)', language: 'python' });
  expect(error?.message).toBe('cells of language "python" cannot run here; expected typescript, nfm-ts, javascript');
});

test('causes are kept, and library frames left out', async () => {
  const notebook = new TestSession();
  const { error } = await notebook.run(
    'function inner() { throw new RangeError("deep") }\ntry { inner() } catch (cause) { throw new Error("outer", { cause }) }',
  );
  expect(error?.stack).toBe(
    [
      'Error: outer',
      '    at Cell 1:2:39',
      'caused by: RangeError: deep',
      '    at inner (Cell 1:1:26)',
      '    at Cell 1:2:7',
    ].join('\n'),
  );
});

test('a syntax error shows its line', async () => {
  const { error } = await new TestSession().run('const ok = 1;\nconst x1 = ; 5');
  expect(error?.stack).toBe(
    ['SyntaxError: Unexpected ";"', '    at Cell 1:2:12', '', '    const x1 = ; 5', '               ^'].join('\n'),
  );
});

test('endless recursion is an ordinary error', async () => {
  const { error } = await new TestSession().run('function again(): number {\n  return again() + 1 }\nagain()');
  expect(error?.name).toBe('RangeError');
  expect(error?.frames[1]).toEqual({ place: 'Cell 1', line: 2, column: 10, function: 'again', runId: 1 });
});

test('errors that come in one have theirs listed', async () => {
  const { error } = await new TestSession().run(
    'await Promise.any([Promise.reject(new Error("first")), Promise.reject(5)])',
  );
  expect(error?.stack).toContain('AggregateError: All promises were rejected');
  expect(error?.stack).toContain('  - Error: first\n        at Cell 1:1:35\n  - Thrown: 5');
});

test('a user sees the same stack in error.stack', async () => {
  const notebook = new TestSession();
  await notebook.run('1\nconst error = new Error("seen")');
  expect((await notebook.run('error.stack')).value?.['text/plain']).toBe('Error: seen\n    at Cell 1:2:15');
});

/** Another thread, as a host is: sets the flag (slot 0) once the cell has set slot 1 and blocks this one. */
function stopWhenStarted(slots: Int32Array): Worker {
  const code =
    'const s = require("node:worker_threads").workerData; Atomics.wait(s, 1, 0); setTimeout(() => { s[0] = 1 }, 5)';
  return new Worker(code, { eval: true, workerData: slots });
}

test.each([
  ['a loop', 'for (;;) {}'],
  [
    'nested loops with catch and finally',
    'for (;;) { try { for (;;) {} } catch {} finally { for (let i = 0; i < 3; i++); } }',
  ],
  ['a loop in a function after an await', 'async function f() { await null; while (true); }\nawait f()'],
  ['a comparator', 'for (;;) [3, 2, 1].sort((a, b) => { for (;;) {} })'],
])('the flag stops %s; names and the session stay', async (_, code) => {
  const notebook = new TestSession();
  const slots = new Int32Array(new SharedArrayBuffer(8));
  notebook.session.scope.publish({ slots: [() => slots] }, 0);
  await notebook.run('let kept = 1');
  const worker = stopWhenStarted(slots);
  const started = 'slots[1] = 1; Atomics.notify(slots, 1);';
  const outcome = await notebook.run(`kept = 2; ${started} ${code}`, { flag: slots.subarray(0, 1) });
  await worker.terminate();
  expect(outcome.status).toBe('interrupted');
  expect((await notebook.run('kept')).value).toEqual({ 'text/plain': '2' });
});

test('the signal stops a polling cell, and one that waits for ever', async () => {
  const notebook = new TestSession();
  for (const code of ['for (;;) await new Promise((r) => setTimeout(r, 1))', 'await new Promise(() => {})']) {
    const controller = new AbortController();
    const run = notebook.run(code, { signal: controller.signal });
    await delay(10);
    controller.abort();
    expect((await run).status).toBe('interrupted');
  }
  const early = await notebook.run('const never = 1', { signal: AbortSignal.abort() });
  expect(early.status).toBe('interrupted');
  expect((await notebook.run('typeof never')).value).toEqual({ 'text/plain': 'undefined' });
});

test('cells see the signal of their run', async () => {
  const notebook = new TestSession();
  const controller = new AbortController();
  const run = notebook.run('await new Promise((r) => signal.addEventListener("abort", r)); 1', {
    signal: controller.signal,
  });
  await delay(5);
  controller.abort();
  expect((await run).status).toBe('interrupted');
});

test('an interrupted cell stays dead: it publishes nothing, prints nothing, its timers are gone', async () => {
  const notebook = new TestSession();
  const controller = new AbortController();
  const shared: { ticks: number; go?: () => void } = { ticks: 0 };
  notebook.session.scope.publish({ shared: [() => shared] }, 0);
  const run = notebook.run(
    [
      'setInterval(() => { shared.ticks++; console.log("tick") }, 1);',
      'await new Promise((r) => { shared.go = r });',
      'console.log("alive"); const late = 1;',
    ].join('\n'),
    { signal: controller.signal },
  );
  while (!shared.go) await delay(1);
  controller.abort();
  expect((await run).status).toBe('interrupted');
  const [ticks, printed] = [shared.ticks, notebook.messages.length];
  shared.go();
  await delay(10);
  expect(shared.ticks).toBe(ticks);
  expect(notebook.messages.length).toBe(printed);
  expect((await notebook.run('typeof late')).value).toEqual({ 'text/plain': 'undefined' });
});
