/** From values to pixels: the plot area of a curve and its axes. */

import { integerTicks, linearTicks, logTicks } from './ticks.ts';

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (epoch: number) => number;
  /** null where the scale has no place for the value: none on a log scale for 0 and below. */
  readonly y: (value: number) => number | null;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

/** @param values everything that must fit; `log` is given up where one of them is not positive */
export function plotOf(
  area: Pick<Plot, 'left' | 'right' | 'top' | 'bottom'>,
  epochs: number,
  values: readonly number[],
  log: boolean,
): Plot {
  const { left, right, top, bottom } = area;
  const last = Math.max(2, epochs);
  const x = (epoch: number) => left + ((epoch - 1) / (last - 1)) * (right - left);
  const place = log ? Math.log10 : (value: number) => value;
  const back = log ? (at: number) => 10 ** at : (at: number) => at;
  let [from, to] = values.length > 0 ? [place(Math.min(...values)), place(Math.max(...values))] : [0, 1];
  const room = to > from ? (to - from) * 0.06 : Math.abs(from) * 0.1 || 0.5;
  // More room below, where the words of the best epoch stand.
  [from, to] = [from - 3.2 * room, to + room];
  const y = (value: number) =>
    log && value <= 0 ? null : bottom - ((place(value) - from) / (to - from)) * (bottom - top);
  const [low, high] = [back(from), back(to)];
  const yTicks = values.length === 0 ? [] : log ? logTicks(low, high) : linearTicks(low, high);
  return { ...area, x, y, xTicks: integerTicks(1, last), yTicks };
}

/** Whether a value lies so far from the curves that showing it would flatten them. */
export function isFar(value: number, values: readonly number[]): boolean {
  if (values.length === 0) return false;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const reach = 1.5 * (high - low || Math.abs(high) * 0.1);
  return value < low - reach || value > high + reach;
}

/** Places of labels near their wanted places, at least `gap` apart, within [top, bottom]; in the order given. */
export function spreadOut(wanted: readonly number[], gap: number, top: number, bottom: number): readonly number[] {
  const order = wanted.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at);
  const places = new Array<number>(wanted.length);
  let least = top;
  for (const { at, i } of order) {
    places[i] = Math.max(at, least);
    least = places[i] + gap;
  }
  let most = bottom;
  for (const { i } of order.toReversed()) {
    places[i] = Math.min(places[i], most);
    most = places[i] - gap;
  }
  return places;
}
