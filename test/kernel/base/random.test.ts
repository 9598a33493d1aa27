import { expect, test } from 'vitest';
import { murmur3, permutation, Random } from '../../../src/kernel/base/random.ts';

test('murmur3 gives the published values', () => {
  expect(murmur3('', 0)).toBe(0);
  expect(murmur3('hello', 0)).toBe(613153351);
  expect(murmur3('hello, world', 0)).toBe(345750399);
  expect(murmur3('The quick brown fox jumps over the lazy dog', 0)).toBe(776992547);
  expect(murmur3('city=369', 0)).toBe(172366692);
  expect(murmur3('user=é', 0)).toBe(220699326);
});

test('streams repeat, differ by purpose and by seed, and continue from a saved state', () => {
  const draw = (r: Random) => [r.bits(), r.uniform(), r.normal(), r.below(10)];
  expect(draw(new Random(1, 'a'))).toEqual(draw(new Random(1, 'a')));
  expect(draw(new Random(1, 'a'))).not.toEqual(draw(new Random(1, 'b')));
  expect(draw(new Random(1, 'a'))).not.toEqual(draw(new Random(2, 'a')));
  const random = new Random(7, 'x');
  random.normal();
  const copy = Random.from(JSON.parse(JSON.stringify(random.state())));
  expect(draw(copy)).toEqual(draw(random));
});

test('uniform and normal numbers have the right moments', () => {
  const random = new Random(3, 'moments');
  const n = 200_000;
  let [u, v, v2] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    u += random.uniform();
    const x = random.normal();
    v += x;
    v2 += x * x;
  }
  expect(u / n).toBeCloseTo(0.5, 2);
  expect(v / n).toBeCloseTo(0, 2);
  expect(v2 / n).toBeCloseTo(1, 1);
});

test('below is even over its range (chi-square) and shuffle keeps every item', () => {
  const random = new Random(5, 'below');
  const counts = new Array(10).fill(0);
  for (let i = 0; i < 100_000; i++) counts[random.below(10)]++;
  const chi2 = counts.reduce((sum, c) => sum + (c - 10_000) ** 2 / 10_000, 0);
  expect(chi2).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
  expect([...permutation(100, random)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
});
