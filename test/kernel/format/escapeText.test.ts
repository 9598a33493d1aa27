import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeText } from '../../../src/kernel/format/escapeText.ts';

/** What a reader of the markup sees again. */
const unescaped = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

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
