/**
 * The kernel process of one notebook, as the host sees it: start, run, interrupt, restart, and one sentence for every
 * way of dying. No VS Code in here, so that tests drive real processes without an editor.
 */

import { type FromKernel, protocolVersion, type RunOutcome, type ToKernel } from '../kernel/format/protocol.ts';
import type { OutputLimits } from '../kernel/process/outputCaps.ts';
import { KernelChild } from './kernelChild.ts';
import { deathSentence, startFailure } from './kernelDeath.ts';
import { OpenRuns } from './openRuns.ts';

export interface KernelProcessOptions {
  /** Absolute path of the kernel's entry, `dist/kernel.js`; its other files lie beside it. */
  readonly entry: string;
  /** Absolute path of the notebook, from which its imports resolve; its folder is the working directory. */
  readonly notebook: string;
  /** Path of the Node (20.10 or newer) to run the kernel with. Default: the runtime of this process. */
  readonly runtime?: string;
  /** Environment of the kernel. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Limit of the JavaScript heap in MB. Default: the runtime's own. */
  readonly heapLimitMb?: number;
  /**
   * Limit of the whole process in bytes: a warning at 75 %, the running cell is stopped at the limit. Default: half of
   * the memory of the machine or its container.
   */
  readonly memoryLimit?: number;
  /** What one run may show, the rest goes to files. Default: 1 million characters of text, 8 million of displayed data. */
  readonly outputLimits?: OutputLimits;
  /** Seed of trainings that name none. Default 2016. */
  readonly seed?: number;
  /**
   * Receives every message of the kernel, those of runs included. `done` of a run always comes, with an `error` before
   * it when the process dies under the run; messages of a process that was restarted or shut down never come.
   */
  readonly onMessage: (message: FromKernel) => void;
  /** Told when a process ends that was not asked to; its open runs have ended by then. */
  readonly onExit?: (exit: KernelExit) => void;
  /** How long a start may take, in ms. Default 8000, so that a failure with its reasons is known within 10 s. */
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

/** Options that a restart may change. */
export type RestartChanges = Partial<
  Pick<KernelProcessOptions, 'runtime' | 'env' | 'heapLimitMb' | 'memoryLimit' | 'outputLimits' | 'seed' | 'notebook'>
>;

/** A kernel that did not start; the message names the runtime, its version and the last lines of stderr. */
export class KernelStartError extends Error {
  override name = 'KernelStartError';

  constructor(
    message: string,
    readonly runtime: string,
  ) {
    super(message);
  }
}

/** How long a kernel may take to leave by itself, in milliseconds. */
const shutdownMs = 1000;

export class KernelProcess {
  #options: KernelProcessOptions;
  #child: KernelChild | undefined;
  #ready: Promise<KernelReady> | undefined;
  #state: KernelState = 'stopped';
  #generation = 0;
  #runs = 0;
  #open = new OpenRuns();
  #memory = 0;

  constructor(options: KernelProcessOptions) {
    this.#options = options;
  }

  get state(): KernelState {
    return this.#state;
  }

  /** Counts the processes started so far; a message belongs to the present one. */
  get generation(): number {
    return this.#generation;
  }

  /** Process id while one runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the process if none runs. `run` does it by itself.
   * @throws KernelStartError within 10 s: the runtime tried, its version and the last lines of stderr
   */
  start(): Promise<KernelReady> {
    this.#ready ??= this.#start();
    return this.#ready;
  }

  /** Runs a cell after those asked for before it; starts the process if none runs. A start that fails ends the cell with that error. */
  run(request: CellRequest): RunningCell {
    const runId = ++this.#runs;
    const outcome = this.#open.add(runId);
    this.start().catch(() => {}); // a failed start ends all open runs
    this.send({ type: 'run', runId, language: 'typescript', ...request });
    return { runId, outcome };
  }

  /** Stops a run; without an id, all open ones. A `stuck` message comes when native code does not let go. */
  interrupt(runId?: number): void {
    // The last first, so that none of them starts in between.
    const runIds = runId === undefined ? this.#open.runIds.reverse() : [runId];
    for (const id of runIds) this.send({ type: 'interrupt', runId: id });
  }

  /** Answers an `input` message; null: the user cancelled, which interrupts the run. */
  answer(inputId: number, text: string | null): void {
    this.send({ type: 'input', inputId, text });
  }

  /** Sends any other message; dropped when no process runs. */
  send(message: ToKernel): void {
    this.#child?.send(message);
  }

  /** Ends the process, and its runs as interrupted. The next `run` or `start` starts a fresh one with these options. */
  async restart(changes: RestartChanges = {}): Promise<void> {
    this.#options = { ...this.#options, ...changes };
    await this.#stop('the kernel was restarted');
  }

  /** Ends the process, and its runs as interrupted: asks, and kills after 1 s. */
  async shutdown(): Promise<void> {
    await this.#stop('the kernel was shut down');
  }

  async #start(): Promise<KernelReady> {
    const { entry, runtime = process.execPath, env = process.env, heapLimitMb } = this.#options;
    const { notebook, memoryLimit, outputLimits, seed } = this.#options;
    const { onMessage, onExit, startTimeoutMs = 8000 } = this.#options;
    this.#state = 'starting';
    this.#generation++;
    this.#memory = 0;
    const refuse = async (what: string, runs: OpenRuns, stderr: string): Promise<never> => {
      const reason = await startFailure(what, { runtime, env, stderr });
      runs.end('error', 'KernelStartError', reason, onMessage);
      throw new KernelStartError(reason, runtime);
    };
    let child: KernelChild;
    try {
      this.#child = child = new KernelChild({
        entry,
        runtime,
        env,
        heapLimitMb,
        notebook,
        memoryLimit,
        outputLimits,
        seed,
      });
    } catch (error) {
      await null; // lets `start` and `run` finish what they do
      return refuse((error as Error).message, this.#leave(undefined)!, '');
    }
    return new Promise((resolve, reject) => {
      const failed = (what: string) => {
        clearTimeout(timer);
        const runs = this.#leave(child);
        child.kill();
        if (runs) refuse(what, runs, child.stderr).catch(reject);
        else reject(new KernelStartError('the kernel was stopped while it started', runtime));
      };
      const timer = setTimeout(failed, startTimeoutMs, `it gave no sign of life for ${startTimeoutMs / 1000} s`);
      child.onMessage = (message) => {
        if (this.#child !== child) return;
        if (message.type === 'ready') {
          if (message.protocol !== protocolVersion)
            return failed(`it speaks protocol ${message.protocol}, this extension ${protocolVersion}`);
          clearTimeout(timer);
          this.#state = 'ready';
          resolve(message);
        }
        this.#receive(message);
      };
      child.onEnd = (end) => {
        const { code, signal, failure } = end;
        if (this.#child !== child || this.#state === 'starting')
          return failed(failure ?? `it ended at once (${signal ?? `exit code ${code}`})`);
        const { stderr } = child;
        const reason = deathSentence({ ...end, stderr, heapLimitMb, memory: this.#memory });
        this.#leave(child)?.end('error', 'KernelDied', reason, onMessage);
        onExit?.({ reason, code, signal, stderr });
      };
    });
  }

  #receive(message: FromKernel): void {
    if (message.type === 'usage') this.#memory = message.bytes;
    this.#options.onMessage(message);
    this.#open.take(message);
  }

  async #stop(reason: string): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#leave(child)?.end('interrupted', 'Interrupted', reason, this.#options.onMessage);
    child.send({ type: 'shutdown' });
    const timer = setTimeout(() => child.kill(), shutdownMs);
    await child.ended;
    clearTimeout(timer);
  }

  /** From now on nothing of this process counts; returns its open runs, for the caller to end, or nothing the second time. */
  #leave(child: KernelChild | undefined): OpenRuns | undefined {
    if (this.#child !== child) return undefined;
    const runs = this.#open;
    this.#open = new OpenRuns();
    this.#child = undefined;
    this.#ready = undefined;
    this.#state = 'stopped';
    return runs;
  }
}
