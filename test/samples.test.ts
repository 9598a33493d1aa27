/** Every sample notebook runs headless and prints what it claims. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { mime } from '../src/kernel/format/mime.ts';
import { type CodeCell, type Notebook, parseNotebook } from '../src/kernel/format/notebook.ts';
import { buildCommand, nfm, temporaryFolder } from './kernel/cli/nfm.ts';
import { sharedData } from './kernel/data/sharedData.ts';

const samples = new URL('../media/samples/', import.meta.url);
const names = readdirSync(samples).filter((name) => name.endsWith('.ipynb'));
const path = (name: string): string => new URL(name, samples).pathname;
const read = (file: string): Notebook => parseNotebook(readFileSync(file, 'utf8'), file);
const folder = temporaryFolder();

beforeAll(buildCommand);

/** Runs a sample; its code cells' outputs as text. */
async function run(name: string, ...params: string[]): Promise<{ readonly texts: string[]; readonly stdout: string }> {
  const out = `${folder}/${name}`;
  const { code, stdout, stderr } = await nfm(['run', path(name), '--out', out, ...params]);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^(?:TensorFlow.js \S+ computes in JavaScript.*\n)?$/)]);
  return { texts: codeCells(read(out)).map(textOf), stdout };
}

const codeCells = (notebook: Notebook): CodeCell[] => notebook.cells.filter((cell) => cell.cell_type === 'code');

const textOf = ({ outputs }: CodeCell): string =>
  outputs.map((o) => (o.output_type === 'stream' ? o.text : 'data' in o ? o.data['text/plain'] : o.evalue)).join('');

describe.each(names)('%s', (name) => {
  const notebook = read(path(name));

  test('is a TypeScript notebook with a parameters cell, every step explained, and no trace of a machine', () => {
    expect(notebook.metadata.language_info).toMatchObject({ name: 'typescript' });
    expect(notebook.metadata.kernelspec).toMatchObject({ language: 'typescript' });
    expect(notebook.cells.filter((cell) => (cell.metadata.tags as string[])?.includes('parameters')).length).toBe(1);
    expect(notebook.cells[0].source).toMatch(/^# /);
    expect(JSON.stringify(notebook)).not.toMatch(/\/(?:home|Users|root|work|tmp)\//);
    for (const cell of codeCells(notebook))
      for (const output of cell.outputs) expect(output.output_type).not.toBe('error');
  });
});

describe('quickstart.ipynb', () => {
  /** The claims of the notebook's text, read off its outputs. */
  function checkClaims(texts: readonly string[]): void {
    const rmse = (model: string) => Number(new RegExp(`^${model} .*?(0\\.\\d+) ±`, 'm').exec(texts[3])?.[1]);
    expect(rmse('LR')).toBeGreaterThan(0.5);
    for (const model of ['FM', 'NFM-1']) {
      expect(rmse(model)).toBeGreaterThan(0.1);
      expect(rmse(model)).toBeLessThan(0.2);
    }
    expect(texts[2]).toContain('NFM-1: regression on 72 features');
    expect(texts[4]).toMatch(/^NFM-1 \(1,513 parameters\) trained for \d+ epochs/);
    expect(texts[6]).toBe('planted: b x d, strongest in the model: b x d\n');
    const [, predicted, truth] = /^predicted (\S+), true (\S+)\n$/.exec(texts[7])!.map(Number);
    expect(Math.abs(predicted - truth)).toBeLessThan(0.3);
  }

  test('finds what was planted, within a minute', async () => {
    const before = performance.now();
    const { texts, stdout } = await run('quickstart.ipynb');
    expect(performance.now() - before).toBeLessThan(60_000);
    checkClaims(texts);
    expect(stdout).toContain('planted: b x d, strongest in the model: b x d');
  });

  test('is saved with outputs that say the same', () => {
    checkClaims(codeCells(read(path('quickstart.ipynb'))).map(textOf));
  });

  test('is saved with pictures and their words, for places without our renderers, and stays small', () => {
    const saved = codeCells(read(path('quickstart.ipynb')))
      .flatMap(({ outputs }) => outputs)
      .flatMap((output) => ('data' in output ? [output] : []))
      .filter(({ data }) => Object.keys(data).some((type) => type.startsWith('application/vnd.nfm.')))
      .filter(({ data }) => !(mime.dataCard in data)); // a table in words, for reports
    const types = saved.map(({ data }) => Object.keys(data).find((type) => type.startsWith('application/vnd.nfm.')));
    expect(types).toEqual([mime.graph, mime.comparison, mime.run, mime.interactions]);
    for (const { data, metadata } of saved) {
      expect(data[mime.svg]).toMatch(/^<svg [\s\S]*<\/svg>$/);
      expect(metadata[mime.svg]).toEqual({ alt: expect.stringMatching(/\d/) });
      if (!(mime.graph in data))
        expect(data[mime.vegaLite]).toMatchObject({ $schema: expect.stringContaining('/vega-lite/v5.json') });
    }
    expect(readFileSync(path('quickstart.ipynb')).length).toBeLessThan(300_000);
  });
});

describe('own-layer.ipynb', () => {
  /** The claims of the notebook's text, read off its outputs. */
  function checkClaims(texts: readonly string[]): void {
    const rmse = (model: string) => Number(new RegExp(`^${model} .*?(0\\.\\d+) ±`, 'm').exec(texts[3])?.[1]);
    expect(rmse('Gated NFM-1')).toBeGreaterThan(0.1); // the noise
    expect(rmse('Gated NFM-1')).toBeLessThan(0.8 * rmse('NFM-1'));
    expect(rmse('Gated NFM-1')).toBeLessThan(0.9 * rmse('NFM-2'));
    expect(texts[2]).toMatch(/^gate +layer \(x, p, tf\) => tf\.mul\(.*… +batchNorm0 +vector\(8\) +72 /m);
    expect(texts[4]).toMatch(/^Gated NFM-1 \(423 parameters\) trained for 25 epochs/);
    const [, pairs] = /^planted: b x d x e, strongest pairs in the model: (.*)\n$/.exec(texts[6])!;
    expect(pairs.split(', ').sort()).toEqual(['b x d', 'b x e', 'd x e']);
  }

  test('the gate pays on TensorFlow, also where JavaScript has to do', async () => {
    const { texts } = await run('own-layer.ipynb', '--param', 'seeds=[1,2]'); // two are enough, and faster
    checkClaims(texts.slice(1)); // given parameters are a cell of their own
  }, 180_000);

  test('is saved with outputs that say the same, and stays small', () => {
    checkClaims(codeCells(read(path('own-layer.ipynb'))).map(textOf));
    expect(readFileSync(path('own-layer.ipynb')).length).toBeLessThan(200_000);
  });
});

describe('frappe.ipynb', () => {
  test('is saved without outputs', () => {
    for (const cell of codeCells(read(path('frappe.ipynb'))))
      expect(cell).toMatchObject({ outputs: [], execution_count: null });
  });

  test('says where the data should be when they are not there', async () => {
    const { code, stderr } = await nfm(['run', path('frappe.ipynb'), '--param', 'path=nowhere']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/no frappe\.train\.libfm in .*nowhere; get the data as described above/),
    ]);
  });

  const data = sharedData('frappe/frappe.train.libfm');
  test.skipIf(data === null)('runs on the data where they are', async () => {
    const params = [`path=${dirname(data!)}`, 'epochs=2', 'factors=8'].flatMap((param) => ['--param', param]);
    const { texts } = await run('frappe.ipynb', ...params);
    expect(texts[2]).toMatch(/^part .*\ntrain +202027 .*\nvalidation +57722 /);
    expect(texts[4]).toMatch(/^NFM-1 \([\d,]+ parameters\) trained for 2 epochs on 202,027 rows/);
    expect(texts[5]).toMatch(/^model +parameters +validation RMSE +against NFM-0 /);
    expect(texts[6]).toMatch(
      /^NFM-1: \S+ x \S+ acts together most strongly of 45 pairs[\s\S]*\nfields +strength +share\n[\s\S]*user x item/,
    );
  });
});
