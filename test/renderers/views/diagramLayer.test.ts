/** A layer that a user wrote in the diagram: its code is shown as text, whatever is in it. */

import { expect, test } from 'vitest';
import type { OpAttributes } from '../../../src/kernel/graph/graph.ts';
import { diagram } from '../../../src/renderers/views/diagram.ts';
import { diagramDiff } from '../../../src/renderers/views/diagramDiff.ts';
import { node, withNodes } from '../../kernel/graph/sample.ts';

const layered = (change: Partial<OpAttributes['layer']>) => {
  const { attributes } = node('gate') as { readonly attributes: OpAttributes['layer'] };
  return withNodes({ id: 'gate', op: 'layer', inputs: ['dropout1'], attributes: { ...attributes, ...change } });
};

/** What hovering the layer's box tells. */
const hovered = (svg: string): string => /data-nodes="gate"><title>([^<]*)<\/title>/.exec(svg)![1];

test('a layer shows its name and width, and on hover its code, its parameters and their starts', () => {
  const { svg, text } = diagram(layered({}));
  expect(text).toContain(' → Layer gate → ');
  expect(svg).toContain('own operations, 3 units');
  expect(hovered(svg)).toBe(
    'layer &quot;gate&quot;: (x, p, tf) =&gt; tf.matMul(tf.mul(x, tf.sigmoid(p.strength)), p.W), ' +
      'shape [3], strength [5] zeros, W [5, 3] glorot\n[B, 5] → [B, 3]\n' +
      '20 parameters: gate.strength [5], gate.W [5, 3]',
  );
});

test('code is text, and long code is cut', () => {
  const hostile = diagram(layered({ code: '(x) => "</title><script>alert(1)</script>"' })).svg;
  expect(hostile).not.toContain('<script');
  expect(hovered(hostile)).toContain('&lt;script&gt;alert(1)');
  const long = hovered(diagram(layered({ code: `(x) => x // ${'very '.repeat(1000)}` })).svg);
  expect(long).toMatch(/^layer &quot;gate&quot;: \(x\) =&gt; x \/\/ (?:very )+v?e?r?…, shape \[3\], /);
  expect(long.length).toBeLessThan(600);
});

test('other code is a change, with the same settings or with others', () => {
  const before = layered({ code: '(x, p, tf) => tf.tanh(x)' });
  const changes = (after: Partial<OpAttributes['layer']>) => {
    const { svg, text } = diagramDiff(before, layered(after));
    return [/\d changed|no difference/.exec(text)?.[0], svg.includes('code changed'), svg.includes('shape [3] → [2]')];
  };
  expect(changes({ code: '(x, p, tf) => tf.relu(x)' })).toEqual(['1 changed', true, false]);
  expect(changes({ code: '(x, p, tf) => tf.tanh(x)' })).toEqual(['no difference', false, false]);
  expect(changes({ code: '(x, p, tf) => tf.tanh(x)', shape: [2] })).toEqual(['2 changed', false, true]);
});
