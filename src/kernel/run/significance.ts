/** The paired t-test, two-sided, with exact p-values from Student's t distribution. */

export interface PairedTest {
  /** Number of differences. */
  readonly n: number;
  readonly meanDifference: number;
  readonly t: number;
  readonly degreesOfFreedom: number;
  /** Probability of a |t| at least this large when the true mean difference is 0. */
  readonly p: number;
  /** 95 % confidence interval of the mean difference. */
  readonly interval: readonly [low: number, high: number];
}

/**
 * Tests whether the mean of paired differences is 0: t = mean / (sd / √n), n - 1 degrees of freedom. It takes the
 * differences as independent, which rows of one user are not; see `meansByGroup`.
 * @returns null for fewer than two differences
 */
export function pairedTest(differences: ArrayLike<number>): PairedTest | null {
  const n = differences.length;
  if (n < 2) return null;
  const { mean, deviation } = moments(differences);
  const error = deviation / Math.sqrt(n);
  const t = mean === 0 ? 0 : mean / error; // no spread at all: t is infinite and p is 0
  const degreesOfFreedom = n - 1;
  const margin = error * criticalT(degreesOfFreedom);
  const p = twoSidedP(t, degreesOfFreedom);
  return { n, meanDifference: mean, t, degreesOfFreedom, p, interval: [mean - margin, mean + margin] };
}

/** Mean and sample standard deviation (n - 1; 0 for one value), in two passes. */
export function moments(values: ArrayLike<number>): { readonly mean: number; readonly deviation: number } {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i] / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  return { mean, deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0 };
}

/** The mean of the values of each group: one difference a user instead of one a row. */
export function meansByGroup(values: ArrayLike<number>, group: Int32Array): Float64Array {
  const sums = new Map<number, { sum: number; n: number }>();
  for (let i = 0; i < values.length; i++) {
    const entry = sums.get(group[i]) ?? { sum: 0, n: 0 };
    entry.sum += values[i];
    entry.n++;
    sums.set(group[i], entry);
  }
  return Float64Array.from(sums.values(), ({ sum, n }) => sum / n);
}

/** P(|T| ≥ |t|) for Student's t: I_x(df / 2, 1 / 2) with x = df / (df + t²). */
export function twoSidedP(t: number, degreesOfFreedom: number): number {
  return Number.isFinite(t)
    ? incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
    : 0;
}

/** The t whose two-sided p is 0.05, by bisection. */
function criticalT(degreesOfFreedom: number): number {
  let [low, high] = [1, 16]; // 12.706 for one degree of freedom, 1.96 for many
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (twoSidedP(middle, degreesOfFreedom) > 0.05) low = middle;
    else high = middle;
  }
  return low;
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (modified Lentz). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a); // where the fraction converges fast
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let fraction = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d || tiny);
      c = 1 + term / c || tiny;
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return front * fraction;
}

// Lanczos' approximation with g = 7 and nine terms; relative error below 1e-14.
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** log Γ(x) for x > 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const sum = lanczos.reduce((total, term, i) => (i === 0 ? term : total + term / (z + i)), 0);
  const base = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(base) - base + Math.log(sum);
}
