/** Rules that the builder's calls and the model functions share, and arguments that are checked like options. */

import { describe, integer, number, OptionError, type OptionRule, oneOf, value } from '../base/options.ts';
import type { ActivationName, Penalty } from '../graph/graph.ts';

export const activation = oneOf<ActivationName>(['relu', 'sigmoid', 'tanh', 'identity'], 'relu');
export const penalty = { l2: number(0, { min: 0 }), l1: number(0, { min: 0 }) };
export const initStdev = number(0.01, { above: 0 });

/** A number of units, factors or features; as an argument it must be given. */
export const count = integer(1, { min: 1 });

/** A node's id, which parameter names start with: `embedding.V`. */
export const nodeName = (fallback: string): OptionRule<string> =>
  value<string, string>('a letter, then letters, digits and _', (v) => /^[a-z]\w*$/i.test(String(v)), fallback);

/** Reads a positional argument, which must be given, with the messages of an option. */
export function argument<T>(call: string, name: string, given: unknown, rule: OptionRule<T>): T {
  return rule.read(given ?? null, (expected) => {
    throw new OptionError(`${call}: "${name}" must be ${expected}, got ${describe(given)}`);
  });
}

/** The penalties that are on, so that a graph without them does not speak of them. */
export const penaltyOf = ({ l2, l1 }: Required<Penalty>): Penalty => ({ ...(l2 && { l2 }), ...(l1 && { l1 }) });
