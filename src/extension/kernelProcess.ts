/**
 * The kernel process of one notebook, as the host sees it: start, run, interrupt, restart, and one sentence for every
 * way of dying. No VS Code in here, so that tests drive real processes without an editor.
 */

import type { FromKernel, RunOutcome, ToKernel } from '../kernel/format/protocol.ts';

export interface KernelProcessOptions {
  /** Absolute path of the kernel's entry, `dist/kernel.js`; its other files lie beside it. */
  readonly entry: string;
  /** Absolute path of the notebook, from which its imports resolve; its folder is the working directory. */
  readonly notebook: string;
  /** The Node (20.10 or newer) to run the kernel with. Default: the runtime of this process. */
  readonly runtime?: string;
  /** Environment of the kernel. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Limit of the JavaScript heap in MB. Default: the runtime's own. */
  readonly heapLimitMb?: number;
  /** Limit of the whole process in bytes: a warning at 75 %, the running cell is stopped at the limit. Default: half of the machine's memory. */
  readonly memoryLimit?: number;
  /**
   * Receives every message of the kernel, runs' messages included. `error` and `done` of a run always come, also when the
   * process dies under it; messages of a process that has been restarted or shut down never do.
   */
  readonly onMessage: (message: FromKernel) => void;
  /** Told when a process ends that was not asked to; its open runs have ended by then. */
  readonly onExit?: (exit: KernelExit) => void;
  /** How long a start may take, in ms. Default 10 000. */
  readonly startTimeoutMs?: number;
}

/** How a kernel ended. */
export interface KernelExit {
  /** One sentence for the user. */
  readonly reason: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines that the process wrote to stderr, for a log. */
  readonly stderr: string;
}

export interface CellRequest {
  readonly cellId: string;
  readonly code: string;
  /** Default `typescript`. */
  readonly language?: string;
  /** How stack traces name the cell. Default `Cell <execution count>`. */
  readonly label?: string;
}

export interface RunningCell {
  /** Unique over all restarts of this kernel. */
  readonly runId: number;
  /** Settles with the run's `done`, after that message was given to `onMessage`. Never rejects. */
  readonly outcome: Promise<RunOutcome>;
}

export type KernelState = 'stopped' | 'starting' | 'ready';
export type KernelReady = Extract<FromKernel, { type: 'ready' }>;

export declare class KernelProcess {
  constructor(options: KernelProcessOptions);

  readonly state: KernelState;
  /** Counts the processes started so far; a message belongs to the present one. */
  readonly generation: number;
  /** Process id while one runs. */
  readonly pid: number | undefined;

  /**
   * Starts the process if none runs. `run` does it by itself.
   * @throws KernelStartError within the start time: the runtime tried, its version and the last lines of stderr
   */
  start(): Promise<KernelReady>;

  /** Runs a cell after those asked for before it; starts the process if none runs. A start that fails ends the cell with that error. */
  run(request: CellRequest): RunningCell;

  /** Stops a run; without an id, all runs that are open. A `stuck` message comes when native code does not let go. */
  interrupt(runId?: number): void;

  /** Answers an `input` message; null: the user cancelled, which interrupts the run. */
  answer(inputId: number, text: string | null): void;

  /** Sends any other message; dropped when no process runs. */
  send(message: ToKernel): void;

  /** Ends the process and its runs (as interrupted). The next `run` or `start` starts a fresh one. Options may be changed on the way. */
  restart(
    changes?: Partial<Pick<KernelProcessOptions, 'runtime' | 'env' | 'heapLimitMb' | 'memoryLimit'>>,
  ): Promise<void>;

  /** Ends the process and its runs for good: asks, and kills after 1 s. */
  shutdown(): Promise<void>;
}

/** A kernel that did not start; the message names the runtime, its version and the last lines of stderr. */
export declare class KernelStartError extends Error {
  readonly runtime: string;
}
