import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CodeCell,
  type Notebook,
  newNotebook,
  parseNotebook,
  writeNotebook,
} from '../../../src/kernel/format/notebook.ts';
import { notebookOfText } from '../../../src/kernel/format/textNotebook.ts';
import { runNotebook } from '../../../src/kernel/session/runNotebook.ts';
import { stubLibrary } from './testSession.ts';

const run = (notebook: Notebook, options: Partial<Parameters<typeof runNotebook>[1]> = {}) =>
  runNotebook(notebook, { path: '/nowhere/a.ipynb', library: stubLibrary, ...options });

const outputs = (notebook: Notebook) =>
  notebook.cells.flatMap((cell) => (cell.cell_type === 'code' ? [cell.outputs] : []));

const parametrised = notebookOfText(
  [
    '// %% tags=["parameters"]',
    'const epochs = 3, path = "train.libfm";',
    'let hidden: number[] = [64];',
    '// %%',
    '[epochs, path, hidden]',
  ].join('\n'),
);

test('cells run in order and leave nbformat outputs', async () => {
  const { status, notebook, failure } = await run(
    notebookOfText(
      [
        '// %% [markdown]',
        '// # Title',
        '// %%',
        'import { answer } from "nfm";',
        'console.log("one"); console.log("two\\rTW"); console.error("oops");',
        'const shown = display("first");',
        '// %%',
        'shown.update("second"); answer + 1',
      ].join('\n'),
    ),
  );
  expect([status, failure]).toEqual(['ok', undefined]);
  expect(outputs(notebook)).toEqual([
    [
      { output_type: 'stream', name: 'stdout', text: 'one\nTWo\n' },
      { output_type: 'stream', name: 'stderr', text: 'oops\n' },
      { output_type: 'display_data', data: { 'text/plain': 'second' }, metadata: {} },
    ],
    [{ output_type: 'execute_result', execution_count: 2, data: { 'text/plain': '43' }, metadata: {} }],
  ]);
  expect(parseNotebook(writeNotebook(notebook))).toEqual(notebook);
});

const failing = notebookOfText('// %%\n1\n// %%\nthrow new TypeError("stop")\n// %%\n3\n');

test('stops at the first error, with its cell named', async () => {
  const { status, notebook, failure } = await run(failing);
  expect(status).toBe('error');
  expect(failure).toMatchObject({ cell: 2, error: { name: 'TypeError', message: 'stop' } });
  expect(outputs(notebook).map((list) => list.map((o) => o.output_type))).toEqual([['execute_result'], ['error'], []]);
  expect(outputs(notebook)[1][0]).toEqual({
    output_type: 'error',
    ename: 'TypeError',
    evalue: 'stop',
    traceback: ['TypeError: stop', '    at Cell 2:1:7'],
  });
  expect((notebook.cells[2] as CodeCell).execution_count).toBe(null);
});

test('goes on when told to, or when the cell is tagged', async () => {
  const on = await run(failing, { continueOnError: true });
  expect([on.status, outputs(on.notebook)[2].length]).toEqual(['error', 1]);
  const cells = failing.cells.map((cell, i) =>
    i === 1 ? { ...cell, metadata: { tags: ['raises-exception'] } } : cell,
  );
  const tagged = await run({ ...failing, cells });
  expect([tagged.status, tagged.failure, outputs(tagged.notebook)[2].length]).toEqual(['ok', undefined, 1]);
});

test('a signal ends the run', async () => {
  const controller = new AbortController();
  const { status, notebook } = await run(notebookOfText('// %%\nawait new Promise(() => {})\n// %%\n2'), {
    signal: controller.signal,
    onMessage: (message) => {
      if (message.type === 'started') controller.abort();
    },
  });
  expect(status).toBe('interrupted');
  expect(outputs(notebook)[1]).toEqual([]);
});

test('parameters are JSON where they can be, and go into a cell of their own', async () => {
  const { notebook } = await run(parametrised, { parameters: { epochs: '20', path: 'other.libfm', hidden: '[8, 4]' } });
  const [, injected, result] = notebook.cells as CodeCell[];
  expect(injected.source).toBe('// Parameters\nlet epochs = 20;\nlet path = "other.libfm";\nlet hidden = [8,4];');
  expect(injected.metadata.tags).toEqual(['injected-parameters']);
  expect(result.outputs[0]).toMatchObject({ data: { 'text/plain': "[ 20, 'other.libfm', [ 8, 4 ] ]" } });
  const again = await run(notebook, { parameters: { epochs: '7' } });
  expect(again.notebook.cells.length).toBe(3);
  expect((again.notebook.cells[2] as CodeCell).outputs[0]).toMatchObject({
    data: { 'text/plain': "[ 7, 'train.libfm', [ 64 ] ]" },
  });
});

test('parameters that the notebook does not have', async () => {
  await expect(run(parametrised, { parameters: { epoch: '1' } })).rejects.toThrow(
    'unknown parameter "epoch"; did you mean "epochs"?; the notebook\'s parameters: epochs, path, hidden',
  );
  await expect(run(newNotebook(), { parameters: { epochs: '1' } })).rejects.toThrow(
    'parameter "epochs" given, but no cell of the notebook has the tag "parameters"',
  );
});

test('a cell of another language is an error, not skipped', async () => {
  const python = { ...failing, metadata: { language_info: { name: 'python' } } };
  expect((await run(python)).failure?.error.message).toContain('cells of language "python" cannot run here');
});

// The test runner listens too, and would fail the file for a rejection that is meant.
let listeners: NodeJS.UnhandledRejectionListener[] = [];
beforeAll(() => {
  listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
});
afterAll(() => {
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

test('a rejection that nobody handles fails the run in its cell', async () => {
  const { status, failure } = await run(
    notebookOfText('// %%\nvoid (async () => { await null; throw new Error("forgotten") })();\n// %%\n1'),
  );
  expect([status, failure?.cell, failure?.error.message]).toEqual(['error', 1, 'forgotten']);
});
