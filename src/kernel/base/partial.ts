/**
 * Results of work that was stopped half-way and are worth keeping: a training that was interrupted returns its history
 * so far and the best weights. An interrupted cell stops at its next `await`, but an awaited value with this mark still
 * arrives, so that `const run = await fit(...)` leaves `run` to the next cell.
 */

const partial = Symbol.for('nfm.partial');

/** Marks the value and returns it. */
export function markPartial<T extends object>(result: T): T {
  return Object.defineProperty(result, partial, { value: true });
}

/** Whether a value is what interrupted work had reached. */
export const isPartial = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (value as { [partial]?: unknown })[partial] === true;
