/** The Markdown text and its pictures: read back with a Markdown parser, as GitHub would. */

import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { mime } from '../../../src/kernel/format/mime.ts';
import type { Notebook } from '../../../src/kernel/format/notebook.ts';
import { markdownReport } from '../../../src/renderers/report/markdownReport.ts';
import { literal } from '../../../src/renderers/report/markdownSource.ts';
import { reportOf } from '../../../src/renderers/report/model/report.ts';
import { code, compared, fails, markdown, notebook, payload, prints, shows, source, study } from './notebooks.ts';

const made = (of: Notebook) => markdownReport(reportOf(of, source), 'study.report_files');
const { text, assets } = made(study);
/** HTML on, as on GitHub, which cleans it afterwards. */
const parser = new MarkdownIt({ html: true });

test('headings, verdict, tables, folded code and figures', () => {
  expect(text).toMatch(/^# A study of NFM\n\n> \*\*NFM-1 has the lowest test RMSE of 3 models: 0\.3925 ± 0\.0007/);
  expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
    ...['Results', 'Training curves', 'Architecture', 'Which fields act together', 'Data', 'Settings', 'Environment'],
    ...['The notebook', 'To repeat it'],
  ]);
  expect(text).toContain('| model | parameters | test RMSE ± sd |');
  expect(text).toContain('| **NFM-1 ◆ best** | **355,160** |');
  expect(text).toContain('<details><summary>Cell 1, 1 line</summary>\n\n```ts\nconst rows = 10;\n```\n\n</details>');
  expect(text).toContain('#### The data');
  expect(text).not.toContain('secret');
});

test('every picture is a file, and every file is shown', () => {
  const shown = [...text.matchAll(/!\[[^\n]*\]\(([^)\s]+)\)/g)].map(([, path]) => path);
  expect(shown).toHaveLength(4);
  expect([...assets.keys()].sort()).toEqual([...shown].sort());
  for (const [path, content] of assets) {
    expect(path).toMatch(/^study\.report_files\/figure-\d-\w+-[0-9a-f]{8}\.svg$/);
    const problems: string[] = [];
    new DOMParser({ onError: (_, problem) => void problems.push(problem) }).parseFromString(
      String(content),
      'image/svg+xml',
    );
    expect(problems).toEqual([]);
    expect(content).not.toContain('var(--'); // readers of files know no variables of a page
  }
  expect(made(study)).toEqual({ text, assets });
});

test('links within the text lead to anchors and headings of it', () => {
  const html = parser.render(text);
  const targets = [...html.matchAll(/<a href="#([^"]+)"/g)].map(([, target]) => target);
  expect(targets.length).toBeGreaterThan(3);
  for (const target of targets)
    expect(html.includes(`id="${target}"`) || text.toLowerCase().includes(`## ${target}`)).toBe(true);
});

describe('cells', () => {
  const body = (source: string) =>
    made(notebook(markdown(source), code('', [prints('x')])))
      .text.split('## The notebook\n\n')[1]
      .split('\n\n```text')[0];

  test('HTML of a cell is text, but not in its code', () => {
    expect(body('a <script>x</script> <https://a.org> `<b>`')).toBe('a &lt;script>x&lt;/script> <https://a.org> `<b>`');
    expect(body('```html\n<b>\n```')).toBe('```html\n<b>\n```');
  });

  test('a fence that is left open ends with its cell', () => {
    expect(body('~~~~ts\nconst x = 1;')).toBe('~~~~ts\nconst x = 1;\n~~~~');
  });

  test('attached pictures become files', () => {
    const attached = { ...markdown('![p](attachment:a.png)'), attachments: { 'a.png': { 'image/png': 'iVBORw==' } } };
    const { text, assets } = made(notebook(attached, code('', [prints('x')])));
    const [[path, bytes]] = assets;
    expect(text).toContain(`![p](${path})`);
    expect(Buffer.from(bytes)).toEqual(Buffer.from('iVBORw==', 'base64'));
  });

  test('printed text cannot end its fence', () => {
    const { text } = made(notebook(code('x', [prints('```\n# not a heading\n````')])));
    expect(text).toContain('`````text\n```\n# not a heading\n````\n`````');
    const failed = made(notebook(code('x', [fails('Error', 'a `b`')]))).text;
    expect(parser.render(failed)).toContain('Cell 1 failed with Error: a `b`');
  });
});

describe('names are text', () => {
  const textOf = (html: string) =>
    html
      .replace(/<[^>]*>/g, '')
      .replace(
        /&(lt|gt|amp|quot);/g,
        (_, name: 'lt' | 'gt' | 'amp' | 'quot') => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[name],
      )
      .trim();

  test.each([
    '*a*',
    '_a_ b',
    '`a`',
    '[a](b)',
    '<b>x</b>',
    'a|b',
    '# a',
    '- a',
    '1. a',
    '1986. A',
    '> a',
    '~~a~~',
    '&lt;',
    '\\*a',
    '---',
    '===',
    '+ x',
    '$x$',
    '![a](b)',
    'a\n\nb',
  ])('%j', (name) => {
    expect(textOf(parser.render(literal(name)))).toBe(name.replace(/\s+/g, ' '));
    expect(parser.render(literal(name))).toMatch(/^<p>[^<]*<\/p>\n$/);
  });

  test('any text', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const plain = name.replace(/\s+/g, ' ').trim();
        if (plain !== '') expect(textOf(parser.render(literal(name)))).toBe(plain);
      }),
      { numRuns: 300 },
    );
  });

  test('in a table they keep their cell, and long ones are cut', () => {
    const table = (name: string) =>
      made(
        notebook(
          code('x', [
            shows({ [mime.table]: { columns: ['a', 'b'], rows: [[name, 'end']], total: 1 }, 'text/plain': '' }),
          ]),
        ),
      ).text;
    for (const name of ['a|b', 'a\nb', '<td>', '`|`', 'x'.repeat(10_000)]) {
      const [, row] = /<tbody>\s*<tr>([\s\S]*?)<\/tr>/.exec(parser.render(table(name)))!;
      expect(row.match(/<td/g)).toHaveLength(2);
      expect(row.length).toBeLessThan(400);
    }
  });

  test('of models: in captions, alternative texts and file names', () => {
    const models = compared.models.map((model) => ({ ...model, name: `${model.name}](x) <img src=x>` }));
    const { text, assets } = made(
      notebook(code('x', [payload(mime.comparison, { ...compared, models, baseline: models[1].name })])),
    );
    expect(parser.render(text)).not.toMatch(/<img src="?x/);
    for (const path of assets.keys()) expect(path).toMatch(/^[\w./-]+$/);
  });
});
