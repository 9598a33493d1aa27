/**
 * A sample as others see it: run by `nfm run --out`, converted by nbconvert, looked at in a browser. Skipped where
 * nbconvert is not installed (`pip install nbconvert`).
 */

import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../scripts/vscodeHost.mjs';
import { mime } from '../src/kernel/format/mime.ts';
import { parseNotebook } from '../src/kernel/format/notebook.ts';
import { buildCommand, nfm, temporaryFolder } from './kernel/cli/nfm.ts';

const python = process.env.NFM_PYTHON ?? 'python3';
const { status } = spawnSync(python, ['-m', 'nbconvert', '--version'], { stdio: 'ignore' });
if (status !== 0)
  console.log(`SKIPPED, nbconvert: "${python} -m nbconvert" does not run; NFM_PYTHON names another Python`);
const browser = process.env.CHROMIUM ?? findProgram('chromium', 'chromium-browser', 'google-chrome', 'chrome');

describe.skipIf(status !== 0)('nbconvert', () => {
  const folder = temporaryFolder();
  const executed = join(folder, 'quickstart.ipynb');
  const convert = (to: string) =>
    promisify(execFile)(python, ['-m', 'nbconvert', '--to', to, executed], { timeout: 60_000 });
  /** Pictures of the notebook; a table is shown as one. */
  let pictures: readonly string[];

  beforeAll(async () => {
    buildCommand();
    const sample = join(import.meta.dirname, '../media/samples/quickstart.ipynb');
    const quick = ['--param', 'rows=2000', '--param', 'epochs=3', '--param', 'seeds=[1,2]'];
    const { code, stderr } = await nfm(['run', sample, '--out', executed, ...quick]);
    expect([code, stderr]).toEqual([0, '']);
    const { cells } = parseNotebook(readFileSync(executed, 'utf8'));
    const bundles = cells
      .flatMap((cell) => ('outputs' in cell ? cell.outputs : []))
      .flatMap((output) => ('data' in output ? [output.data] : []));
    const drawn = bundles.filter((data) => mime.svg in data);
    expect(drawn.length).toBeGreaterThanOrEqual(3);
    for (const data of drawn) expect(Object.keys(data)).toContain(mime.png);
    pictures = drawn.filter((data) => !(mime.html in data)).map((data) => data[mime.svg] as string);
    await convert('html');
  });

  test('to HTML: every picture is there', () => {
    const html = readFileSync(executed.replace('.ipynb', '.html'), 'utf8');
    for (const svg of pictures) expect(html).toContain(Buffer.from(svg).toString('base64').slice(0, 400));
    expect(html).toContain('nfm-table');
  });

  test.skipIf(!browser)('and a browser draws every one', async () => {
    const chrome = await chromium.launch({ executablePath: browser, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const page = await chrome.newPage();
      await page.route(/^https?:/, (route) => route.abort()); // the page asks for MathJax, which our outputs do not use
      await page.goto(pathToFileURL(executed.replace('.ipynb', '.html')).href);
      const sizes = await page.locator('.jp-OutputArea-output img').evaluateAll((images) =>
        (images as unknown as readonly Record<string, unknown>[]).map(({ complete, naturalWidth, width }) => ({
          ...{ complete, naturalWidth, width },
        })),
      );
      const widths = pictures.map((svg) => Number(/\bwidth="(\d+)"/.exec(svg)![1]));
      expect(sizes).toEqual(widths.map((width) => ({ complete: true, naturalWidth: width, width })));
    } finally {
      await chrome.close();
    }
  });

  test('to Markdown: every picture is a file', async () => {
    await convert('markdown');
    const text = readFileSync(executed.replace('.ipynb', '.md'), 'utf8');
    expect(text.match(/!\[svg\]\([^)]+\.svg\)/g)?.length).toBe(pictures.length);
    const files = readdirSync(join(folder, 'quickstart_files'));
    for (const [type, signature] of [
      ['.svg', '<svg'],
      ['.png', '\x89PNG'],
    ]) {
      const ofType = files.filter((name) => name.endsWith(type));
      expect(ofType.length).toBeGreaterThanOrEqual(pictures.length);
      for (const name of ofType)
        expect(readFileSync(join(folder, 'quickstart_files', name), 'latin1').startsWith(signature)).toBe(true);
    }
  });
});
