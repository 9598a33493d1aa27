import { describe, expect, test } from 'vitest';
import { type Attributes, element, joined } from '../../../src/renderers/views/html.ts';

test('text and attributes stay text', () => {
  const made = element('text', { x: 1.005, title: '"><script>', hidden: true, none: null }, "<b>'&", 3, false);
  expect(String(made)).toBe('<text x="1" title="&quot;&gt;&lt;script&gt;" hidden="">&lt;b&gt;&#39;&amp;3</text>');
});

test('elements without content: short in SVG, with an end tag in HTML', () => {
  expect(String(joined(element('rect', { x: 0.125 }), element('td', {})))).toBe('<rect x="0.13"/><td></td>');
});

test('markup cannot be forged by data', () => {
  const forged = JSON.parse('{"text": "<b>", "toString": null}');
  forged.toString = () => '<script>';
  expect(String(element('p', {}, forged))).toBe('<p>&lt;script&gt;</p>');
});

describe('what a view never makes', () => {
  test.each(['script', 'style', 'iframe', 'a b', 'foreignObject'])('element %s', (tag) => {
    expect(() => element(tag, {})).toThrow('makes no element');
  });
  test.each(['onclick', 'ONLOAD', 'href', 'src', 'style', 'x y', '"'])('attribute %s', (name) => {
    expect(() => element('p', { [name]: 'x' } as Attributes)).toThrow('sets no attribute');
  });
});
