import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/vscodeHost.mjs';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

const bars = `
import { vegaLite } from 'nfm';
vegaLite({
  title: 'Rows <img src=x onerror=alert(1)> per weekday',
  width: 'container',
  data: { values: ['Mo', 'Tu', 'We', 'Th', 'Fr'].map((day, i) => ({ day, rows: 40 + 17 * i, part: i % 2 ? 'train' : 'test' })) },
  transform: [{ calculate: 'datum.rows * 100', as: 'rows' }],
  mark: { type: 'bar', tooltip: true },
  encoding: {
    x: { field: 'day', type: 'nominal', sort: null },
    y: { field: 'rows', type: 'quantitative' },
    color: { field: 'part', type: 'nominal' },
  },
});`;
const asks = `
({ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', data: { url: 'http://127.0.0.1:9/rows.csv' }, mark: 'bar' })`;
const training = `
import { fit, nfm, planted, splitDataset, splitRandom } from 'nfm';
const rows = planted({ rows: 400, seed: 1 });
const data = splitDataset(rows, splitRandom(rows.rows));
await fit(nfm(data.train, { factors: 4 }), data, { epochs: 3 });
console.log('trained');`;

const themes = { light: 'Default Light Modern', dark: 'Default Dark Modern', 'high-contrast': 'Default High Contrast' };

/** The training as the command line saves it, with its forms in the order of the file. */
async function executed(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nfm-vega-'));
  await writeFile(join(folder, 'a.ipynb'), ipynb({ ts: training }));
  execFileSync(process.execPath, [join(root, 'dist/nfm.js'), 'run', 'a.ipynb', '--out', 'b.ipynb'], { cwd: folder });
  const text = await readFile(join(folder, 'b.ipynb'), 'utf8');
  await rm(folder, { recursive: true });
  return text;
}

describe.skipIf(missing)("charts of the reader's own", () => {
  let workbench: Workbench;
  beforeAll(async () => {
    const files = { 'a.ipynb': ipynb({ ts: bars }, { ts: asks }, { ts: training }), 'b.ipynb': await executed() };
    workbench = await Workbench.start({ files });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);
  const chart = () => workbench.outputs.locator('[data-testid=vega] svg').first();

  test('a Vega-Lite chart is drawn, with text as text and a label', async () => {
    const cell = await workbench.runCell(0);
    expect(cell, textOf(cell)).toMatchObject({ success: true });
    await chart().waitFor();
    await workbench.outputs.locator('[data-testid=vega] [role=graphics-document][aria-label*="bar, 5 rows"]').waitFor();
    await chart().getByText('Rows <img src=x onerror=alert(1)> per weekday').waitFor();
    expect(await chart().locator('.mark-rect.role-mark path').count()).toBe(5);
    expect(await workbench.outputs.locator('[data-testid=vega] img').count()).toBe(0);
    // The width of its place, not a default one.
    expect(Number(await chart().getAttribute('width'))).toBeGreaterThan(400);
  });

  test('a chart that asks for an address shows why there is none', async () => {
    const cell = await workbench.runCell(1);
    expect(cell, textOf(cell)).toMatchObject({ success: true });
    await workbench.outputs.getByRole('alert').getByText('it asks for http://127.0.0.1:9/rows.csv').waitFor();
  });

  test.each(Object.entries(themes))('%s: it follows the theme', async (name, theme) => {
    await workbench.api(async (v, id) => {
      await v.workspace.getConfiguration('workbench').update('colorTheme', id, v.ConfigurationTarget.Global);
    }, theme);
    await workbench.reveal(0);
    const label = chart().locator('.role-axis-label text').first();
    const dark = name !== 'light';
    await until(`labels of the ${name} theme`, async () => {
      const color = await label.evaluate((element) => getComputedStyle(element).fill);
      const parts = color.match(/\d+/g)?.map(Number); // none while the chart is drawn anew
      return parts !== undefined && parts[0] + parts[1] + parts[2] > 384 === dark;
    });
    await workbench.screenshot(`vega-${name}`);
  });

  test('saved outputs hold SVG, PNG and words soon after the cell has ended', async () => {
    await workbench.runCell(2);
    await workbench.runCell(2); // pictures that are under way hold nobody up
    const cell = await workbench.untilCell(2, ({ outputs }) => outputs.flat().some(({ mime }) => mime === 'image/png'));
    const types = (cell.outputs.find((items) => items.length > 2) ?? []).map(({ mime }) => mime);
    expect(types[0]).toBe('application/vnd.nfm.run.v1+json');
    expect(types.at(-1)).toBe('text/plain');
    expect(types).toEqual(expect.arrayContaining(['image/svg+xml', 'image/png', 'application/vnd.vegalite.v5+json']));
    const first = await workbench.untilPictures(0);
    expect(first.outputs[0].map(({ mime }) => mime)).toEqual(expect.arrayContaining(['image/svg+xml', 'image/png']));
    // The error box is what the renderer says; the output is still the chart and its words.
    expect((await workbench.cell(1)).outputs[0].map(({ mime }) => mime)).toEqual([
      'application/vnd.vegalite.v6+json',
      'text/plain',
    ]);
    await workbench.api((v) => v.window.activeNotebookEditor!.notebook.save());
    const { cells } = JSON.parse(await readFile(workbench.path('a.ipynb'), 'utf8'));
    const { data, metadata } = cells[2].outputs[0];
    expect(Buffer.from(data['image/png'], 'base64').subarray(1, 4).toString()).toBe('PNG');
    expect(metadata['image/png']).toEqual({ alt: expect.stringMatching(/^NFM-1/), width: 640, height: 260 });
  });

  test('our own outputs keep their own renderer, whoever saved them', async () => {
    await workbench.open('b.ipynb');
    await workbench.outputs.locator('[data-testid=run] svg').first().waitFor();
    expect(await workbench.outputs.locator('[data-testid=vega]').count()).toBe(0);
  });
});
