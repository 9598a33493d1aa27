import { expect, test } from 'vitest';
import { observe, type StoppingRule, shouldStop, stoppingStart } from '../../../src/kernel/run/earlyStopping.ts';
import type { Direction } from '../../../src/kernel/run/metrics.ts';

/** The epoch at which the rule stops (null: never) and the best one by then. */
function play(rule: StoppingRule, values: (number | null)[], direction: Direction = 'lower') {
  let state = stoppingStart;
  for (const value of values) {
    state = observe(rule, direction, state, value);
    if (shouldStop(rule, state)) return { stop: state.epoch, best: state.bestEpoch };
  }
  return { stop: null, best: state.bestEpoch };
}

const rises = { rises: 4 };
const patience = (q: number, minDelta = 0) => ({ patience: q, minDelta });

test('four rises in a row stop at the sixth value at the earliest', () => {
  expect(play(rises, [1, 2, 3, 4, 5, 6, 7])).toEqual({ stop: 6, best: 1 });
  expect(play(rises, [9, 1, 2, 3, 4, 5])).toEqual({ stop: 6, best: 2 });
  expect(play(rises, [9, 8, 1, 2, 3, 4, 5])).toEqual({ stop: 7, best: 3 });
});

test('an equal or lower value breaks a run of rises', () => {
  expect(play(rises, [1, 2, 3, 3, 4, 5, 6])).toEqual({ stop: null, best: 1 });
  expect(play(rises, [1, 2, 3, 2.5, 4, 5, 6, 7])).toEqual({ stop: 8, best: 1 });
});

test('a higher-is-better metric turns the rule round', () => {
  expect(play(rises, [0.5, 0.9, 0.8, 0.7, 0.6, 0.5], 'higher')).toEqual({ stop: 6, best: 2 });
  expect(play(rises, [0.5, 0.6, 0.7, 0.8, 0.9, 1], 'higher')).toEqual({ stop: null, best: 6 });
});

test('patience counts epochs without progress, and minDelta says what progress is', () => {
  expect(play(patience(2), [3, 2, 2, 2])).toEqual({ stop: 4, best: 2 });
  expect(play(patience(2), [3, 2, 2.5, 1.9, 2, 2])).toEqual({ stop: 6, best: 4 });
  expect(play(patience(2, 0.5), [3, 2.9, 2.8])).toEqual({ stop: 3, best: 3 });
  expect(play(patience(2, 0.5), [3, 2.7, 2.4, 2.1, 1.8])).toEqual({ stop: null, best: 5 });
  expect(play(patience(1), [0.5, 0.6, 0.6], 'higher')).toEqual({ stop: 3, best: 2 });
});

test('the best epoch is the earliest on ties, and never one without a number', () => {
  expect(play({ never: true }, [2, 1, 1, 3])).toEqual({ stop: null, best: 2 });
  expect(play({ never: true }, [Number.NaN, null, 5, Number.NaN])).toEqual({ stop: null, best: 3 });
  expect(play({ never: true }, [Number.NaN])).toEqual({ stop: null, best: 0 });
  expect(play(patience(2), [1, Number.NaN, Number.NaN])).toEqual({ stop: 3, best: 1 });
});

test('the state survives JSON', () => {
  const state = observe(rises, 'lower', stoppingStart, Number.NaN);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});
