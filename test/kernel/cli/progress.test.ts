import { expect, test } from 'vitest';
import { duration, Progress } from '../../../src/kernel/cli/progress.ts';
import { wasmEngine } from '../../../src/kernel/engine/wasm/wasmEngine.ts';
import { fm } from '../../../src/kernel/models/fm.ts';
import { train } from '../../../src/kernel/run/train.ts';
import { steadyClock, tinySplit } from '../run/runs.ts';

/** All that a run writes to standard error. */
async function written(columns: number | null): Promise<string> {
  let text = '';
  const progress = new Progress({
    out: (more) => {
      text += `out:${more}`;
    },
    note: (line) => {
      text += `${line}\n`;
    },
    draw: (more) => {
      text += more;
    },
    columns: () => columns,
    signal: new AbortController().signal,
  });
  const split = tinySplit();
  // a clock that moves 100 ms a look makes every step long enough for a progress event
  const options = { engine: wasmEngine, epochs: 2, batchSize: 4, now: steadyClock(100) };
  for await (const event of train(fm(split.train, { factors: 2 }).graph, split, options)) progress.show(event);
  progress.end();
  return text;
}

test('on a terminal one line is drawn again and again, never longer than the terminal', async () => {
  const text = await written(70);
  const [head, drawn, rest] = text.split('\n');
  expect([head, rest]).toEqual([expect.stringMatching(/^FM: .* parameters, 40 rows an epoch/), '']);
  const lines = drawn.split('\r\u001b[2K').slice(1);
  expect(lines.length).toBeGreaterThan(4);
  expect(lines[0]).toMatch(/^epoch 1\/2 {2}\[=+ +\] {2}loss \d/);
  expect(lines.at(-1)).toMatch(/^epoch 2\/2 {2}\[={20}\] {2}loss \d/);
  expect(Math.max(...lines.map((line) => line.length))).toBe(69);
});

test('elsewhere a plain line an epoch', async () => {
  const lines = (await written(null)).split('\n');
  expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['FM: 49', 'epoch 1/2', 'epoch 2/2', '']);
  expect(lines[1]).toMatch(/ {2}validation RMSE \d.\d{4} .* {2}at most \d+:\d\d left/);
});

test('durations', () => {
  expect([0, 7.4, 59.6, 750, 3729].map(duration)).toEqual(['0:00', '0:07', '1:00', '12:30', '1:02:09']);
});
