/** The HTML file: its policy, its structure, and that nothing from a notebook is more than text in it. */

import { createHash } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mime } from '../../../src/kernel/format/mime.ts';
import type { Notebook } from '../../../src/kernel/format/notebook.ts';
import { htmlReport } from '../../../src/renderers/report/htmlReport.ts';
import { reportOf } from '../../../src/renderers/report/model/report.ts';
import { graphOf, interactions } from '../views/payloads.ts';
import {
  code,
  compared,
  dataCard,
  fails,
  finished,
  markdown,
  notebook,
  payload,
  prints,
  shows,
  source,
  study,
} from './notebooks.ts';

const script = 'console.log("</script><!-- charts")';
const pageOf = (of: Notebook, charts: string | null = script): string => htmlReport(reportOf(of, source), { charts });
const page = pageOf(study);

/** Start tags with their attributes, but for what stands in scripts and styles. */
const tagsOf = (html: string): readonly string[] =>
  [...html.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '<$1>').matchAll(/<[a-zA-Z](?:[^>"]|"[^"]*")*>/g)].map(
    ([tag]) => tag,
  );

test('the policy lets that script run whose hash it has, and nothing load', () => {
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!;
  const [, inline] = /<script type="module">([\s\S]*?)<\/script>/.exec(page)!;
  expect(inline).toBe('console.log("<\\/script><\\!-- charts")');
  const hash = createHash('sha256').update(inline).digest('base64');
  expect(policy.replaceAll('&#39;', "'")).toBe(
    `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

test('without charts there is no script and no data for one, and all pictures are there', () => {
  const plain = pageOf(study, null);
  expect(plain).not.toMatch(/<script|script-src|data-chart/);
  expect(plain.match(/<figure/g)).toHaveLength(4);
  expect(plain.match(/<svg/g)!.length).toBeGreaterThanOrEqual(4);
});

test('language, title, headings in order, labels, unique ids, links that lead somewhere', () => {
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page).toContain('<title>A study of NFM</title>');
  const ranks = [...page.matchAll(/<h([1-6])[ >]/g)].map(([, rank]) => Number(rank));
  expect(ranks[0]).toBe(1);
  expect(ranks.filter((rank) => rank === 1)).toHaveLength(1);
  for (const [i, rank] of ranks.entries()) expect(rank).toBeLessThanOrEqual((ranks[i - 1] ?? 0) + 1);
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of page.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(target);
  for (const [, chart] of page.matchAll(/ data-chart="([^"]*)"/g)) expect(ids).toContain(chart);
  for (const tag of tagsOf(page).filter((each) => each.startsWith('<svg')))
    expect(tag).toMatch(/role="(img|group)".*aria-label="[^"]{10,}"/);
});

test('no address leads out of the file by itself', () => {
  for (const tag of tagsOf(page)) {
    expect(tag).not.toMatch(/ (?:src|srcset|poster|data|action|background)="(?!data:)/);
    if (/^<(?!a )/.test(tag)) expect(tag).not.toMatch(/ href=/);
  }
  expect(page).not.toMatch(/@import|url\(/);
});

test('headings of cells never skip a rank', () => {
  const ranks = [
    ...pageOf(notebook(markdown('#### deep\n\n# up\n\n### down'), code('', [prints('x')]))).matchAll(/<h([1-6])[ >]/g),
  ];
  expect(ranks.map(([, rank]) => rank).slice(3, 6)).toEqual(['3', '3', '4']);
});

describe('Markdown of cells', () => {
  const body = (text: string): string =>
    /<div class="markdown" dir="auto">([\s\S]*?)<\/div>/.exec(
      pageOf(notebook(markdown(text), code('', [prints('x')]))),
    )![1];

  test('has no HTML of its own', () => {
    expect(body('a <img src=x onerror=alert(1)> b')).toBe('<p>a &lt;img src=x onerror=alert(1)&gt; b</p>\n');
    expect(body('<script>alert(1)</script>')).not.toContain('<script>');
  });

  test('links lead to the web or nowhere', () => {
    expect(body('[a](https://example.org/?a="b")')).toContain(
      '<a href="https://example.org/?a=%22b%22" rel="noopener noreferrer">a</a>',
    );
    for (const target of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'other.ipynb',
      '//host/x',
      'vbscript:x',
      'data:text/html,x',
    ])
      expect(body(`[a](${target}) [b](${target} "t")`)).not.toMatch(/<a |javascript:alert\(1\)"/);
  });

  test('pictures are carried or named', () => {
    const dot = 'data:image/png;base64,iVBORw0KGgo=';
    expect(body(`![a dot](${dot})`)).toContain(`<img src="${dot}" alt="a dot">`);
    for (const elsewhere of ['https://host/x.png', 'x.png', 'attachment:none.png', 'data:text/html,x'])
      expect(body(`![words](${elsewhere})`)).not.toContain('<img');
    const attached = {
      ...markdown('![p](attachment:a%20b.png)'),
      attachments: { 'a b.png': { 'image/png': 'iVBORw==' } },
    };
    expect(pageOf(notebook(attached, code('', [prints('x')])))).toContain(
      '<img src="data:image/png;base64,iVBORw==" alt="p">',
    );
  });

  test('code has colours', () => {
    expect(body('```ts\nconst x = "<b>";\n```')).toMatch(/hljs-keyword">const<.*&quot;&lt;b&gt;&quot;/);
  });
});

const nasty = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  '</style><script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  ']]></title><svg onload=alert(1)>',
  '{{x}}`alert(1)`',
  '[a](javascript:alert(1))',
  '😀👩‍👩‍👧‍👦',
  'مرحبا \u202e reversed',
  '\u0000\u0007\ud800\u2028',
  'x'.repeat(10_000),
  'two\nlines\t|a|',
  '',
];

/** The name in every place that data can reach. */
function hostile(name: string): Notebook {
  const run = { ...finished, metric: 'rmse', config: { ...finished.config, model: name, engine: name } };
  const models = compared.models.map((model) => ({ ...model, name: `${model.name}${name}` }));
  const card = {
    ...dataCard,
    terms: name,
    fields: dataCard.fields.map((field) => ({ ...field, name })),
    warnings: [name],
    files: [{ path: name, sha256: name }],
  };
  return notebook(
    code(name, [prints(name), prints(name, 'stderr'), fails(name, name, [name])]),
    code('c', [payload(mime.comparison, { ...compared, models, part: name, baseline: `FM${name}` })]),
    code('r', [payload(mime.run, run), payload(mime.dataCard, card)]),
    code('g', [payload(mime.graph, { ...graphOf('nfm'), name })]),
    code('i', [payload(mime.interactions, interactions({ model: name, fields: ['a', name, 'b', name] }))]),
    code('t', [shows({ [mime.table]: { columns: [name], rows: [[name]], total: 1 }, 'text/plain': name })]),
    code('h', [
      shows({ 'text/html': name }),
      shows({ 'image/svg+xml': name, 'text/plain': name }),
      shows({ [mime.vegaLite]: { title: name }, 'text/plain': name }),
    ]),
  );
}

describe('names from data are text', () => {
  const shape = tagsOf(pageOf(hostile('name'))).map((tag) => tag.replace(/="[^"]*"/g, ''));
  const check = (name: string): void => {
    const made = pageOf(hostile(name));
    const faults = tagsOf(made).filter((tag) =>
      /^<(iframe|object|embed|link|base|form|input)\b| on\w+=/i.test(tag.replace(/="[^"]*"/g, '=')),
    );
    expect(faults).toEqual([]);
    // The same elements as with a harmless name; how often a text is cut, folded or coloured may differ.
    const variable = /^<(title|text|span|tspan|br|code|pre|p|details|summary|figcaption|b|td|th|dd|dt)\b/;
    const kept = (tags: readonly string[]) => tags.filter((tag) => !variable.test(tag));
    expect(kept(tagsOf(made).map((tag) => tag.replace(/="[^"]*"/g, '')))).toEqual(kept(shape));
    for (const [, json] of made.matchAll(/<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/g))
      expect(() => JSON.parse(json)).not.toThrow();
    expect(made.match(/<script type="module">/g)).toHaveLength(1);
    expect(made.match(/<\/script>/g)).toHaveLength(made.match(/<script /g)!.length);
  };

  test.each(nasty.filter((name) => name !== '').map((name) => [name.slice(0, 40), name]))('%j', (_, name) =>
    check(name),
  );

  test('any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (name) => check(`x${name}`)),
      { numRuns: 15 },
    );
  });

  test('long names are cut where they would take the page, with the whole to be read', () => {
    const name = 'long name '.repeat(1000).trim();
    const made = pageOf(hostile(name), null);
    expect(made).toMatch(new RegExp(`<t[hd][^>]* title="${name}"[^>]*>long name[^<]{0,60}…`));
  });
});

test('the pictures in the page are well-formed SVG', () => {
  for (const [svg] of page.matchAll(/<svg [\s\S]*?<\/svg>/g)) {
    const problems: string[] = [];
    new DOMParser({ onError: (_, text) => void problems.push(text) }).parseFromString(svg, 'image/svg+xml');
    expect(problems).toEqual([]);
  }
});
