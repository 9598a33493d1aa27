import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { LogMessage, RunMessage } from '../../../src/kernel/format/protocol.ts';
import { OutputCaps } from '../../../src/kernel/process/outputCaps.ts';

function caps(text: number, rich: number) {
  const sent: (RunMessage | LogMessage)[] = [];
  const take = new OutputCaps((message) => sent.push(message), { text, rich });
  const print = (runId: number, text: string, name: 'stdout' | 'stderr' = 'stdout') =>
    take.take({ type: 'stream', runId, name, text });
  const end = (runId: number) =>
    take.take({ type: 'done', runId, status: 'ok', executionCount: 1, defines: [], uses: [] });
  const show = (type: 'output' | 'update', outputId: number, text: string) =>
    take.take({ type, runId: 1, outputId, bundle: { 'text/plain': 'short', 'image/svg+xml': text } });
  const printed = (runId: number) =>
    sent.flatMap((m) => (m.type === 'stream' && m.runId === runId ? [m.text] : [])).join('');
  return { sent, take, print, end, show, printed };
}

const pathIn = (text: string): string => /(\/\S+\.(?:txt|json))/.exec(text)![1];

test('text up to the limit is shown; the rest is in a file, cut at a line, with a count at the end', () => {
  const { print, end, printed } = caps(20, 0);
  print(1, 'first line\n');
  print(1, 'second\nthird and last\n');
  print(1, 'more\n', 'stderr');
  const path = pathIn(printed(1));
  expect(printed(1)).toBe(`first line\nsecond\n… over 20 characters of text: the rest goes to ${path}\n`);
  end(1);
  expect(printed(1).endsWith(`… 2 more lines: ${path}\n`)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('third and last\nmore\n');
  print(1, 'late');
  expect(readFileSync(path, 'utf8')).toBe('third and last\nmore\nlate');
});

test('every run has its own limit', () => {
  const { print, end, printed } = caps(10, 0);
  for (const runId of [1, 2]) {
    print(runId, '123456789\n');
    end(runId);
  }
  expect([printed(1), printed(2)]).toEqual(['123456789\n', '123456789\n']);
});

test('one line that is too long is cut anywhere', () => {
  const { print, printed } = caps(5, 0);
  print(1, 'abcdefghij');
  expect(printed(1).slice(0, 6)).toBe('abcde…');
  expect(readFileSync(pathIn(printed(1)), 'utf8')).toBe('fghij');
});

test('rich data above the limit becomes its text and a file; a replaced output counts once', () => {
  const { sent, show, take } = caps(0, 1000);
  show('output', 1, 'x'.repeat(600));
  for (let i = 0; i < 10; i++) show('update', 1, 'y'.repeat(700));
  expect(sent.every((m) => m.type !== 'log' && 'bundle' in m && m.bundle['image/svg+xml'])).toBe(true);
  show('output', 2, 'z'.repeat(900));
  const large = sent.at(-1) as Extract<RunMessage, { type: 'output' }>;
  expect(Object.keys(large.bundle)).toEqual(['text/plain']);
  expect(large.bundle['text/plain']).toMatch(/^short\n… \d+ more, over the 1,000 that one run may show: /);
  const kept = JSON.parse(readFileSync(pathIn(large.bundle['text/plain']), 'utf8'));
  expect(kept['image/svg+xml']).toBe('z'.repeat(900));
  const value = { 'text/plain': 'v'.repeat(3000) };
  take.take({ type: 'done', runId: 1, status: 'ok', executionCount: 1, defines: [], uses: [], value });
  const shown = (sent.at(-1) as Extract<RunMessage, { type: 'done' }>).value!['text/plain'];
  expect(shown.startsWith(`${'v'.repeat(2000)}\n…`)).toBe(true);
});
