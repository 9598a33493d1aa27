/**
 * Entry of the control thread. It owns the pipe to the host (file descriptor 3, no port and no socket anybody else could
 * open), passes messages on in both directions, stops runs, and watches the memory; all of it also while the main
 * thread is blocked. Nothing here may print: the output of a thread goes through the main one.
 */

import { Session as Inspector } from 'node:inspector';
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromKernel, ToKernel, Variable } from '../format/protocol.ts';
import { stopReasons } from '../session/errors.ts';
import { encodeFrame, FrameReader } from './frames.ts';
import { MemoryWatch, memoryText } from './memoryWatch.ts';
import { batchMs, Outbox } from './outbox.ts';
import { RunsUnderWay } from './runsUnderWay.ts';
import { type MainThread, stopRun } from './stopping.ts';
import { type ControlData, type FromMain, flagOf, flushed, hooked, type ToMain } from './threads.ts';

const data = workerData as ControlData;
const toMain = (message: ToMain): void => parentPort!.postMessage(message);

// ---- the pipe

const pipe = new Socket({ fd: 3, readable: true, writable: true, writableHighWaterMark: 1 << 20 } as object);
const outbox = new Outbox({
  write: (message) => pipe.write(encodeFrame(message)),
  later: (flush) => setTimeout(flush, batchMs),
});
const send = (message: FromKernel): void => outbox.push(message);
const reader = new FrameReader();

pipe.on('data', (chunk) => {
  for (const message of reader.read(chunk)) fromHost(message as ToKernel);
});
pipe.on('drain', () => outbox.drained());
// Without a host nobody can stop this process any more, whatever the main thread is doing.
pipe.on('error', () => process.kill(process.pid, 'SIGKILL'));
pipe.on('close', () => process.kill(process.pid, 'SIGKILL'));

// ---- the main thread

const runs = new RunsUnderWay();
let pings = 0;
let answered = 0;
const waiting = new Set<() => void>();

const inspector = new Inspector();
inspector.connectToMainThread();

const main: MainThread = {
  async answers(ms) {
    const ping = ++pings;
    toMain({ type: 'ping', time: -ping });
    let timer: NodeJS.Timeout | undefined;
    let check!: () => void;
    const answer = new Promise<void>((resolve) => {
      check = () => answered >= ping && resolve();
      waiting.add(check);
      if (ms !== Infinity) timer = setTimeout(resolve, ms);
    });
    await answer;
    clearTimeout(timer);
    waiting.delete(check);
    return answered >= ping;
  },
  // Where async hooks are in use (AsyncLocalStorage), Node 20 aborts when an async continuation is terminated.
  get canTerminate() {
    return Atomics.load(data.words, hooked) === 0;
  },
  terminate: () => inspector.post('Runtime.terminateExecution'),
  abandon: (runId) => toMain({ type: 'abandon', runId }),
  stuck: (runId) => send({ type: 'stuck', runId }),
};

function stop(runId: number, reason: number): void {
  const run = runs.get(runId);
  if (!run?.mayStop()) return;
  Atomics.compareExchange(flagOf(data, runId), 0, 0, reason);
  toMain({ type: 'interrupt', runId });
  void stopRun(run, main);
}

// ---- messages

let variables: readonly Variable[] | undefined;

function fromHost(message: ToKernel): void {
  switch (message.type) {
    case 'ping':
      send({ type: 'pong', time: message.time });
      toMain(message);
      break;
    case 'run':
      Atomics.store(flagOf(data, message.runId), 0, 0);
      runs.add(message.runId);
      toMain(message);
      break;
    case 'interrupt':
      stop(message.runId, stopReasons.user);
      break;
    case 'variables':
      // While a cell runs, what was there before it is better than nothing.
      if (variables && runs.active !== undefined) send({ type: 'variables', variables });
      else toMain(message);
      break;
    case 'debug':
      send({ type: 'log', text: 'this kernel cannot be debugged' });
      send({ type: 'debug', port: null });
      break;
    default:
      toMain(message);
  }
}

parentPort!.on('message', (message: FromMain) => {
  switch (message.type) {
    case 'flush':
      outbox.flush();
      pipe.write(Buffer.alloc(0), () => {
        Atomics.add(data.words, flushed, 1);
        Atomics.notify(data.words, flushed);
      });
      return;
    case 'alive':
      if (message.time >= 0) break;
      answered = Math.max(answered, -message.time);
      for (const check of waiting) check();
      return;
    case 'started':
      runs.started(message.runId);
      if (looksSeldom) lookIn(busyMs);
      break;
    case 'done':
      runs.ended(message.runId);
      break;
    case 'variables':
      variables = message.variables;
  }
  send(message);
});

// ---- memory

const busyMs = 250;
const idleMs = 2000;
/** Near a limit a cell may reach it between two ordinary looks. */
const nearLimitMs = 50;
/** A change by this many bytes is worth a message. */
const worthTelling = 10e6;
const watches = {
  process: new MemoryWatch('process', data.limits.process),
  heap: new MemoryWatch('heap', data.limits.heap),
};

function measured(watch: MemoryWatch, bytes: number): void {
  const message = watch.measure(bytes);
  if (!message) return;
  send(message);
  const runId = runs.active;
  if (runId === undefined) return;
  send({ type: 'stream', runId, name: 'stderr', text: `${memoryText(message)}\n` });
  if (message.state === 'full') stop(runId, stopReasons.memory);
}

let told = 0;
let asked = false;
function watchMemory(): void {
  const bytes = process.memoryUsage.rss();
  if (Math.abs(bytes - told) > worthTelling) send({ type: 'usage', bytes: (told = bytes) });
  measured(watches.process, bytes);
  if (!asked) {
    asked = true; // the answer comes when the main thread is in JavaScript, or idle
    inspector.post('Runtime.getHeapUsage', (error: Error | null, usage?: object) => {
      asked = false;
      const used = (usage as { usedSize?: number } | undefined)?.usedSize;
      if (!error && used !== undefined) measured(watches.heap, used);
    });
  }
  const near = watches.process.isHigh || watches.heap.isHigh;
  lookIn(runs.active === undefined ? idleMs : near ? nearLimitMs : busyMs);
}

let nextLook: NodeJS.Timeout | undefined;
let looksSeldom = false;
function lookIn(ms: number): void {
  looksSeldom = ms === idleMs;
  clearTimeout(nextLook);
  nextLook = setTimeout(watchMemory, ms);
}

watchMemory();
