/** Cells and their outputs as a report has them. */

import { expect, test } from 'vitest';
import { mime } from '../../../src/kernel/format/mime.ts';
import type { Block } from '../../../src/renderers/report/model/blocks.ts';
import { type Report, reportOf } from '../../../src/renderers/report/model/report.ts';
import { graphOf } from '../views/payloads.ts';
import { code, compared, fails, finished, notebook, payload, prints, shows, source } from './notebooks.ts';

const blocksOf = (id: string, of: Report): readonly Block[] =>
  of.sections.find((section) => section.id === id)?.blocks ?? [];

const blocks = (...outputs: Parameters<typeof code>[1][]) =>
  blocksOf('notebook', reportOf(notebook(...outputs.map((each) => code('', each))), source));

test('errors are warned of at the top and shown in place, without the codes of a terminal', () => {
  const failed = reportOf(
    notebook(
      code('x', [fails('RangeError', 'too far', ['\u001b[31mRangeError: too far\u001b[0m', '    at Cell 1:3:7'])]),
    ),
    source,
  );
  expect(failed.warnings).toEqual(['Cell 1 failed with RangeError: too far']);
  expect(blocksOf('notebook', failed)[1]).toEqual({
    kind: 'printed',
    stream: 'error',
    text: 'RangeError: too far\n    at Cell 1:3:7',
  });
  const expected = reportOf(notebook(code('x', [fails('Error', 'as meant')], ['raises-exception'])), source);
  expect(expected.warnings).toEqual([]);
});

test('HTML and scripts are text, or not there where there is text', () => {
  const html = '<b onclick="x()">bold</b><script>alert(1)</script>';
  expect(blocks([shows({ 'text/html': html, 'text/plain': 'plain' })])).toEqual([
    { kind: 'printed', text: 'plain', stream: 'output' },
  ]);
  expect(blocks([shows({ 'text/html': html })])[0]).toMatchObject({
    kind: 'folded',
    blocks: [{ kind: 'printed', text: html }],
  });
  expect(blocks([shows({ 'application/javascript': 'alert(1)' })])[0]).toMatchObject({
    kind: 'paragraph',
    tone: 'quiet',
  });
});

test('pictures are images with words; base64 that is none is not', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
  expect(blocks([shows({ 'image/svg+xml': svg, 'text/plain': 'a circle\nmore' })])).toEqual([
    { kind: 'image', type: 'image/svg+xml', data: svg, encoding: 'utf8', alt: 'a circle' },
  ]);
  expect(
    blocks([shows({ 'image/png': 'iVBO\nRw==\n', 'text/plain': '' }, { 'image/png': { alt: 'said' } })])[0],
  ).toMatchObject({ data: 'iVBORw==', alt: 'said' });
  expect(blocks([shows({ 'image/png': '"><script>', 'text/plain': 'words' })])[0]).toMatchObject({
    kind: 'printed',
    text: 'words',
  });
});

test('a chart of the notebook is a figure with what was saved of it', () => {
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: 'Ages',
    mark: 'bar',
    data: { values: [{ a: 1 }] },
  };
  expect(blocks([shows({ [mime.vegaLite]: spec, 'image/svg+xml': '<svg/>', 'text/plain': 'x' })])[0]).toMatchObject({
    ...{ kind: 'chart', number: 1, spec, picture: { type: 'image/svg+xml' }, text: 'Chart: Ages (bar, 1 row)' },
  });
});

test('long texts are cut in the middle', () => {
  const text = (
    blocks([prints(Array.from({ length: 1000 }, (_, i) => `line ${i}`).join('\n'))])[0] as { readonly text: string }
  ).text;
  expect(text.split('\n')).toHaveLength(161);
  expect(text).toMatch(/^line 0\n[\s\S]*line 119\n… 840 lines left out …\nline 960\n[\s\S]*line 999$/);
});

test('more figures than fit above stay in their places; the same figure is shown once', () => {
  const named = (name: string) => ({ ...graphOf('fm'), name });
  const many = reportOf(
    notebook(
      ...['A', 'B', 'C'].map((name) => code(name, [payload(mime.graph, named(name))])),
      code('again', [payload(mime.graph, named('A'))]),
    ),
    source,
  );
  expect(blocksOf('architecture', many)).toHaveLength(1);
  expect(blocksOf('notebook', many).map(({ kind }) => kind)).toEqual([
    ...['code', 'figure', 'code', 'figure', 'code', 'reference', 'code', 'reference'],
  ]);
});

test('without a shown model the architecture is that of the verdict', () => {
  for (const output of [payload(mime.run, finished), payload(mime.comparison, compared)])
    expect(blocksOf('architecture', reportOf(notebook(code('', [output])), source))[0]).toMatchObject({
      figure: { shown: { payload: { name: 'NFM-1' } } },
    });
});
