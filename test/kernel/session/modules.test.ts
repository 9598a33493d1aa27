import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { TestSession } from './testSession.ts';

const files = {
  'localmod.ts': [
    'import { twice } from "nfm";',
    'export interface A { a: number }',
    'export const B: number = twice(21);',
    'export function fails(): never {',
    '  const reason: string = "local";',
    '  throw new Error(reason);',
    '}',
  ].join('\n'),
  'data.json': '{ "j": 7 }',
  'broken.ts': 'export const x = 1;\nexport const y = ;\n',
  'broken.json': '{ "j": ',
  'throws.ts': 'const n: number = 1;\n\nthrow new RangeError("at load " + n);',
  'counter.ts': 'import { step } from "./step.ts"; let n = 0; export const next = () => (n += step);',
  'step.ts': 'export const step = 1;',
  'other.ts': 'let n = 0; export const next = () => ++n;',
};

const text = async (notebook: TestSession, code: string): Promise<unknown> => {
  const { value, error } = await notebook.run(code);
  return error ? `${error.name}: ${error.message}` : value?.['text/plain'];
};

test('local files, with and without extension, in folders, and the library inside them', async () => {
  const notebook = new TestSession(files);
  mkdirSync(join(notebook.folder, 'dir'));
  notebook.write('dir/index.ts', 'import { B } from "../localmod"; export const fromFolder = B + 1;');
  expect(await text(notebook, 'import { B } from "./localmod.ts"; B')).toBe('42');
  expect(await text(notebook, 'import { B as C } from "./localmod"; C')).toBe('42');
  expect(await text(notebook, '(await import("./localmod")).B')).toBe('42');
  expect(await text(notebook, 'import { fromFolder } from "./dir"; fromFolder')).toBe('43');
  expect(await text(notebook, 'import { A } from "./localmod"; 1')).toBe('1');
});

test('nfm is the kernel’s own library', async () => {
  const notebook = new TestSession();
  expect(await text(notebook, 'import { answer, twice } from "nfm"; twice(answer)')).toBe('84');
  expect(await text(notebook, 'import * as all from "nfm"; all === (await import("nfm"))')).toBe('true');
});

test('JSON with and without the attribute', async () => {
  const notebook = new TestSession(files);
  expect(await text(notebook, 'import d from "./data.json" with { type: "json" }; d.j')).toBe('7');
  expect(await text(notebook, 'import e from "./data.json"; e.j')).toBe('7');
  expect(await text(notebook, '(await import("./data.json", { with: { type: "json" } })).default.j')).toBe('7');
});

test('import.meta is the notebook’s', async () => {
  const notebook = new TestSession();
  const url = pathToFileURL(notebook.notebook).href;
  expect(await text(notebook, 'import.meta.url')).toBe(url);
  expect(await text(notebook, 'import.meta.dirname')).toBe(notebook.folder);
  expect(await text(notebook, 'import.meta.resolve("./x.ts")')).toBe(new URL('./x.ts', url).href);
});

test('missing and broken modules say what and where', async () => {
  const notebook = new TestSession(files);
  const missing = await notebook.run('const a = 1;\nimport { x } from "./nothere"');
  expect(missing.error?.name).toBe('Error [ERR_MODULE_NOT_FOUND]');
  expect(missing.error?.message).toContain('nothere');
  expect(missing.error?.message).toContain(notebook.notebook);
  expect(missing.error?.frames.map((f) => [f.place, f.line, f.column])).toEqual([['Cell 1', 2, 1]]);
  expect(await text(notebook, 'import "no-such-package"')).toContain(`imported from ${notebook.notebook}`);
  expect(await text(notebook, 'import { y } from "./broken"')).toBe(
    `SyntaxError: ${join(notebook.folder, 'broken.ts')}:2:18: Unexpected ";"\nexport const y = ;\n                 ^`,
  );
  expect(await text(notebook, 'import b from "./broken.json"')).toContain(
    `SyntaxError: ${join(notebook.folder, 'broken.json')}: not JSON`,
  );
});

test('errors in local files have their lines', async () => {
  const notebook = new TestSession(files);
  const path = join(notebook.folder, 'localmod.ts');
  const { error } = await notebook.run('import { fails } from "./localmod";\n\nfails()');
  expect(error?.stack).toBe(`Error: local\n    at fails (${path}:6:9)\n    at Cell 1:3:1`);
  const atLoad = await notebook.run('1;\nimport "./throws"');
  expect(atLoad.error?.stack).toBe(
    `RangeError: at load 1\n    at ${join(notebook.folder, 'throws.ts')}:3:7\n    at Cell 2:2:1`,
  );
});

test('edited files are seen again, their unchanged neighbours keep their state', async () => {
  const notebook = new TestSession(files);
  const code =
    'import { next } from "./counter"; import { next as other } from "./other"; import d from "./data.json"; [next(), other(), d.j]';
  expect(await text(notebook, code)).toBe('[ 1, 1, 7 ]');
  expect(await text(notebook, code)).toBe('[ 2, 2, 7 ]');
  notebook.write('step.ts', 'export const step = 10;');
  notebook.write('data.json', '{ "j": 8 }');
  await delay(120); // looks at the disk are shared for a tenth of a second
  expect(await text(notebook, code)).toBe('[ 10, 3, 8 ]');
});
