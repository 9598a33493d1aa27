import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type CodeCell, type Notebook, parseNotebook, writeNotebook } from '../../../src/kernel/format/notebook.ts';
import { notebookOfText } from '../../../src/kernel/format/textNotebook.ts';
import { buildCommand, nfm, temporaryFolder } from './nfm.ts';

const folder = temporaryFolder();
const cwd = { cwd: folder };

const text = `// %% tags=["parameters"]
const epochs = 3, name = 'anna', hidden = [64];
// %% [markdown]
// # Title
// %%
import { nfm } from 'nfm';
import { twice } from './lib/local.ts';
console.log('epochs', epochs);
twice(hidden[0])
// %%
console.error('to stderr');
const design = nfm({ user: 3, item: 4 }, { factors: 2 });
design
// %%
name
`;

beforeAll(() => {
  buildCommand();
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib/local.ts'), 'export const twice = (x: number): number => 2 * x;');
  writeFileSync(join(folder, 'notebook.nfm.ts'), text);
  writeFileSync(join(folder, 'notebook.ipynb'), writeNotebook(notebookOfText(text)));
});

const read = (name: string): Notebook => parseNotebook(readFileSync(join(folder, name), 'utf8'));
const codeCells = (notebook: Notebook): CodeCell[] => notebook.cells.filter((cell) => cell.cell_type === 'code');

test.each(['notebook.ipynb', 'notebook.nfm.ts'])('%s prints what its cells show', async (file) => {
  const before = readFileSync(join(folder, file), 'utf8');
  const { code, stdout, stderr } = await nfm(['run', file], cwd);
  expect([code, stderr]).toEqual([0, 'to stderr\n']);
  expect(stdout).toMatch(/^epochs 3\n128\nNFM-1: regression on 7 features\n[\s\S]*\nanna\n$/);
  expect(readFileSync(join(folder, file), 'utf8')).toBe(before);
});

test('parameters go in, outputs come out', async () => {
  const params = ['--param', 'epochs=20', '--param', 'name=eva=1', '--param', 'hidden=[8,4]'];
  const { code, stdout } = await nfm(['run', 'notebook.ipynb', ...params, '--out', 'executed.ipynb'], cwd);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^epochs 20\n16\n[\s\S]*eva=1\n$/)]);
  const [, injected, first, second] = codeCells(read('executed.ipynb'));
  expect(injected.source).toBe('// Parameters\nlet epochs = 20;\nlet name = "eva=1";\nlet hidden = [8,4];');
  expect(first.outputs.map(({ output_type }) => output_type)).toEqual(['stream', 'execute_result']);
  expect(second.outputs[1]).toMatchObject({
    data: { 'application/vnd.nfm.graph.v1+json': { version: 1, name: 'NFM-1' }, 'text/plain': expect.any(String) },
  });
});

test('a parameter that the notebook does not have', async () => {
  const { code, stdout, stderr } = await nfm(['run', 'notebook.ipynb', '--param', 'epoch=3', '--out', 'no.ipynb'], cwd);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^error: unknown parameter "epoch"; did you mean "epochs"\?/);
  expect(existsSync(join(folder, 'no.ipynb'))).toBe(false);
});

const failing = '// %%\nconst before = 1;\n\nthrow new RangeError("too far");\n// %%\n"after"\n';

test('a failing cell stops the run, and what was reached is written', async () => {
  writeFileSync(join(folder, 'failing.nfm.ts'), failing);
  const { code, stdout, stderr } = await nfm(['run', 'failing.nfm.ts', '--out', 'failed.ipynb'], cwd);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe('error in code cell 1: RangeError: too far\n    at Cell 1:3:7\n');
  expect(codeCells(read('failed.ipynb')).map((cell) => cell.outputs.length)).toEqual([1, 0]);
});

test('--continue-on-error runs the others', async () => {
  writeFileSync(join(folder, 'failing.nfm.ts'), failing);
  const { code, stdout } = await nfm(['run', 'failing.nfm.ts', '--continue-on-error'], cwd);
  expect([code, stdout]).toEqual([1, 'after\n']);
});

test.each([
  ['', 'broken.ipynb: expected a notebook, got an empty file'],
  ['{ "cells": [', 'broken.ipynb:1:13: not JSON'],
  ['{ "cells": 3 }', 'broken.ipynb'],
])('a file that is no notebook stays as it is: %s', async (content, message) => {
  writeFileSync(join(folder, 'broken.ipynb'), content);
  const { code, stdout, stderr } = await nfm(['run', 'broken.ipynb', '--out', 'broken.ipynb'], cwd);
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)]);
  expect(readFileSync(join(folder, 'broken.ipynb'), 'utf8')).toBe(content);
});

test('Ctrl-C stops the run and keeps the outputs so far', async () => {
  writeFileSync(
    join(folder, 'long.nfm.ts'),
    '// %%\n"first"\n// %%\nconsole.log("waiting"); await new Promise((done) => setTimeout(done, 60_000))\n// %%\n"last"\n',
  );
  const { code, stdout } = await nfm(['run', 'long.nfm.ts', '--out', 'stopped.ipynb'], {
    ...cwd,
    interruptAt: /waiting/,
  });
  expect([code, stdout]).toEqual([130, 'first\nwaiting\n']);
  expect(codeCells(read('stopped.ipynb')).map((cell) => cell.outputs.length)).toEqual([1, 2, 0]);
});
