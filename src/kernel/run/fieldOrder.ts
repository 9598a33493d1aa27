/** An order of fields in which those that act together stand beside each other. */

import type { FieldPair } from './interactions.ts';

/**
 * Clusters fields by their strengths: the two groups whose fields act together most strongly on average are joined,
 * again and again (average linkage), each time with the two ends nearest to each other that fit best.
 * @param fields their number
 * @returns all field numbers, in the order of the last group
 */
export function clusteredOrder(pairs: readonly FieldPair[], fields: number): readonly number[] {
  const strength = new Float64Array(fields * fields);
  for (const { a, b, strength: s } of pairs)
    if (a !== b) strength[a * fields + b] = strength[b * fields + a] = Math.abs(s);
  const between = (a: number, b: number) => strength[a * fields + b];
  const groups: number[][] = Array.from({ length: fields }, (_, f) => [f]);
  while (groups.length > 1) {
    let best = { i: 0, j: 1, mean: -1 };
    for (let j = 1; j < groups.length; j++)
      for (let i = 0; i < j; i++) {
        let sum = 0;
        for (const a of groups[i]) for (const b of groups[j]) sum += between(a, b);
        const mean = sum / (groups[i].length * groups[j].length);
        if (mean > best.mean) best = { i, j, mean };
      }
    const [joined] = groups.splice(best.j, 1);
    groups[best.i] = endToEnd(groups[best.i], joined, between);
  }
  return groups[0] ?? [];
}

/** Two groups one after the other, turned so that the ends that meet act together as strongly as possible. */
function endToEnd(p: number[], q: number[], between: (a: number, b: number) => number): number[] {
  const ways = [
    [p, q],
    [p, q.toReversed()],
    [p.toReversed(), q],
    [p.toReversed(), q.toReversed()],
  ].map(([left, right]) => ({ fields: [...left, ...right], meeting: between(left[left.length - 1], right[0]) }));
  return ways.reduce((best, way) => (way.meeting > best.meeting ? way : best)).fields;
}
