/**
 * Seeded random numbers. One run seed; every purpose derives its own stream from (seed, purpose), so that turning
 * one thing off (dropout, shuffling) never moves another (initial weights). Same numbers on every platform.
 *
 * Generator: xoshiro128** (Blackman and Vigna 2018), seeded from MurmurHash3 of the purpose.
 */

/** The full state of a stream: four unsigned 32-bit words and, for `normal`, a kept second value. Plain JSON. */
export interface RandomState {
  readonly words: readonly [number, number, number, number];
  readonly spare: number | null;
}

/** The generator's words. */
interface Words {
  a: number;
  b: number;
  c: number;
  d: number;
}

function bits(w: Words): number {
  const x = Math.imul(w.b, 5);
  const result = Math.imul((x << 7) | (x >>> 25), 9);
  const t = w.b << 9;
  w.c ^= w.a;
  w.d ^= w.b;
  w.b ^= w.c;
  w.a ^= w.d;
  w.c ^= t;
  w.d = (w.d << 11) | (w.d >>> 21);
  return result >>> 0;
}

function uniform(w: Words): number {
  return ((bits(w) >>> 5) * 0x4000000 + (bits(w) >>> 6)) / 0x20000000000000;
}

function below(w: Words, n: number): number {
  if (n > 0x200000) return Math.floor(uniform(w) * n); // the product below is exact up to 2^53; bias under 2^-21
  let drawn = bits(w);
  let low = Math.imul(drawn, n) >>> 0;
  if (low < n) {
    const uneven = 0x100000000 % n;
    while (low < uneven) {
      drawn = bits(w);
      low = Math.imul(drawn, n) >>> 0;
    }
  }
  return Math.floor((drawn * n) / 0x100000000);
}

export class Random {
  #words: Words;
  #spare: number | null = null;

  /** The stream of `purpose` (for example `init:embedding.V`, `shuffle:3`) under a run's `seed` (any integer). */
  constructor(seed: number, purpose: string) {
    const base = murmur3(`${seed}`, 0);
    const a = murmur3(purpose, base);
    const b = murmur3(purpose, a ^ 0x9e3779b9);
    const c = murmur3(purpose, b ^ 0x243f6a88);
    const d = murmur3(purpose, c ^ 0xb7e15162) | 1; // never all zero
    this.#words = { a: a | 0, b: b | 0, c: c | 0, d: d | 0 };
  }

  /** A stream that continues exactly where `state()` was taken. */
  static from(state: RandomState): Random {
    const random = new Random(0, '');
    const [a, b, c, d] = state.words.map((word) => word | 0);
    random.#words = { a, b, c, d };
    random.#spare = state.spare;
    return random;
  }

  state(): RandomState {
    const { a, b, c, d } = this.#words;
    return { words: [a >>> 0, b >>> 0, c >>> 0, d >>> 0], spare: this.#spare };
  }

  /** An unsigned 32-bit integer. */
  bits(): number {
    return bits(this.#words);
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  uniform(): number {
    return uniform(this.#words);
  }

  /**
   * A uniform integer in [0, n), without bias: the high word of 32 random bits times n, drawn again in the rare case
   * that the low word shows an uneven share (Lemire 2019). `n` from 1 to 2^32.
   */
  below(n: number): number {
    return below(this.#words, n);
  }

  /** A standard normal number (Marsaglia's polar method; the second value of each pair is kept for the next call). */
  normal(): number {
    if (this.#spare !== null) {
      const kept = this.#spare;
      this.#spare = null;
      return kept;
    }
    let u = 0;
    let v = 0;
    let s = 0;
    do {
      u = this.bits() / 0x80000000 - 1;
      v = this.bits() / 0x80000000 - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt((-2 * Math.log(s)) / s);
    this.#spare = v * scale;
    return u * scale;
  }

  /** Shuffles `items` in place (Fisher and Yates). */
  shuffle<T extends Int32Array | Float32Array | unknown[]>(items: T): T {
    // A copy of the words that nobody else can see stays in registers: twice as fast.
    const words = { ...this.#words };
    for (let i = items.length - 1; i > 0; i--) {
      const j = below(words, i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    const { a, b, c, d } = words;
    this.#words = { a, b, c, d };
    return items;
  }
}

/** The numbers 0 .. n-1 in a random order. */
export function permutation(n: number, random: Random): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return random.shuffle(order);
}

const encoder = new TextEncoder();

/** MurmurHash3_x86_32 (Appleby) of the UTF-8 bytes of `text`; an unsigned 32-bit integer. */
export function murmur3(text: string, start: number): number {
  const bytes = encoder.encode(text);
  let h = start | 0;
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4)
    h =
      Math.imul(
        rotate(h ^ scramble(bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)), 13),
        5,
      ) + 0xe6546b64;
  let tail = 0;
  for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8) | bytes[i];
  if (whole < bytes.length) h ^= scramble(tail);
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
const scramble = (k: number): number => Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
