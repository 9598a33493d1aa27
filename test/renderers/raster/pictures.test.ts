/** The thread that draws pictures, as it is built. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type Json, type MimeBundle, mime } from '../../../src/kernel/format/mime.ts';
import { vegaLite, vegaLiteBundle } from '../../../src/kernel/format/vegaLite.ts';
import { Pictures } from '../../../src/renderers/raster/pictures.ts';
import { savedForms } from '../../../src/renderers/raster/savedForms.ts';
import { comparison, graphOf, interactions, run } from '../views/payloads.ts';
import { inkOf, pixelsOf } from './canvas.ts';

const program = pathToFileURL(join(import.meta.dirname, '../../../dist/raster.js'));
const warnings: string[] = [];
const pictures = new Pictures(program, (text) => warnings.push(text));
afterEach(() => void warnings.splice(0));
afterAll(() => pictures.close());

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect x="5" y="5" width="9" height="9"/></svg>';
const bars = {
  title: 'Rows <b>per</b> day',
  data: { values: [3, 5, 2].map((rows, day) => ({ rows, day: `day ${day}` })) },
  transform: [{ calculate: 'datum.rows * 2', as: 'twice' }],
  mark: { type: 'bar', clip: true },
  encoding: {
    x: { field: 'day', type: 'nominal' },
    y: { field: 'twice', type: 'quantitative' },
    color: { field: 'rows', type: 'quantitative' },
  },
};
const chart = vegaLite(bars) as unknown as Json;
const bytes = (png: string | null) => pixelsOf(Buffer.from(png!, 'base64'));

test('an SVG comes back as PNG', async () => {
  const picture = await pictures.draw({ svg });
  expect(picture!.svg).toBe(svg);
  expect(inkOf(bytes(picture!.png))).toEqual({ left: 10, right: 27, top: 10, bottom: 27 });
  expect(warnings).toEqual([]);
});

test('a chart comes back as both, with a label, ids of its own, and the same bytes every time', async () => {
  const [first, other, again] = await Promise.all(
    [chart, { ...bars, title: 'Another' } as unknown as Json, chart].map((spec) => pictures.draw({ chart: spec })),
  );
  expect(warnings).toEqual([]);
  expect(again).toEqual(first);
  expect(first!.svg).toMatch(/^<svg role="img" aria-label="Chart: Rows &lt;b&gt;per&lt;\/b&gt; day \(bar, 3 rows\)"/);
  const ids = (text: string): readonly string[] => [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids(first!.svg).length).toBeGreaterThan(1);
  expect(ids(other!.svg).filter((id) => ids(first!.svg).includes(id))).toEqual([]);
  for (const id of ids(first!.svg)) expect(first!.svg).toContain(`url(#${id})`);
  expect(inkOf(bytes(first!.png))).toBeDefined();
});

test('a chart that asks for a file or an address is refused, by name', async () => {
  for (const url of ['file:///etc/passwd', 'http://127.0.0.1:1/a.csv', 'package.json']) {
    const asks = { ...bars, data: { url } } as unknown as Json;
    expect(await pictures.draw({ chart: asks })).toBeNull();
    expect(warnings.splice(0)).toEqual([expect.stringContaining(`it asks for ${url}, and charts load nothing`)]);
  }
});

test('a chart that is none, and an SVG that cannot be drawn, are told and lose nothing else', async () => {
  expect(await pictures.draw({ chart: { mark: 'nonsense' } as Json })).toBeNull();
  expect(await pictures.draw({ chart: 5 })).toBeNull();
  const strange = svg.replace('<rect', '<image/><rect');
  expect(await pictures.draw({ svg: strange })).toEqual({ svg: strange, png: null });
  expect(warnings).toHaveLength(3);
  expect((await pictures.draw({ svg }))!.png).not.toBeNull();
});

test('a program that is missing or dies is told, and the next picture gets a fresh thread', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nfm-raster-'));
  const dying = join(folder, 'raster.mjs');
  const lost = new Pictures(pathToFileURL(dying), (text) => warnings.push(text));
  expect(await lost.draw({ svg })).toBeNull();
  await writeFile(
    dying,
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit(1));',
  );
  expect(await lost.draw({ svg })).toBeNull();
  expect(warnings).toEqual([expect.stringContaining('raster.mjs'), expect.stringContaining('its thread has ended')]);
  await writeFile(dying, `export * from ${JSON.stringify(program.href)};`);
  expect((await lost.draw({ svg }))!.png).not.toBeNull();
  lost.close();
  await rm(folder, { recursive: true });
});

test('a thread that dies while nobody waits takes nobody with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nfm-raster-'));
  const dying = join(folder, 'raster.mjs');
  const dies = 'setTimeout(() => { throw new Error("late"); }, 20);';
  await writeFile(
    dying,
    `import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ svg }) => { parentPort.postMessage({ svg, png: null }); ${dies} });`,
  );
  const lost = new Pictures(pathToFileURL(dying), (text) => warnings.push(text));
  for (let i = 0; i < 2; i++) {
    expect(await lost.draw({ svg })).toEqual({ svg, png: null });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const nowhere = new Pictures(new URL('http://127.0.0.1/raster.js'), (text) => warnings.push(text));
  expect(await nowhere.draw({ svg })).toBeNull();
  expect(await nowhere.draw({ svg })).toBeNull();
  expect(warnings).toHaveLength(2);
  await rm(folder, { recursive: true });
});

test('saved outputs have SVG, PNG with its size on the page, and words; the data stand first', async () => {
  const own: Readonly<Record<string, unknown>> = {
    [mime.graph]: graphOf('nfm'),
    [mime.run]: run(12, { state: 'earlyStopping' }),
    [mime.comparison]: comparison,
    [mime.interactions]: interactions(),
  };
  for (const [type, payload] of Object.entries(own)) {
    const bundle = { [type]: payload, 'text/plain': 'words' } as MimeBundle;
    const { data, metadata } = await savedForms(pictures)(bundle);
    expect(data).toMatchObject(bundle);
    expect(Object.keys(data)[0]).toBe(type);
    const png = bytes(data[mime.png] as string);
    const { alt, width, height } = metadata[mime.png] as Readonly<Record<string, unknown>>;
    expect([width, height]).toEqual([png.width / 2, png.height / 2]);
    expect(alt).toMatch(/\d/);
    expect(metadata[mime.svg]).toEqual({ alt });
  }
  const { data, metadata } = await savedForms(pictures)(vegaLiteBundle(vegaLite(bars) as never));
  expect(Object.keys(data)).toEqual([mime.vegaLite, mime.svg, mime.png, mime.text]);
  expect(metadata[mime.png]).toMatchObject({ alt: 'Chart: Rows <b>per</b> day (bar, 3 rows)' });
});

test('without a picture the output is what it was', async () => {
  const nobody = savedForms(new Pictures(new URL('file:///nowhere/raster.js'), (text) => warnings.push(text)));
  const bundle = { [mime.graph]: graphOf('fm'), 'text/plain': 'words' } as unknown as MimeBundle;
  const { data } = await nobody(bundle);
  expect(data).toMatchObject(bundle);
  expect(data[mime.svg]).toContain('<svg');
  expect(data[mime.png]).toBeUndefined();
  const brought = { ...bundle, [mime.png]: 'AAAA' };
  expect((await nobody(brought)).data[mime.png]).toBe('AAAA');
  expect(warnings).toHaveLength(1); // nothing was asked for the one that brought its picture
});

test('charts are drawn where code may not be made from text, and no program waits for the thread', async () => {
  const script = `
    const { Worker } = require('node:worker_threads');
    const worker = new Worker(new URL(${JSON.stringify(program.href)}), { execArgv: [] });
    worker.once('message', ({ svg, error }) => { console.log(svg ? svg.length > 1000 : error); worker.unref(); });
    worker.postMessage({ chart: ${JSON.stringify(chart)} });`;
  const flags = ['--disallow-code-generation-from-strings', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout: 20_000 });
  expect(stdout).toBe('true\n');
});
