/**
 * Repairs after a termination. When a cell does not stop by itself, V8 cuts off what it executes, and no `finally` runs.
 * Libraries whose state that can break say here how to put it in order.
 */

const repairs: (() => void)[] = [];

/** From now on `repair` is called after each termination, when nothing is being executed. */
export function onTermination(repair: () => void): void {
  repairs.push(repair);
}

/** The kernel process calls this after it cut off an execution. */
export function repairAfterTermination(): void {
  for (const repair of repairs) repair();
}
