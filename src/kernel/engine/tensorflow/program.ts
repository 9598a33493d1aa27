/** Programs that an installation runs: npm, pip, python, node. One that is no longer wanted ends with all it started. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the program and its children. */
  readonly signal?: AbortSignal;
  /** Receives what it writes, to both streams, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** A program that could not be started, or did not succeed. */
export class ProgramError extends Error {
  override name = 'ProgramError';

  constructor(
    message: string,
    /** Whether there is no such program. */
    readonly missing: boolean,
  ) {
    super(message);
  }
}

/** How much of a program's output is kept, in characters. */
const kept = 200_000;

/**
 * Runs a program to its end.
 * @returns what it wrote to both streams
 * @throws ProgramError whose message is the line of its output that tells why; the signal's reason after an abort
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, signal, onOutput }: ProgramOptions,
): Promise<string> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const windows = process.platform === 'win32';
    // On Windows npm is a script, which only a shell runs. Elsewhere a process group of its own can be ended as one.
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows && program === 'npm',
      detached: !windows,
    });
    const kill = () => killTree(child);
    signal?.addEventListener('abort', kill);
    process.once('exit', kill);
    let output = '';
    const take = (text: string) => {
      output = (output + text).slice(-kept);
      onOutput?.(text);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const end = () => {
      signal?.removeEventListener('abort', kill);
      process.off('exit', kill);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      end();
      reject(new ProgramError(`${program} cannot be started (${error.code})`, error.code === 'ENOENT'));
    });
    child.on('close', (code, killed) => {
      end();
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve(output);
      else
        reject(
          new ProgramError(tellingLine(output) ?? `${program} ended with ${killed ?? `exit code ${code}`}`, false),
        );
    });
  });
}

function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
  else
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it has ended by itself
    }
}

/** What tells most in the output of a program that failed, the most telling first. */
const telling = [
  /^npm (?:error|ERR!) .*?(request to \S+ failed, reason: .+)$/m,
  /(Connection refused|Name or service not known|Temporary failure in name resolution|timed out|No space left on device)/,
  /^npm (?:error|ERR!) ((?:code|notarget|404) .+)$/m,
  /^\S+:\d+:\d+: (?:fatal )?error: (.+)$/m, // compilers
  /^gyp ERR! stack (?:Error: )?(.+)$/m,
  /^ERROR: (.+)$/m, // pip
  /^\w*(?:Error|BadZipFile): (.+)$/m, // node, python
];

/** The line of a failed program's output that tells why, shortened. */
export function tellingLine(output: string): string | undefined {
  const found = telling.map((pattern) => pattern.exec(output)?.[1]).find((text) => text !== undefined);
  const line = found ?? output.trim().split('\n').at(-1);
  return line ? line.trim().slice(0, 300) : undefined;
}
