import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitText, nameText, textWidth, wrapped } from '../../../src/renderers/views/textFit.ts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('text cut to a width', () => {
  test('what fits is kept', () => {
    expect(fitText('user', 100, 11)).toEqual({ text: 'user', cut: false });
  });

  test('what does not ends with an ellipsis and is not wider', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 20, max: 200 }), (text, width) => {
        const { text: shown, cut } = fitText(text, width, 11);
        expect(textWidth(shown, 11)).toBeLessThanOrEqual(width);
        if (cut) expect(shown.endsWith('…')).toBe(true);
        else expect(shown).toBe(text);
      }),
    );
  });

  test('10,000 letters take no longer than a few', () => {
    const { text, cut } = fitText('long name '.repeat(1000), 120, 11);
    expect(cut).toBe(true);
    expect(text.length).toBeLessThan(30);
  });

  test('families of emoji are cut as one letter', () => {
    const family = '👩‍👩‍👧‍👦';
    expect(fitText(family.repeat(5), 60, 11).text).toMatch(new RegExp(`^(${family})*…$`, 'u'));
  });

  test('a tower of accents loses most of them', () => {
    const tower = `a${'\u0301'.repeat(500)}`;
    expect(fitText(tower, 100, 11).text.length).toBeLessThan(10);
  });
});

describe('names within sentences', () => {
  test.each([
    ['two\nlines', 'two lines'],
    ['', '(no name)'],
    ['\u202eevil', 'evil'],
    ['שלום', '\u2068שלום\u2069'],
    ['x'.repeat(100), `${'x'.repeat(59)}…`],
  ])('%j', (name, shown) => {
    expect(nameText(name)).toBe(shown);
  });

  test('no name turns the text after it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(nameText(name).replace(/^\u2068([^\u2068\u2069]*)\u2069$/, '$1')).not.toMatch(
          /[\u202a-\u202e\u2066-\u2069\n\r]/,
        );
      }),
    );
  });
});

test('parts of a sentence in lines', () => {
  expect(wrapped(['one', 'two', 'three'], 62, 11)).toEqual(['one · two', 'three']);
  expect(wrapped([], 45, 11)).toEqual([]);
});
