/** One child process with a kernel in it, and the pipe to it. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import type { FromKernel, ToKernel } from '../kernel/format/protocol.ts';
import { encodeFrame, FrameError, FrameReader } from '../kernel/process/frames.ts';
import type { KernelArguments } from '../kernel/process/kernel.ts';

/** The arguments of the kernel's program, and how it is started. */
export interface ChildOptions extends KernelArguments {
  readonly entry: string;
  readonly runtime: string;
  readonly env: NodeJS.ProcessEnv;
  readonly heapLimitMb?: number;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What is wrong when there never was a process, or its pipe carried nonsense. */
  readonly failure?: string;
}

/** What is kept of stderr, in characters. */
const keptStderr = 8000;
/** How long the rest of stderr is waited for after the end; a child of the kernel may hold it open. */
const closingMs = 300;

/** How long a process may go on after it has closed its pipe. */
const lingerMs = 2000;

export class KernelChild {
  onMessage: (message: FromKernel) => void = () => {};
  /** Called once. */
  onEnd: (end: ChildEnd) => void = () => {};
  /** Settles with the call of `onEnd`. */
  readonly ended: Promise<ChildEnd>;
  readonly #process: ChildProcess;
  readonly #pipe: Socket | undefined;
  readonly #reader = new FrameReader();
  #stderr = '';
  #failure: string | undefined;

  constructor(options: ChildOptions) {
    const { entry, runtime, env, heapLimitMb, ...program } = options;
    const flags = ['--no-force-async-hooks-checks']; // else a termination inside a timer ends the process
    if (heapLimitMb) flags.push(`--max-old-space-size=${heapLimitMb}`);
    this.#process = spawn(runtime, [...flags, entry, JSON.stringify(program satisfies KernelArguments)], {
      cwd: dirname(program.notebook),
      env: environment(runtime, env),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.ended = this.#watchEnd();
    this.#pipe = this.#process.stdio[3] as Socket | undefined;
    this.#pipe?.on('data', (chunk: Uint8Array) => this.#read(chunk));
    this.#pipe?.on('error', () => {}); // the end of the process says more
    this.#pipe?.on('close', () => setTimeout(() => this.kill(), lingerMs).unref());
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => this.onMessage({ type: 'log', text }));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keptStderr);
      this.onMessage({ type: 'log', text });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The last lines that it wrote to stderr. */
  get stderr(): string {
    return this.#stderr.trim().split('\n').slice(-20).join('\n');
  }

  send(message: ToKernel): void {
    if (this.#pipe?.writable) this.#pipe.write(encodeFrame(message));
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #read(chunk: Uint8Array): void {
    if (this.#failure) return;
    try {
      for (const message of this.#reader.read(chunk)) this.#tell(message as FromKernel);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#failure = `The kernel's pipe cannot be read: ${error.message}.`;
      this.kill();
    }
  }

  /** A listener that throws must not cost the messages after this one. */
  #tell(message: FromKernel): void {
    try {
      this.onMessage(message);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #watchEnd(): Promise<ChildEnd> {
    return new Promise((resolve) => {
      let over = false;
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        if (over) return;
        over = true;
        const result = { code, signal, failure: this.#failure };
        this.onEnd(result);
        resolve(result);
      };
      this.#process.on('error', (error) => {
        if (this.#process.pid !== undefined) return; // it could not be killed, or the like
        this.#failure = startError(error as NodeJS.ErrnoException);
        end(null, null);
      });
      this.#process.on('close', end);
      this.#process.on('exit', (code, signal) => setTimeout(end, closingMs, code, signal));
    });
  }
}

/** In the editor's own runtime (Electron) this variable is what makes it a Node. */
function environment(runtime: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return runtime === process.execPath && process.versions.electron ? { ...env, ELECTRON_RUN_AS_NODE: '1' } : env;
}

function startError(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'there is no such program, or the folder of the notebook is gone';
    case 'EACCES':
      return 'it is not a program that may be run';
    default:
      return error.message;
  }
}
