/**
 * What the kernel has to say to its host, on its way into the pipe. Outputs wait up to one frame of a screen so that
 * many small ones travel as one; everything else goes at once and takes what waits along, so the order stays.
 *
 * While the pipe is full only the newest `live` delta of an output is kept, streams and updates run together, and
 * nothing else is ever dropped.
 */

import type { FromKernel } from '../format/protocol.ts';

/** How long outputs wait for company, in milliseconds. */
export const batchMs = 33;

const patient: ReadonlySet<FromKernel['type']> = new Set(['stream', 'output', 'update', 'live']);

export interface Pipe {
  /** Sends a message; false: the pipe is full now, and `drained` will be called. */
  readonly write: (message: FromKernel) => boolean;
  /** Calls back after `batchMs`. */
  readonly later: (flush: () => void) => void;
}

export class Outbox {
  readonly #pipe: Pipe;
  #queue: FromKernel[] = [];
  /** Place in the queue of the newest bundle of an output. */
  readonly #bundles = new Map<number, number>();
  #waiting = false;
  #full = false;

  constructor(pipe: Pipe) {
    this.#pipe = pipe;
  }

  push(message: FromKernel): void {
    if (!this.#joined(message)) {
      if (message.type === 'output' || message.type === 'update')
        this.#bundles.set(message.outputId, this.#queue.length);
      this.#queue.push(message);
    }
    if (!patient.has(message.type)) this.flush();
    else if (!this.#waiting && !this.#full) {
      this.#waiting = true;
      this.#pipe.later(() => {
        this.#waiting = false;
        this.flush();
      });
    }
  }

  /** The pipe has room again. */
  drained(): void {
    this.#full = false;
    this.flush();
  }

  /** Sends what the pipe takes. */
  flush(): void {
    if (this.#full) return;
    const queue = this.#queue;
    let sent = 0;
    while (sent < queue.length && !this.#full) this.#full = !this.#pipe.write(queue[sent++]);
    this.#queue = queue.slice(sent);
    if (this.#full) this.#queue = newestDeltas(this.#queue);
    this.#indexBundles();
  }

  /** True when a message that still waits now says this one too. */
  #joined(message: FromKernel): boolean {
    const queue = this.#queue;
    const last = queue.at(-1);
    if (message.type === 'stream' && last?.type === 'stream') {
      if (last.runId !== message.runId || last.name !== message.name) return false;
      queue[queue.length - 1] = { ...last, text: last.text + message.text };
      return true;
    }
    if (message.type === 'update') {
      const place = this.#bundles.get(message.outputId);
      if (place === undefined) return false;
      queue[place] = { ...(queue[place] as typeof message), bundle: message.bundle };
      return true;
    }
    if (message.type === 'live' && this.#full) {
      this.#queue = queue.filter((other) => other.type !== 'live' || other.outputId !== message.outputId);
      if (this.#queue.length !== queue.length) this.#indexBundles();
    }
    return false;
  }

  #indexBundles(): void {
    this.#bundles.clear();
    this.#queue.forEach((message, i) => {
      if (message.type === 'output' || message.type === 'update') this.#bundles.set(message.outputId, i);
    });
  }
}

/** The queue with only the last delta of each output. */
function newestDeltas(queue: readonly FromKernel[]): FromKernel[] {
  const newest = new Map<number, FromKernel>();
  for (const message of queue) if (message.type === 'live') newest.set(message.outputId, message);
  return queue.filter((message) => message.type !== 'live' || newest.get(message.outputId) === message);
}
