/** Round numbers for axes. */

/** Steps of 1, 2 or 5 times a power of ten within [low, high], about `count` of them; both ends may lie between ticks. */
export function linearTicks(low: number, high: number, count = 5): readonly number[] {
  if (!(high > low)) return Number.isFinite(low) ? [low] : [];
  const step = niceStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiples of a step like 0.1 carry rounding noise; twelve digits drop it.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const digit = rough / power;
  return power * (digit <= 1.5 ? 1 : digit <= 3.5 ? 2 : digit <= 7.5 ? 5 : 10);
}

/** Whole numbers only, for epochs. */
export function integerTicks(low: number, high: number, count = 8): readonly number[] {
  const ticks = linearTicks(low, high, Math.min(count, Math.max(1, high - low))).filter(Number.isInteger);
  return ticks[0] === low ? ticks : [low, ...ticks.filter((tick) => tick - low > (high - low) / (2 * count))];
}

/** 1, 2 and 5 times powers of ten (powers alone over four decades); linear ticks where fewer than three fit. */
export function logTicks(low: number, high: number): readonly number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const digits = to - from > 4 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = from; power <= to; power++)
    for (const digit of digits) {
      const tick = Number((digit * 10 ** power).toPrecision(12));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  return ticks.length >= 3 ? ticks : linearTicks(low, high);
}

/** Decimals that tell neighbouring ticks apart. */
export function tickDecimals(ticks: readonly number[]): number {
  const needed = (x: number) => {
    for (let d = 0; d < 8; d++) if (Math.abs(x - Number(x.toFixed(d))) < 1e-9 * Math.max(1, Math.abs(x))) return d;
    return 8;
  };
  return Math.max(0, ...ticks.map(needed));
}
