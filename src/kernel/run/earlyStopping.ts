/** Early stopping as a pure state machine: plain JSON in, plain JSON out, so that a checkpoint can hold it. */

import { better, type Direction } from './metrics.ts';

/**
 * When to stop, one rule at a time:
 * - `rises: r`: after r strict deteriorations in a row, not before epoch r + 2 (the NFM authors' code, r = 4);
 * - `patience: q`: after q epochs that did not improve on the best by more than `minDelta`.
 */
export type StoppingRule =
  | { readonly rises: number }
  | { readonly patience: number; readonly minDelta: number }
  | { readonly never: true };

/** What is known after some epochs. */
export interface StoppingState {
  /** Epochs seen. */
  readonly epoch: number;
  /** Best value, null before the first that is a number; `bestEpoch` is the earliest epoch that had it (0: none). */
  readonly best: number | null;
  readonly bestEpoch: number;
  /** Value of the last epoch, null where it was not a number. */
  readonly last: number | null;
  /** Strict deteriorations in a row, up to the last epoch. */
  readonly rises: number;
  /** The value that patience measures progress from, and the epochs since it. */
  readonly reference: number | null;
  readonly waited: number;
}

export const stoppingStart: StoppingState = {
  epoch: 0,
  best: null,
  bestEpoch: 0,
  last: null,
  rises: 0,
  reference: null,
  waited: 0,
};

const orNaN = (x: number | null): number => x ?? Number.NaN;
const orNull = (x: number): number | null => (Number.isNaN(x) ? null : x);

/** The state after one more epoch whose watched metric is `value`; NaN and null are worse than every number. */
export function observe(
  rule: StoppingRule,
  direction: Direction,
  state: StoppingState,
  value: number | null,
): StoppingState {
  const v = orNaN(value);
  const epoch = state.epoch + 1;
  const improves = better(direction, v, orNaN(state.best));
  const minDelta = 'minDelta' in rule ? rule.minDelta : 0;
  const progress = better(direction, direction === 'lower' ? v + minDelta : v - minDelta, orNaN(state.reference));
  const rose = state.epoch > 0 && better(direction, orNaN(state.last), v);
  return {
    epoch,
    best: improves ? v : state.best,
    bestEpoch: improves ? epoch : state.bestEpoch,
    last: orNull(v),
    rises: rose ? state.rises + 1 : 0,
    reference: progress ? v : state.reference,
    waited: progress ? 0 : state.waited + 1,
  };
}

export function shouldStop(rule: StoppingRule, state: StoppingState): boolean {
  if ('rises' in rule) return state.rises >= rule.rises && state.epoch >= rule.rises + 2;
  if ('patience' in rule) return state.waited >= rule.patience;
  return false;
}
