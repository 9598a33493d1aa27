/**
 * All messages between a host (VS Code, the CLI) and a kernel; data only, so that any channel can carry them.
 *
 * Who waits for whom: the host waits for `ready` after starting a kernel and for `done` after `run`; `done` always comes,
 * and it is the last message of its run but for late output. The kernel waits for nobody, except that a cell which
 * asked for `input` waits for the answer. Values cross as MIME bundles, never as live objects.
 */

import type { Json, MimeBundle } from './mime.ts';

export const protocolVersion = 1;

export type ToKernel =
  /** Run a cell. `label` names it in stack traces; by default `Cell <execution count>`. */
  | {
      readonly type: 'run';
      readonly runId: number;
      readonly cellId: string;
      readonly language: string;
      readonly code: string;
      readonly label?: string;
    }
  | { readonly type: 'interrupt'; readonly runId: number }
  | { readonly type: 'ping'; readonly time: number }
  /** The answer to an `input` question; null: the user cancelled. */
  | { readonly type: 'input'; readonly inputId: number; readonly text: string | null }
  | { readonly type: 'variables' }
  | { readonly type: 'debug'; readonly on: boolean }
  | { readonly type: 'renderer'; readonly channel: string; readonly message: Json }
  | { readonly type: 'shutdown' };

/** What one run says, in this order: `started`, any number of outputs, at most one `error` of the cell, `done`. */
export type RunMessage =
  | { readonly type: 'started'; readonly runId: number; readonly executionCount: number }
  | { readonly type: 'stream'; readonly runId: number; readonly name: 'stdout' | 'stderr'; readonly text: string }
  /** A new output. `outputId` is unique in the kernel. */
  | { readonly type: 'output'; readonly runId: number; readonly outputId: number; readonly bundle: MimeBundle }
  /** Replaces an earlier output in place. */
  | { readonly type: 'update'; readonly runId: number; readonly outputId: number; readonly bundle: MimeBundle }
  | ({ readonly type: 'error'; readonly runId: number } & ErrorReport)
  | ({ readonly type: 'done'; readonly runId: number } & RunOutcome);

/** A line for the kernel log, not for a cell. */
export interface LogMessage {
  readonly type: 'log';
  readonly text: string;
}

export type FromKernel =
  | RunMessage
  | {
      readonly type: 'ready';
      readonly protocol: number;
      readonly node: string;
      readonly v8: string;
      readonly engine: string;
    }
  /** `pong` is answered at once, even while a cell blocks; `alive` when the cell lets the main thread turn. */
  | { readonly type: 'pong' | 'alive'; readonly time: number }
  | {
      readonly type: 'input';
      readonly inputId: number;
      readonly runId: number;
      readonly question: string;
      readonly secret: boolean;
    }
  | { readonly type: 'variables'; readonly variables: readonly Variable[] }
  | { readonly type: 'debug'; readonly port: number | null }
  /** A small change for a renderer that already shows `outputId`; may be dropped when the channel is full. */
  | { readonly type: 'live'; readonly outputId: number; readonly delta: Json }
  /** The run was told to stop, but native code does not let go: wait, or restart the kernel. */
  | { readonly type: 'stuck'; readonly runId: number }
  | MemoryMessage
  /** Resident memory of the process, when it has moved by some percent of the limit. */
  | { readonly type: 'usage'; readonly bytes: number }
  | LogMessage;

/** A limit is near or reached; sent when the use rises to `high` and to `full`, not while it stays there. */
export interface MemoryMessage {
  readonly type: 'memory';
  /** The whole process (resident), or the part that JavaScript values take. */
  readonly of: 'process' | 'heap';
  readonly bytes: number;
  readonly limit: number;
  /** `high` from 75 % of the limit; `full` at the limit, where the running cell is stopped. */
  readonly state: 'high' | 'full';
}

export type RunStatus = 'ok' | 'error' | 'interrupted';

/** How a run ended. */
export interface RunOutcome {
  readonly status: RunStatus;
  /** The count of runs in this kernel, this one included; 0 when the kernel ended before the run could start. */
  readonly executionCount: number;
  /** The value of the last expression; absent when it is undefined or already displayed. */
  readonly value?: MimeBundle;
  /** Names that the cell defines for other cells. */
  readonly defines: readonly string[];
  /** Names that the cell reads or writes without declaring them: other cells' names and globals. */
  readonly uses: readonly string[];
  readonly error?: ErrorReport;
}

/** An error as data; `stack` is the whole text to show, `frames` the same positions as links. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly frames: readonly StackFrame[];
}

/** A position in a cell or a file; line and column count from 1. */
export interface StackFrame {
  /** `Cell 3`, or a file's path. */
  readonly place: string;
  readonly line: number;
  readonly column: number;
  /** The function's name; absent at the top level of a cell or module. */
  readonly function?: string;
  /** The run whose cell text the position is in; absent for a file. */
  readonly runId?: number;
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly preview: string;
  readonly shape?: readonly number[];
  readonly bytes?: number;
  readonly cellId: string;
}
