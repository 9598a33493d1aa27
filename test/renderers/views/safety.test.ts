/** Names and messages from data, in every place where a view shows them, are text and keep the picture as it was. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { comparisonView } from '../../../src/renderers/views/comparison.ts';
import { comparisonChart } from '../../../src/renderers/views/comparisonChart.ts';
import { curve } from '../../../src/renderers/views/curves.ts';
import { diagram } from '../../../src/renderers/views/diagram.ts';
import { diagramDiff } from '../../../src/renderers/views/diagramDiff.ts';
import { featurePairList, fieldPairTable } from '../../../src/renderers/views/featurePairs.ts';
import { heatmap } from '../../../src/renderers/views/heatmap.ts';
import { runView } from '../../../src/renderers/views/runView.ts';
import { everyOp, withNodes } from '../../kernel/graph/sample.ts';
import { afm, comparison, run } from './payloads.ts';

/** Every view with `name` in all its texts. */
const views: Record<string, (name: string) => string> = {
  diagram: (name) => diagram(renamed(everyOp, name), { interactive: true }).svg,
  diagramDiff: (name) => diagramDiff(renamed(everyOp, name), renamed(wider, name)).svg,
  heatmap: (name) => heatmap(named(name), { interactive: true }).svg,
  featurePairList: (name) => featurePairList(named(name), 0, 3).html,
  fieldPairTable: (name) => fieldPairTable(named(name)).html,
  curve: (name) => curve(namedRun(name), { baselines: [{ name, value: 0.5 }], interactive: true }).svg,
  runView: (name) => runView(namedRun(name), { interactive: true }).html,
  comparisonView: (name) => comparisonView(namedComparison(name)).html,
  comparisonChart: (name) => comparisonChart(namedComparison(name)).svg,
};

const namedComparison = (name: string): typeof comparison => ({
  ...comparison,
  metric: name,
  baseline: name,
  part: name,
  models: comparison.models.map((model, i) => ({ ...model, name: i === 1 ? name : `${name} ${i}` })),
});

/** The graph with another layer size. */
const wider = withNodes({
  id: 'dense2',
  op: 'dense',
  inputs: ['dropout1'],
  attributes: { units: 7, biasInit: 'zeros' },
});

/** A graph whose name, ids and fields all begin with this text. */
function renamed(graph: Graph, name: string): Graph {
  const id = (old: string) => `${name}${old}`;
  return {
    ...graph,
    name,
    output: id(graph.output),
    nodes: graph.nodes.map((node) => {
      const given = { ...node, id: id(node.id), inputs: node.inputs.map(id) };
      if (given.op !== 'input') return given;
      const fields = given.attributes.fields.map((field) => ({ ...field, name }));
      return { ...given, attributes: { ...given.attributes, fields } };
    }),
  };
}

function named(name: string): typeof afm {
  const feature = { first: name, second: name, weight: 0.5, rows: 30 };
  return {
    ...afm,
    model: name,
    fields: afm.fields.map(() => name),
    measure: name as 'path',
    sample: { part: name, rows: 10 },
    featurePairs: [{ a: 0, b: 3, pairs: [feature] }],
  };
}

function namedRun(name: string): ReturnType<typeof run> {
  const plain = run(3, { state: 'failed', message: name, metric: name });
  const history = plain.history.map((epoch) => ({ ...epoch, validation: { [name]: 0.5 } }));
  return { ...plain, history, config: { ...plain.config, model: name } };
}

const tags =
  /^(svg|g|rect|path|circle|text|title|div|section|strong|span|progress|p|button|table|caption|thead|tbody|tr|th|td|details|summary)$/;

/** Reads markup strictly: balanced known tags, quoted attributes, entities, no stray `<`. */
function read(markup: string): { readonly faults: readonly string[]; readonly shape: string } {
  const faults: string[] = [];
  const open: string[] = [];
  let shape = '';
  let rest = 0;
  for (const match of markup.matchAll(/<(\/?)([A-Za-z]+)((?: [A-Za-z-]+="[^"<>]*")*)(\/?)>|[^<>]+/g)) {
    if (match.index !== rest) faults.push(`not markup: ${markup.slice(rest, rest + 40)}`);
    rest = match.index + match[0].length;
    if (/&(?!(amp|lt|gt|quot|#39);)/.test(match[0])) faults.push(`a bare &: ${match[0]}`);
    const [, end, tag, attributes, leaf] = match;
    if (!tag) continue;
    if (!tags.test(tag)) faults.push(`element ${tag}`);
    const names = attributes.replace(/="[^"]*"/g, '');
    if (/ (on\w+|href|src|style)\b/i.test(names)) faults.push(`attributes ${names}`);
    if (tag !== 'title' && tag !== 'text') shape += `<${end}${tag}${names.replace(/ title/, '')}>`; // how many lines a text takes may differ
    if (end && open.pop() !== tag) faults.push(`unbalanced ${tag}`);
    if (!end && !leaf) open.push(tag);
  }
  if (rest !== markup.length) faults.push('not markup at the end');
  return { faults: [...faults, ...open], shape };
}

const nasty = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  ']]></title><svg onload=alert(1)>',
  '&lt;b&gt;',
  '{{x}}`y`',
  'javascript:alert(1)',
  '__proto__',
  'constructor',
  '😀👩‍👩‍👧‍👦',
  'مرحبا \u202e reversed',
  '\u0000\u0007\ud800',
  'two\nlines\t',
  'x'.repeat(10_000),
  'ﷺ'.repeat(300),
  '',
];

describe.each(Object.keys(views))('%s', (view) => {
  const plain = read(views[view]('name'));

  test('is itself well formed', () => {
    expect(plain.faults).toEqual([]);
  });

  test.each(nasty.map((name) => [name.slice(0, 40), name]))('%j is text', (_, name) => {
    const { faults, shape } = read(views[view](name));
    expect(faults).toEqual([]);
    expect(shape === plain.shape, `the picture of ${name.slice(0, 40)} is another`).toBe(true);
  });

  test('so is any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (name) => {
        const { faults, shape } = read(views[view](name));
        expect(faults).toEqual([]);
        expect(shape === plain.shape, `the picture of ${name.slice(0, 40)} is another`).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

test('a long name is cut, and the whole is its title', () => {
  const name = 'long name '.repeat(1000);
  const svg = heatmap({ ...afm, model: 'AFM', fields: ['a', name, 'b', 'c'] }).svg;
  expect(svg).toMatch(/>long name[^<]{0,60}…<title>/);
});

test('the reader of this test sees faults', () => {
  expect(read('<text><img/></text>').faults).toEqual(['element img']);
  expect(read('<text onload="x">a < b</text>').faults).not.toEqual([]);
  expect(read('<g><text></g>').faults).not.toEqual([]);
});
