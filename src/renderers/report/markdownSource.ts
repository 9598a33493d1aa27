/** Text as Markdown source: names that stay text, code in fences, and Markdown of cells inside a larger one. */

import { nameText } from '../views/textFit.ts';

const special = /[\\`*_[\]<>|~&$]/g;

/** Text that reads as it stands, on one line. */
export const literal = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(special, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2') // else the start of a list, a heading, a rule
    .replace(/^(?:[-+]|#{1,6})(?=\s|$)|^[-=]+$/, '\\$&');

/** Of a cell of a table; longer texts would make the table unreadable. */
export const inCell = (text: string): string => (text.trim() === '' ? '' : literal(nameText(text, 120)));

/** Code as it stands, in a fence that it cannot end. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${/^[\w-]+$/.test(language) ? language : ''}\n${text}\n${fence}`;
}

/**
 * Markdown of a cell, two ranks below the headings of the report; its HTML is text, as in the HTML report, and a fence
 * that it leaves open ends with it.
 * @param images paths by the name after `attachment:`
 */
export function embeddedMarkdown(source: string, images: ReadonlyMap<string, string>): string {
  let fence = '';
  const lines = source.split(/\r?\n/).map((line) => {
    const [, ticks = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence !== '') {
      if (ticks.startsWith(fence) && line.trim() === ticks) fence = '';
      return line;
    }
    fence = ticks;
    return ticks === '' ? outsideCode(line, images) : line;
  });
  return (fence === '' ? lines : [...lines, fence]).join('\n').trim();
}

function outsideCode(line: string, images: ReadonlyMap<string, string>): string {
  const lower = line.replace(
    /^( {0,3})(#{1,6})(?=\s|$)/,
    (_, indent, ranks) => indent + '#'.repeat(Math.min(6, ranks.length + 2)),
  );
  return lower
    .split(/(`+[^`]*`+)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part
            .replace(/<(?!(?:https?:|mailto:)[^\s<>]*>)/g, '&lt;')
            .replace(/\]\(attachment:([^)\s]+)/g, (whole, name) =>
              images.has(name) ? `](${images.get(name)}` : whole,
            ),
    )
    .join('');
}
