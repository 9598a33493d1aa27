import { expect, test } from 'vitest';
import { MemoryWatch, memoryText } from '../../../src/kernel/process/memoryWatch.ts';

const states = (watch: MemoryWatch, measured: readonly number[]) =>
  measured.map((bytes) => watch.measure(bytes)?.state);

test('a warning at 75 % and an alarm at the limit, each once', () => {
  const watch = new MemoryWatch('process', 1000);
  expect(states(watch, [10, 749, 750, 760, 999, 1000, 1001, 1099])).toEqual([
    undefined,
    undefined,
    'high',
    undefined,
    undefined,
    'full',
    undefined,
    undefined,
  ]);
});

test('after an alarm the next comes with a tenth more, or after a fall below the limit', () => {
  const watch = new MemoryWatch('process', 1000);
  expect(states(watch, [1000, 1100, 1150, 900, 1000])).toEqual(['full', 'full', undefined, undefined, 'full']);
});

test('a warning comes again after a fall', () => {
  const watch = new MemoryWatch('process', 1000);
  expect(states(watch, [800, 700, 800])).toEqual(['high', undefined, 'high']);
});

test('the heap is stopped before V8 is', () => {
  const gigabyte = 2 ** 30;
  const watch = new MemoryWatch('heap', gigabyte);
  expect(watch.measure(gigabyte * 0.9)?.state).toBe('full');
  expect(memoryText(watch.measure(2 * gigabyte)!)).toBe('Memory: JavaScript values take 2.1 GB of at most 870 MB.');
});
