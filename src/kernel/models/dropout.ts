/** The option `dropout` of all models: one ratio for every layer, or a list with a ratio per layer. */

import { describe, OptionError, type OptionRule, ratio } from '../base/options.ts';

export type Dropout = number | readonly number[];

export const dropout: OptionRule<Dropout | undefined> = {
  read(given, fail) {
    const wrong = () => fail('a ratio at least 0 and below 1, or a list of such ratios');
    const one = (value: unknown) => ratio(0).read(value ?? null, wrong);
    if (given === undefined) return undefined;
    return Array.isArray(given) ? given.map(one) : one(given);
  },
};

/**
 * One drop ratio for each of `layers`.
 * @throws OptionError for a list of another length; the message lists the layers
 */
export function ratiosFor(call: string, layers: readonly string[], given: Dropout): readonly number[] {
  if (typeof given === 'number') return layers.map(() => given);
  if (given.length === layers.length) return given;
  const wanted = layers.length
    ? `${layers.length} ratio${layers.length > 1 ? 's' : ''} (${layers.join(', ')})`
    : 'an empty list (the model has no layer with dropout)';
  throw new OptionError(`${call}: "dropout" must be one ratio for all layers or ${wanted}, got ${describe(given)}`);
}
