/** Why a kernel ended or did not start, as a sentence that says what to do next. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { memorySize } from '../kernel/process/memoryWatch.ts';
import { controlFailure } from '../kernel/process/threads.ts';
import type { ChildEnd } from './kernelChild.ts';

export interface Death extends ChildEnd {
  readonly stderr: string;
  /** The setting, if any. */
  readonly heapLimitMb?: number;
  /** Bytes of the process when it was last measured; 0: never. */
  readonly memory: number;
}

const crashes: readonly NodeJS.Signals[] = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'];

/** One sentence about a kernel that was not asked to end. */
export function deathSentence({ code, signal, failure, stderr, heapLimitMb, memory }: Death): string {
  if (failure) return failure;
  if (/heap limit|heap out of memory|invalid (?:table )?size/i.test(stderr)) {
    const limit = heapLimitMb ? ` (limit ${heapLimitMb} MB)` : '';
    return `The kernel ran out of JavaScript heap${limit}. Raise the setting or keep less in variables.`;
  }
  const lastSeen = memory ? ` (last seen: ${memorySize(memory)})` : '';
  if (stderr.includes(controlFailure))
    return 'The kernel itself failed, not your code; please report what the kernel log says.';
  if (signal === 'SIGKILL') return `The system killed the kernel, most likely for memory${lastSeen}.`;
  if (signal && crashes.includes(signal))
    return `Native code in the kernel crashed (${signal}); the kernel log has its last words.`;
  if (signal) return `The kernel was ended from outside (${signal}).`;
  return `The cell called process.exit(${code}).`;
}

/**
 * A kernel that did not start: the runtime, its version and its last words.
 * @param what the finding, to go on after "… did not start: "
 */
export async function startFailure(
  what: string,
  { runtime, env, stderr }: { readonly runtime: string; readonly env: NodeJS.ProcessEnv; readonly stderr: string },
): Promise<string> {
  const version = runtime === process.execPath ? process.version : await versionOf(runtime, env);
  return [
    `The kernel did not start: ${what}.`,
    `Tried: ${runtime} (${version}). Choose another Node (20.10 or newer) in the settings.`,
    ...(stderr ? ['Its last words:', stderr] : []),
  ].join('\n');
}

const versionMs = 1500;

async function versionOf(runtime: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(runtime, ['--version'], {
      env,
      timeout: versionMs,
      killSignal: 'SIGKILL',
    });
    return stdout.trim().split('\n')[0] || 'no version';
  } catch {
    return 'does not tell its version';
  }
}
