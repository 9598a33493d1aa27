/**
 * The Shapley interaction index of every pair of fields, exactly, over all sets S of the other fields:
 *
 *   I_ab = Σ_S |S|! (F - |S| - 2)! / (F - 1)! · (f(S ∪ ab) - f(S ∪ a) - f(S ∪ b) + f(S)),
 *
 * with f(S) the output of the row whose fields outside S are absent (Grabisch and Roubens, An axiomatic approach to the
 * concept of interaction among players in cooperative games, 1999). What a field does by itself is its Shapley value
 * less half of its pairs (n-Shapley values of order 2: Bordt and von Luxburg, AISTATS 2023), so that fields and pairs of
 * a row add up to f(all) - f(none). For an FM, I_ab is the centred contribution (e_a - ē_a)ᵀ(e_b - ē_b).
 */

import type { Dataset } from '../data/dataset.ts';
import { type Contributions, contributionsOf } from './contributions.ts';
import type { FieldSpace } from './factorization.ts';
import type { GatedModel } from './fieldGates.ts';

/** From here on 2^F outputs a row are too many. */
export const mostShapleyFields = 12;

export interface ShapleyReading {
  /** `gap` is what fields and pairs leave of f(all) - f(none): rounding, by their definition. */
  readonly contributions: Contributions;
  /** What each field does by itself; rows x fields. */
  readonly effects: Float64Array;
}

/** 2^F outputs of the model a row. @param space at most 12 fields */
export function shapleyInteractions(space: FieldSpace, outputs: GatedModel, sample: Dataset): ShapleyReading {
  const F = space.fields.length;
  const sets = 1 << F;
  const absences = Array.from({ length: sets }, (_, set) =>
    space.fields.flatMap((_, f) => ((set >> f) & 1 ? [] : [f])),
  );
  const size = absences.map((absent) => F - absent.length);
  /** |S|! (F - |S| - k)! / (F - k + 1)! for k fields that join S. */
  const weight = (k: number) => size.map((s) => (factorial(s) * factorial(F - s - k)) / factorial(F - k + 1));
  const [ofOne, ofTwo] = [weight(1), weight(2)];

  const effects = new Float64Array(sample.rows * F);
  let missing = 0;
  const contributions = contributionsOf(
    space,
    sample,
    (row) => {
      const f = outputs(row, absences);
      const whole = f[sets - 1] - f[0];
      const own = space.fields.map((_, a) => {
        let value = 0;
        for (let S = 0; S < sets; S++) if (!((S >> a) & 1)) value += ofOne[S] * (f[S | (1 << a)] - f[S]);
        return value;
      });
      let rest = whole;
      const index = own.map(() => new Float64Array(F));
      for (let b = 0; b < F; b++)
        for (let a = 0; a < b; a++) {
          const [withA, withB] = [1 << a, 1 << b];
          let I = 0;
          for (let S = 0; S < sets; S++)
            if (!(S & (withA | withB))) I += ofTwo[S] * (f[S | withA | withB] - f[S | withA] - f[S | withB] + f[S]);
          index[a][b] = I;
          own[a] -= I / 2;
          own[b] -= I / 2;
          rest -= I;
        }
      effects.set(own, row * F);
      missing += own.reduce((left, effect) => left - effect, rest) ** 2 / sample.rows;
      return { pair: (a, b) => index[a][b], output: whole };
    },
    false,
  );
  return { contributions: { ...contributions, gap: Math.sqrt(missing) }, effects };
}

/** n!, and 0 below 0: sets that have no room for the fields that join do not count. */
function factorial(n: number): number {
  if (n < 0) return 0;
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}
