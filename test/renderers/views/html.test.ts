import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Attributes, element, escapeText, joined } from '../../../src/renderers/views/html.ts';

/** What a reader of the markup sees again. */
const unescaped = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

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

test('any text: no markup, nothing that XML forbids, and nothing else lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const escaped = escapeText(text);
      expect(escaped).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      expect(() => encodeURIComponent(escaped)).not.toThrow(); // no half of a surrogate pair
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they must be gone
      expect(escaped).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
      const legal = [...text].every((c) =>
        /[\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(c),
      );
      if (legal) expect(unescaped(escaped)).toBe(text);
    }),
  );
});

test('halves of surrogate pairs are replaced, whole pairs are not', () => {
  expect(escapeText('a\ud83d')).toBe('a\ufffd');
  expect(escapeText('\ude00b')).toBe('\ufffdb');
  expect(escapeText('😀')).toBe('😀');
});
