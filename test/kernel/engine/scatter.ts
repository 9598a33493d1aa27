/** Weights for tests. */

import { Random } from '../../../src/kernel/base/random.ts';
import type { ReferenceModel } from './reference.ts';

/** Adds N(0, 0.5²) to every weight and |N(0, 0.5²)| to every average: no zeros, no ones, no equal columns are left. */
export function scatter<M extends ReferenceModel>(model: M): M {
  const random = new Random(5, 'scatter');
  for (const [id, values] of model.values)
    for (let i = 0; i < values.length; i++) {
      const noise = 0.5 * random.normal();
      values[i] += id.endsWith('.variance') ? Math.abs(noise) : noise;
    }
  return model;
}
