/** Help texts, printed from the same tables of flags that the commands read. */

import type { Flags } from './flags.ts';

const width = 100;
const indent = 29;

/** The help of one command: how it is called, what it does, and its flags by group. */
export function commandHelp(usage: readonly string[], about: string, flags: Flags): string {
  const lines = [...usage.map((line, i) => (i === 0 ? `Usage: ${line}` : `       ${line}`)), '', ...wrap(about, 0)];
  let heading = '';
  for (const [name, flag] of Object.entries(flags)) {
    const { group = 'Flags' } = flag;
    if (group !== heading) lines.push('', `${group}:`);
    heading = group;
    lines.push(...flagLines(`--${name}${flag.value === null ? '' : ` ${flag.value}`}`, flag.help));
  }
  return `${lines.join('\n')}\n`;
}

/** A term with its explanation beside it, or below where the term is long. */
export function flagLines(term: string, help: string): string[] {
  const explained = wrap(help, indent);
  if (term.length + 4 > indent) return [`  ${term}`, ...explained];
  return [`  ${term}`.padEnd(indent) + explained[0].trimStart(), ...explained.slice(1)];
}

/** Words in lines of at most `width` letters, every line indented by `by` spaces. */
function wrap(text: string, by: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && by + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(by) + each);
}
