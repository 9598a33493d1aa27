/**
 * The reference engine with what lies between steps rounded to float32, as a real engine keeps it: a saved state then
 * holds every bit of a run.
 */

import type { Engine } from '../../../src/kernel/engine/engine.ts';
import { ReferenceModel } from '../engine/reference.ts';

class Float32Model extends ReferenceModel {
  override step(...batch: Parameters<ReferenceModel['step']>): number {
    const loss = super.step(...batch);
    for (const arrays of [this.values, this.slots])
      for (const values of arrays.values()) for (let i = 0; i < values.length; i++) values[i] = Math.fround(values[i]);
    return loss;
  }
}

export const float32Engine: Engine = {
  name: 'float32 reference',
  compile: async (graph, options) => new Float32Model(graph, options),
};
