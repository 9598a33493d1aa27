/** Printed text as it looks on a page: without the control sequences of a terminal, and not without end. */

import { applyControls } from '../../../kernel/format/terminalText.ts';
import { counted } from '../../views/numbers.ts';

/** Colours, cursor moves, window titles. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g;

const [firstLines, lastLines] = [120, 40];
const longestLine = 2000;

/** A report shows the first 120 and the last 40 lines of a long text, and of a long line its first 2,000 letters. */
export function printedText(text: string): string {
  const lines = applyControls(text.replace(sequences, '')).replace(/\n$/, '').split('\n');
  const left = lines.length - firstLines - lastLines;
  const kept =
    left > 1
      ? [...lines.slice(0, firstLines), `… ${counted(left, 'line')} left out …`, ...lines.slice(-lastLines)]
      : lines;
  return kept.map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line)).join('\n');
}
