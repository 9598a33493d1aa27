/**
 * The renderers as they are shipped, in a real page: whatever a saved output holds, there is a picture or a sentence in its
 * place, and nothing of it runs.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { root } from '../../scripts/vscodeHost.mjs';
import { mime } from '../../src/kernel/format/mime.ts';
import { damaged } from '../renderers/views/damage.ts';
import { afm, comparison, graphOf, run } from '../renderers/views/payloads.ts';
import { missing } from './host/workbench.ts';

const graph = graphOf('nfm');
const kinds = [
  { name: 'architecture', bundle: 'architecture', type: mime.graph, payload: graph },
  {
    name: 'difference',
    bundle: 'architecture',
    type: mime.difference,
    payload: { before: graphOf('fm'), after: graph },
  },
  { name: 'run', bundle: 'run', type: mime.run, payload: run(6, { state: 'epochs' }) },
  { name: 'running', bundle: 'run', type: mime.run, payload: run(3) },
  { name: 'comparison', bundle: 'run', type: mime.comparison, payload: comparison },
  { name: 'interactions', bundle: 'run', type: mime.interactions, payload: afm },
] as const;

/** What the page tells of one output. */
interface Shown {
  readonly threw: string | null;
  readonly text: string;
  /** Elements and attributes that data must never make. */
  readonly active: readonly string[];
}

describe.skipIf(missing)('damaged outputs', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: inject('e2eBrowser'), args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage();
    await page.setContent(
      '<html style="--vscode-editor-background: #ffffff"><body class="vscode-light"></body></html>',
    );
    for (const name of ['architecture', 'run']) {
      const text = await readFile(join(root, 'dist', `${name}.js`), 'utf8');
      await page.evaluate(
        async ([key, source]) => {
          const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
          // As text, because the test's own compiler would rewrite an import().
          const load = new Function('address', 'return import(address)') as (from: string) => Promise<unknown>;
          const { activate } = (await load(address)) as { activate(context: object): unknown };
          const own = window as unknown as { renderers: Record<string, unknown>; hacked: boolean };
          own.renderers = { ...own.renderers, [key]: activate({ postMessage() {}, onDidReceiveMessage() {} }) };
          window.alert = () => {
            own.hacked = true;
          };
        },
        [name, text] as const,
      );
    }
  });
  afterAll(() => browser?.close());

  /** Renders texts of outputs one after the other at one place, as VS Code does when an output is updated. */
  const show = (bundle: string, type: string, texts: readonly string[]): Promise<Shown[]> =>
    page.evaluate(
      async ([name, mimeType, payloads]) => {
        const own = window as unknown as {
          renderers: Record<
            string,
            { renderOutputItem(item: object, element: HTMLElement): void; disposeOutputItem(id: string): void }
          >;
        };
        const element = document.createElement('div');
        document.body.append(element);
        const shown = payloads.map((text) => {
          let threw: string | null = null;
          const item = { id: 'one', mime: mimeType, metadata: { liveKey: 'key' }, json: () => JSON.parse(text) };
          try {
            own.renderers[name].renderOutputItem(item, element);
          } catch (error) {
            threw = String(error);
          }
          const all = [...element.querySelectorAll('*')];
          const active = [
            ...all
              .filter((e) => /^(script|img|iframe|object|embed|link|a|foreignobject)$/i.test(e.tagName))
              .map((e) => e.tagName),
            ...all.flatMap((e) => e.getAttributeNames().filter((attribute) => /^on|^(href|src)$/i.test(attribute))),
          ];
          return { threw, text: element.textContent!.trim().slice(0, 200), active };
        });
        own.renderers[name].disposeOutputItem('one');
        element.remove();
        return shown;
      },
      [bundle, type, texts] as const,
    );

  describe.each(kinds)('$name', ({ bundle, type, payload }) => {
    test('a whole one is drawn', async () => {
      const [shown] = await show(bundle, type, [JSON.stringify(payload)]);
      expect(shown.threw).toBeNull();
      expect(shown.text).not.toContain('cannot be drawn');
    });

    test('a damaged one is a picture or a sentence, and the next whole one is drawn again', async () => {
      const samples = fc.sample(damaged(payload), { seed: 7, numRuns: 150 });
      const texts = samples.map((sample) => JSON.stringify(sample) ?? 'null');
      const shown = await show(bundle, type, [
        ...texts,
        '',
        '{ "a"',
        'null',
        '7',
        '[]',
        '"<script>alert(1)</script>"',
        JSON.stringify(payload),
      ]);
      for (const [i, { threw, text, active }] of shown.entries())
        expect({ threw, empty: text === '', active }, texts[i]).toEqual({ threw: null, empty: false, active: [] });
      expect(shown.at(-1)!.text).not.toContain('cannot be drawn');
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50))); // a picture that loads would say so by now
      expect(await page.evaluate(() => (window as unknown as { hacked?: boolean }).hacked)).toBeUndefined();
    });

    test('what is no payload at all says so', async () => {
      for (const text of ['', '{ "a"', 'null', '7']) {
        const [shown] = await show(bundle, type, [text]);
        expect(shown.text, text).toContain('This output cannot be drawn');
      }
    });
  });
});
