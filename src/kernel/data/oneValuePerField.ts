/** Data sets whose rows have exactly one value in each field, as generators make them; and skewed choices for them. */

import type { Random } from '../base/random.ts';
import type { Dataset } from './dataset.ts';
import type { FeatureMap } from './featureMap.ts';

/** Names and sizes of fields as a feature map with values `user1`, `user2`, ... */
export function numberedFields(sizes: Readonly<Record<string, number>>): FeatureMap {
  let offset = 0;
  const fields = Object.entries(sizes).map(([name, size]) => {
    const field = { name, offset, size };
    offset += size;
    return field;
  });
  const values = fields.map(({ name, size }) => Array.from({ length: size }, (_, i) => `${name}${i + 1}`));
  return { features: offset, fields, values };
}

/**
 * A data set of one value per field.
 * @param choices row after row the number of the value (from 0) in each field
 */
export function oneValuePerField(map: FeatureMap, choices: Int32Array, target: Float32Array, source: string): Dataset {
  const { fields, features } = map;
  const rows = target.length;
  return {
    rows,
    features,
    fields,
    rowStart: Int32Array.from({ length: rows + 1 }, (_, row) => row * fields.length),
    ids: choices.map((value, e) => fields[e % fields.length].offset + value),
    values: null,
    target,
    group: null,
    source,
    featureMap: map,
  };
}

/** Probabilities proportional to rank^-exponent (Zipf), for ranks 1 to `size`. */
export function zipf(size: number, exponent: number): Float64Array {
  // exp and log, not **, whose last digit is not the same in every engine
  const weights = Float64Array.from({ length: size }, (_, i) => Math.exp(-exponent * Math.log(i + 1)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

/** Draws an index with the given probabilities. */
export function drawIndex(probabilities: Float64Array, random: Random): number {
  let left = random.uniform();
  for (let i = 0; i < probabilities.length - 1; i++) if ((left -= probabilities[i]) < 0) return i;
  return probabilities.length - 1;
}
