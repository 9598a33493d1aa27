/**
 * The kernel process: one notebook's session on the main thread, its control thread beside it. Everything that leaves
 * goes through the output caps to the control thread, and from there to the host.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { writeSync } from 'node:fs';
import { totalmem } from 'node:os';
import { inspect } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { repairAfterTermination } from '../base/termination.ts';
import { type FromKernel, protocolVersion } from '../format/protocol.ts';
import { setDefaultSeed } from '../run/defaultSeed.ts';
import { deliver } from '../session/channels.ts';
import { stopReasons } from '../session/errors.ts';
import type { Library } from '../session/modules.ts';
import { Session } from '../session/session.ts';
import { transformCell } from '../session/transform.ts';
import { memorySize } from './memoryWatch.ts';
import { defaultLimits, OutputCaps, type OutputLimits } from './outputCaps.ts';
import { redirectPrinting } from './printed.ts';
import {
  type ControlData,
  controlFailure,
  createSharedState,
  type FromMain,
  flagOf,
  flushed,
  hooked,
  type ToMain,
} from './threads.ts';

/** The one argument of the kernel's entry, as JSON. */
export interface KernelArguments {
  /** Absolute path of the notebook. */
  readonly notebook: string;
  /** Bytes that the process may use. Default: half of what the machine or its container has. */
  readonly memoryLimit?: number;
  /** What one run may show. Default: 1 million characters of text and 8 million of displayed data. */
  readonly outputLimits?: OutputLimits;
  /** Seed of trainings that name none. Default 2016. */
  readonly seed?: number;
}

/**
 * Makes this process a kernel.
 * @param library what cells import as `nfm`
 * @param controlThread URL of the control thread's bundle
 */
export function startKernel(library: Library, controlThread: URL): void {
  const given = JSON.parse(process.argv[2]) as KernelArguments;
  const { notebook, memoryLimit = halfOfMemory(), outputLimits = defaultLimits } = given;
  if (given.seed !== undefined) setDefaultSeed(given.seed);
  process.argv.length = 2; // cells see the arguments of a program without any
  const shared = createSharedState();
  const limits = { process: memoryLimit, heap: getHeapStatistics().heap_size_limit };
  const control = new Worker(controlThread, { workerData: { ...shared, limits } satisfies ControlData });
  const send = (message: FromMain): void => control.postMessage(message);
  const caps = new OutputCaps(send, outputLimits);
  const log = (text: string): void => send({ type: 'log', text });

  const aborts = new Map<number, AbortController>();
  const answers = new Map<number, (text: string | null) => void>();
  let questions = 0;
  const session = new Session({
    notebook,
    library,
    emit: (message) => {
      if (message.type === 'done') {
        aborts.delete(message.runId);
        if (flagOf(shared, message.runId)[0] === stopReasons.memory)
          caps.take({ type: 'stream', runId: message.runId, name: 'stderr', text: largest(session) });
      }
      caps.take(message);
    },
    ask: ({ runId, text, secret }) =>
      new Promise((resolve) => {
        const inputId = ++questions;
        answers.set(inputId, resolve);
        aborts.get(runId)?.signal.addEventListener('abort', () => resolve(null));
        send({ type: 'input', inputId, runId, question: text, secret });
      }),
  });

  // The first transform starts the compiler. No cell runs before the host knows that the kernel is there.
  const ready = transformCell('0').then(
    () => send(readyMessage()),
    (error) => fail(`the compiler for cells does not start: ${inspect(error)}`),
  );

  control.on('message', (message: ToMain) => {
    switch (message.type) {
      case 'run': {
        const abort = new AbortController();
        aborts.set(message.runId, abort);
        const request = { ...message, flag: flagOf(shared, message.runId), signal: abort.signal };
        void ready.then(() => session.run(request));
        break;
      }
      case 'interrupt':
        aborts.get(message.runId)?.abort();
        break;
      case 'abandon':
        repairAfterTermination();
        session.abandon(message.runId);
        break;
      case 'ping':
        send({ type: 'alive', time: message.time });
        break;
      case 'input':
        answers.get(message.inputId)?.(message.text);
        answers.delete(message.inputId);
        break;
      case 'variables':
        send({ type: 'variables', variables: session.variables() });
        break;
      case 'renderer':
        if (!deliver(message.channel, message.message)) log(`nobody listens to "${message.channel}"`);
        break;
      case 'shutdown':
        session.close();
        process.exit(0);
    }
  });
  control.on('error', (error) => fail(`${controlFailure}: ${inspect(error)}`));

  redirectPrinting((name, text) => {
    if (!session.print(name, text)) log(text);
  });
  const uncaught = (error: unknown): void => {
    if (!session.uncaught(error)) log(inspect(error));
  };
  process.on('uncaughtException', uncaught).on('unhandledRejection', uncaught);
  process.on('exit', () => {
    caps.flush();
    const before = Atomics.load(shared.words, flushed);
    send({ type: 'flush' });
    Atomics.wait(shared.words, flushed, before, 500);
  });
  noticeAsyncHooks(shared.words);
}

/** Ends a kernel that cannot do its work; the host shows its last words. */
function fail(lastWords: string): never {
  writeSync(2, `${lastWords}\n`);
  process.exit(1);
}

function readyMessage(): FromKernel {
  const { node, v8 } = process.versions;
  return { type: 'ready', protocol: protocolVersion, node, v8, engine: 'wasm' };
}

/** Half of the memory of the machine, or of the container where that is less. */
function halfOfMemory(): number {
  const container = process.constrainedMemory() || Infinity;
  return Math.min(container, totalmem()) / 2;
}

/** Notes when a cell or a library uses an AsyncLocalStorage: from then on a termination could end the process. */
function noticeAsyncHooks(words: Int32Array): void {
  const { prototype } = AsyncLocalStorage;
  for (const name of ['run', 'enterWith'] as const) {
    const original = prototype[name] as (...values: unknown[]) => unknown;
    const noticing = function (this: unknown, ...values: unknown[]): unknown {
      Atomics.store(words, hooked, 1);
      return original.apply(this, values);
    };
    Object.defineProperty(prototype, name, { value: noticing, writable: true, configurable: true });
  }
}

/** The names that hold most, for a user whose cell was stopped at the memory limit. */
function largest(session: Session): string {
  const sized = session
    .variables()
    .filter((v) => (v.bytes ?? 0) >= 1e6)
    .sort((a, b) => b.bytes! - a.bytes!)
    .slice(0, 5);
  if (!sized.length)
    return 'No variable of the notebook holds much: what is large belongs to this cell or a library.\n';
  const list = sized.map(
    ({ name, type, shape, bytes }) =>
      `  ${name}: ${type}${shape ? `[${shape.join(', ')}]` : ''}, ${memorySize(bytes!)}`,
  );
  return `Largest variables of the notebook:\n${list.join('\n')}\nSet those you no longer need to null, or restart the kernel.\n`;
}
