/** Putting TensorFlow.js in order again when its work was cut short. */

import type * as Core from '@tensorflow/tfjs-core';

/** The parts of TensorFlow.js's state that change while it works. */
interface State {
  gradientDepth: number;
  kernelDepth: number;
  readonly scopeStack: readonly unknown[];
  activeScope: unknown;
  activeTape: readonly { readonly saved: readonly Core.Tensor[] }[] | null | undefined;
}

const stateOf = (tf: typeof Core): State => (tf.engine() as unknown as { readonly state: State }).state;

/** Gives back what operations saved for a gradient that was not computed to its end. */
export function dropTape(tf: typeof Core): void {
  const state = stateOf(tf);
  if (state.gradientDepth > 0) return; // an outer gradient still needs it
  for (const { saved } of state.activeTape ?? []) for (const tensor of saved) tensor.dispose();
  state.activeTape = null;
}

/**
 * A termination by V8 skips `finally`, so scopes stay open and gradients are no longer recorded. Closes everything;
 * call it where no operation is under way, as between two tasks of the event loop.
 */
export function repairTensorflow(tf: typeof Core): void {
  const state = stateOf(tf);
  state.gradientDepth = 0;
  state.kernelDepth = 0;
  while (state.scopeStack.length > 0) tf.engine().endScope();
  state.activeScope = null;
  dropTape(tf);
}
