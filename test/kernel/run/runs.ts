/** Small splits and a steady clock for tests of training. */

import type { Dataset, Split } from '../../../src/kernel/data/dataset.ts';
import { takeRows } from '../../../src/kernel/data/dataset.ts';
import type { RunEvent } from '../../../src/kernel/run/events.ts';
import { type Targets, tinyData } from '../engine/tinyData.ts';
import { float32Engine } from './float32Engine.ts';

/** 40 training, 12 validation and 8 test rows of tiny data. */
export function tinySplit(targets: Targets = 'numbers'): Required<Split> {
  const data = tinyData(targets, 60);
  const part = (from: number, to: number): Dataset =>
    takeRows(
      data,
      Int32Array.from({ length: to - from }, (_, i) => from + i),
    );
  return { train: part(0, 40), validation: part(40, 52), test: part(52, 60) };
}

/** A clock that moves by `step` milliseconds at every look. */
export function steadyClock(step = 1): () => number {
  let time = 0;
  return () => (time += step);
}

/** Options that every tiny run shares: a small batch, few epochs, no early stop, a steady clock. */
export const tinyOptions = () => ({
  engine: float32Engine,
  epochs: 5,
  batchSize: 8,
  earlyStopping: false as const,
  now: steadyClock(),
});

/** All events of a run, and what it returned. */
export async function collect<T>(run: AsyncGenerator<RunEvent, T, void>): Promise<{ events: RunEvent[]; fitted: T }> {
  const events: RunEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { events, fitted: next.value };
    events.push(next.value);
  }
}
