import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Paced } from '../../src/extension/paced.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function paced() {
  const written: number[] = [];
  return { written, pace: new Paced<number>(100, (value) => written.push(value)) };
}

test('the first value is written at once, later ones at most once in a while, the newest always', () => {
  const { written, pace } = paced();
  for (let i = 1; i <= 5; i++) pace.put(i);
  expect(written).toEqual([1]);
  vi.advanceTimersByTime(100);
  expect(written).toEqual([1, 5]);
  vi.advanceTimersByTime(1000);
  expect(written).toEqual([1, 5]);
  pace.put(6);
  expect(written).toEqual([1, 5, 6]);
});

test('flush writes what waits, once', () => {
  const { written, pace } = paced();
  pace.put(1);
  pace.put(2);
  pace.flush();
  pace.flush();
  vi.advanceTimersByTime(1000);
  expect(written).toEqual([1, 2]);
});
