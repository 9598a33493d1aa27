/** Waiting for the other threads: between the phases of a step, and between steps. */

/**
 * Returns when all `threads` threads have called it. A short spin, then a wait: long spins can leave two threads on one
 * core, each burning the other's time.
 * @param at two i32s: arrivals, generation
 */
export function barrier(at: usize, threads: i32): void {
  if (threads == 1) return;
  const generation = atomic.load<i32>(at, 4);
  if (atomic.add<i32>(at, 1) == threads - 1) {
    atomic.store<i32>(at, 0);
    atomic.store<i32>(at, generation + 1, 4);
    atomic.notify(at + 4, threads);
    return;
  }
  let spins = 0;
  while (atomic.load<i32>(at, 4) == generation) if (++spins > 2000) atomic.wait<i32>(at + 4, generation, -1);
}
