/**
 * The cell that is running, for functions of the library: cells import those once, yet what they show belongs to the
 * cell that calls them, and they stop when that cell is stopped. A function asks when it is called, before it awaits
 * anything; after an await another cell may be the active one.
 */

import type { DisplayHandle } from './runBindings.ts';

export interface ActiveCell {
  readonly runId: number;
  /** Shows a value in the cell; the handle replaces it in place. */
  readonly display: (value: unknown) => DisplayHandle;
  /** Aborted when the cell is to stop. */
  readonly signal: AbortSignal;
}

let active: ActiveCell | undefined;

/** The running cell; between runs the last one; undefined outside a notebook. */
export const activeCell = (): ActiveCell | undefined => active;

/** For the session, which knows. */
export function setActiveCell(cell: ActiveCell | undefined): void {
  active = cell;
}

/** Values that a function of the library has shown in a cell, by the run of that cell. */
const displayed = new WeakMap<object, number>();

/** Marks a value that has been shown: as the value of the same cell it is not shown a second time. */
export function markDisplayed(value: object, runId: number): void {
  displayed.set(value, runId);
}

export const isDisplayed = (value: unknown, runId: number): boolean =>
  typeof value === 'object' && value !== null && displayed.get(value) === runId;
