/** Reports in a real browser: every sample notebook, run and reported, opened from its file. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mime } from '../../../src/kernel/format/mime.ts';
import { writeNotebook } from '../../../src/kernel/format/notebook.ts';
import { findBrowser } from '../../../src/renderers/report/browser.ts';
import { buildCommand, nfm, temporaryFolder } from '../../kernel/cli/nfm.ts';
import { sharedData } from '../../kernel/data/sharedData.ts';
import { graphOf, interactions } from '../views/payloads.ts';
import { code, compared, markdown, notebook, payload, prints, shows } from './notebooks.ts';

const program = process.env.CHROMIUM ?? (await findBrowser());
if (!program) console.log('SKIPPED, reports in a browser: no Chrome, Edge or Chromium is installed');
/** Pictures for eyes, kept out of git; asked for by the environment. */
const screenshots = process.env.NFM_SCREENSHOTS;

const samples = fileURLToPath(new URL('../../../media/samples/', import.meta.url));
const frappe = sharedData('frappe/frappe.train.libfm');
/** Less work than the samples do by themselves; null: their data are not at hand. */
const parameters: Readonly<Record<string, readonly string[] | null>> = {
  'frappe.ipynb': frappe === null ? null : [`path=${dirname(frappe)}`, 'epochs=1', 'factors=4'],
  'own-layer.ipynb': ['rows=900', 'epochs=2', 'seeds=[1,2]'],
};
const names = readdirSync(samples).filter((name) => name.endsWith('.ipynb') && parameters[name] !== null);

/** What a page did that a report must not do. */
interface Opened {
  readonly page: Page;
  readonly faults: readonly string[];
}

describe.skipIf(!program)('reports in a browser', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);
  let browser: Browser;

  beforeAll(async () => {
    buildCommand();
    browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(() => browser?.close());

  async function open(file: string, options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => void (message.type() === 'debug' || faults.push(`console: ${message.text()}`)));
    page.on('pageerror', (error) => void faults.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      faults.push('dialog');
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('data:') && request.url() !== pathToFileURL(file).href)
        faults.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    return { page, faults };
  }

  /** Scrolls from chart to chart until each has come to life. */
  async function enliven(page: Page): Promise<void> {
    const charts = page.locator('figure[data-chart]');
    for (let i = 0; i < (await charts.count()); i++) {
      await charts.nth(i).scrollIntoViewIfNeeded();
      await charts.nth(i).locator('.picture[data-live] svg.marks').waitFor();
    }
  }

  async function look(page: Page, name: string): Promise<void> {
    if (!screenshots) return;
    mkdirSync(screenshots, { recursive: true });
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
  }

  async function idsAreUnique(page: Page): Promise<boolean> {
    const ids = await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => id));
    return new Set(ids).size === ids.length;
  }

  describe.each(names)('%s', (name) => {
    const file = at(name.replace('.ipynb', '.html'));

    beforeAll(async () => {
      const given = (parameters[name] ?? []).flatMap((each) => ['--param', each]);
      const { code, stderr } = await nfm(['run', join(samples, name), ...given, '--report', file]);
      expect([code, stderr]).toEqual([0, `wrote ${file}\n`]);
    });

    test('is below 1 MB, and has a verdict on its models', () => {
      const html = readFileSync(file, 'utf8');
      expect(html.length).toBeLessThan(1_048_576);
      const [, verdict] = /<div class="verdict">([\s\S]*?)<\/div>/.exec(html)!;
      expect(verdict).toMatch(/has the lowest (test|validation) RMSE of 3 models[:,] \d\.\d+/);
    });

    test('every chart is drawn and comes to life, in light and dark, and nothing leaves the page', async () => {
      const { page, faults } = await open(file, { colorScheme: 'light' });
      const figures = await page.locator('figure').all();
      expect(figures.length).toBeGreaterThanOrEqual(4);
      for (const figure of figures)
        expect(await figure.locator('svg').locator('path, rect').count()).toBeGreaterThan(5);
      await enliven(page);
      const charts = await page.locator('figure[data-chart]').all();
      expect(charts.length).toBeGreaterThanOrEqual(3);
      for (const chart of charts) {
        expect(await chart.locator('svg path').count()).toBeGreaterThan(10);
        expect(await chart.locator('.picture > [aria-label]').getAttribute('aria-label')).toMatch(/\d/);
      }
      expect(await idsAreUnique(page)).toBe(true);
      await look(page, `${name}-light`);

      const zero = page.locator('figure[data-chart] svg.marks').last();
      const before = await zero.innerHTML();
      await page.emulateMedia({ colorScheme: 'dark' });
      await expect.poll(() => zero.innerHTML()).not.toBe(before); // drawn anew: marks have other colours on a dark page
      await look(page, `${name}-dark`);

      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      expect(await page.locator('svg.marks').count()).toBe(0); // paper is white: the pictures follow, drawn charts do not
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      expect(await page.locator('svg.marks').count()).toBe(charts.length);
      expect(faults).toEqual([]);
    });

    test('reads without scripts: same figures, same text', async () => {
      const { page, faults } = await open(file, { javaScriptEnabled: false });
      expect(await page.locator('h2').allInnerTexts()).toEqual([
        ...[
          'Results',
          'Training curves',
          'Architecture',
          'Which fields act together',
          'Data',
          'Settings',
          'Environment',
        ],
        ...['The notebook', 'To repeat it'],
      ]);
      for (const svg of await page.locator('figure svg').all())
        expect((await svg.boundingBox())!.width).toBeGreaterThan(400);
      expect(await page.locator('details.code').count()).toBeGreaterThan(3);
      await look(page, `${name}-without-scripts`);
      expect(faults).toEqual([]);
    });

    test('fits a telephone', async () => {
      const { page, faults } = await open(file, { viewport: { width: 390, height: 800 } });
      await enliven(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await look(page, `${name}-narrow`);
      expect(faults).toEqual([]);
    });
  });

  describe('a notebook from a stranger', () => {
    const script = 'document.title = "taken over"; alert(1)';
    const name = `<img src=x onerror="${script}">"'😀 مرحبا ${'x'.repeat(10_000)}`;
    const hostile = notebook(
      markdown(`# Title\n\n<script>${script}</script> ![x](http://127.0.0.1:9/x.png) [a](javascript:${script})`),
      code('html', [shows({ 'text/html': `<script>${script}</script><img src=x onerror='${script}'>` })]),
      code('svg', [
        shows({
          'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="${script}"><script>${script}</script><image href="http://127.0.0.1:9/x"/></svg>`,
          'text/plain': 'x',
        }),
      ]),
      code('chart', [
        shows({ [mime.vegaLite]: { mark: 'bar', data: { url: 'http://127.0.0.1:9/x.csv' } }, 'text/plain': 'loads' }),
        shows({
          [mime.vegaLite]: {
            mark: 'bar',
            data: { values: [{ a: 1, b: 2 }] },
            encoding: { x: { field: 'a' }, y: { field: 'b' } },
          },
          'text/plain': 'bars',
        }),
        shows({ [mime.vegaLite]: 'no chart', 'text/plain': 'none' }),
      ]),
      code('heat', [
        payload(mime.interactions, interactions({ model: name, fields: ['a', name, 'b', 'c'] })),
        payload(mime.graph, { ...graphOf('nfm'), name }),
      ]),
      code('compare', [
        payload(mime.comparison, {
          ...compared,
          models: compared.models.map((model, i) => ({ ...model, name: i === 1 ? name : model.name })),
        }),
      ]),
      code(`// ${name}`, [prints(name)]),
    );

    test('runs nothing, loads nothing, and stays in its column', async () => {
      writeFileSync(at('hostile.ipynb'), writeNotebook(hostile));
      expect((await nfm(['report', at('hostile.ipynb'), '--out', at('hostile.html')])).code).toBe(0);
      const { page, faults } = await open(at('hostile.html'));
      for (const figure of await page.locator('figure').all()) await figure.scrollIntoViewIfNeeded();
      await page.locator('figure[data-chart] .picture[data-live]').nth(2).waitFor();
      expect(await page.locator('figure[data-chart] .picture:not([data-live])').allInnerTexts()).toEqual([
        'No picture of this chart was saved.', // its rows would have to be loaded
        'No picture of this chart was saved.', // it is none
      ]);
      await page.locator('details').evaluateAll((all) => {
        for (const each of all) (each as HTMLDetailsElement).open = true;
      });
      expect(await page.title()).toBe('Title');
      expect(await idsAreUnique(page)).toBe(true);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1100);
      expect(await page.locator('[title^="<img src=x"]').first().textContent()).toMatch(/^<img src=x.*…$/);
      await look(page, 'hostile');
      expect(faults).toEqual([]);
    });
  });
});
