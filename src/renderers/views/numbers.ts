/** How numbers are written in every view. */

export interface NumberFormat {
  /** Significant digits of a number that is no integer. 4. */
  readonly digits?: number;
  /** Instead: decimals, for columns that must align. */
  readonly decimals?: number;
}

/** `354,183`, `0.3921`, `1.2e-7`; a dash where there is no number. */
export function formatNumber(x: number | null | undefined, { digits = 4, decimals }: NumberFormat = {}): string {
  if (x === null || x === undefined) return '—';
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '-∞';
  const size = Math.abs(x);
  if (size >= 1e12 || (decimals === undefined && size > 0 && size < 1e-4))
    return x.toExponential(Math.max(0, digits - 1)).replace(/\.?0*e\+?/, 'e');
  if (Number.isInteger(x) && decimals === undefined) return grouped(x, 0);
  return grouped(x, decimals ?? Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
}

const grouped = (x: number, decimals: number): string =>
  x.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** 0.973 is `97.3 %`. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return `${grouped(100 * share, 1)} %`;
}

/** `0.8 s`, `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '—';
  if (seconds < 9.95) return `${grouped(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${grouped(Math.floor(minutes / 60), 0)} h ${minutes % 60} min`;
}

/** `12.3k`, `1.5M`: for rates, where the first digits matter. */
export function formatRate(x: number): string {
  if (!Number.isFinite(x) || x < 0) return '—';
  const [scaled, unit] = x >= 999_500 ? [x / 1e6, 'M'] : x >= 999.5 ? [x / 1e3, 'k'] : [x, ''];
  return `${grouped(scaled, unit !== '' && scaled < 99.95 ? 1 : 0)}${unit}`;
}

/** `1 pair`, `45 pairs`. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${formatNumber(n)} ${n === 1 ? one : many}`;
