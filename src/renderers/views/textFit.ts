/**
 * Text that keeps its place: names from data in one line, cut to a width that is estimated, since views have no font to
 * measure with. Widths are those of DejaVu Sans, wider than the fonts of most editors.
 */

const narrow = /[ijl.,:;'|!()[\]{}`I/\\ ᵢⱼᵀ₀²]/;
const wide = /[mwMW@%—…]/;
const upper = /[A-Z0-9ΣŷOQ]/;

/** Width of one character in em. */
function charWidth(char: string): number {
  const code = char.codePointAt(0)!;
  if (/\p{M}|\p{Cf}/u.test(char)) return 0; // combining marks and joiners
  if (narrow.test(char)) return 0.36;
  if (wide.test(char)) return 0.98;
  if (upper.test(char)) return 0.7;
  if (code >= 0x1100 && isWide(code)) return 1.1;
  return code < 0x2000 ? 0.63 : 0.8;
}

/** East Asian wide characters and emoji. */
const isWide = (code: number): boolean =>
  code <= 0x115f ||
  (code >= 0x2e80 && code <= 0xa4cf) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe30 && code <= 0xfe6f) ||
  (code >= 0xff00 && code <= 0xff60) ||
  code >= 0x1f000;

/** Estimated width in pixels. */
export function textWidth(text: string, size: number, bold = false): number {
  let em = 0;
  for (const char of text) em += charWidth(char);
  return em * size * (bold ? 1.1 : 1);
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a reader sees as letters, at most `limit`; a letter with a tower of accents keeps a few. */
function* letters(text: string, limit: number): Iterable<string> {
  let count = 0;
  for (const { segment } of segmenter.segment(text.slice(0, limit * 16))) {
    if (count++ === limit) return;
    yield segment.length > 16 ? segment.slice(0, 4) : segment;
  }
}

/** `text` cut to a width in pixels; the last letter shown is then an ellipsis. */
export function fitText(text: string, width: number, size: number, bold = false): { text: string; cut: boolean } {
  const room = width - textWidth('…', size, bold);
  let [kept, whole, used] = ['', '', 0];
  for (const letter of letters(text, 400)) {
    used += textWidth(letter, size, bold);
    if (used > width) return { text: `${kept.trimEnd()}…`, cut: true };
    whole += letter;
    if (used <= room) kept = whole;
  }
  return whole === text ? { text, cut: false } : { text: `${kept.trimEnd()}…`, cut: true };
}

/** Parts of a sentence in lines of at most `width`, a middle dot between parts; a part that is too long stands alone. */
export function wrapped(parts: readonly string[], width: number, size: number, bold = false): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} · ${part}` : '';
    if (longer !== '' && textWidth(longer, size, bold) <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

/** Marks that turn the direction of the text after them. */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|[\ud802\ud803\ud83a\ud83b]/;

/**
 * A name from data, for the middle of a sentence: one line, at most `limit` letters, and its direction of writing kept
 * to itself.
 */
export function nameText(name: string, limit = 60): string {
  const line = name
    .slice(0, limit * 17)
    .replace(directionMarks, '')
    .replace(/\s+/g, ' ')
    .trim();
  const kept = [...letters(line, limit + 1)];
  const short = kept.length > limit ? `${kept.slice(0, limit - 1).join('')}…` : kept.join('');
  if (short === '') return '(no name)';
  return rightToLeft.test(short) ? `\u2068${short}\u2069` : short;
}
