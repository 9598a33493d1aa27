/**
 * Worker threads that walk the same program on the same memory. They help when a phase lasts about half a millisecond
 * or more; below that, waiting for each other costs more than it gains.
 */

import { Worker } from 'node:worker_threads';
import type { Capacity } from '../../data/dataset.ts';
import type { Graph } from '../../graph/graph.ts';
import { parametersOf } from '../../graph/params.ts';
import { workerSource } from './generated/worker.ts';
import { control, type ProgramSpec } from './program.ts';
import { commands, type WorkerInput } from './threadCommands.ts';

/** Multiply-adds of one training step, three products a weight and row, and the sparse side. */
function workOfStep(graph: Graph, capacity: Capacity): number {
  let perRow = 0;
  let perPair = 0;
  let perEntry = 0;
  for (const p of parametersOf(graph)) {
    const isPairs = graph.nodes.some((n) => n.id === p.node && n.op === 'attention');
    if (p.role === 'table') perEntry += 4 * (p.shape[1] ?? 1);
    else if (p.shape.length === 2) {
      if (isPairs) perPair += 3 * p.shape[0] * p.shape[1];
      else perRow += 3 * p.shape[0] * p.shape[1];
    }
  }
  return perRow * capacity.rows + perPair * capacity.pairs + perEntry * capacity.entries;
}

/** A step this long (multiply-adds; about 3 ms on one thread) repays its six barriers. */
const worthSharing = 6e7;

/** Threads that help with this graph and batch: all that are `allowed`, or one. */
export function usefulThreads(graph: Graph, capacity: Capacity, allowed: number): number {
  return workOfStep(graph, capacity) >= worthSharing ? allowed : 1;
}

/** The helpers of the main thread, which is thread 0. */
export class Threads {
  readonly #workers: Worker[] = [];

  /** Starts `count - 1` workers and waits until they have compiled their programs, which must lay out `bytes` bytes too. */
  static async start(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    spec: ProgramSpec,
    count: number,
    bytes: number,
  ): Promise<Threads> {
    const threads = new Threads();
    await Promise.all(
      Array.from({ length: count - 1 }, (_, i) => {
        const workerData: WorkerInput = { module, memory, spec, index: i + 1, count };
        const worker = new Worker(workerSource, { eval: true, workerData, stdin: false });
        threads.#workers.push(worker);
        return new Promise<void>((resolve, reject) => {
          worker.once('message', (itsBytes: number) => {
            worker.unref(); // an idle helper must not keep the process alive
            if (itsBytes === bytes) resolve();
            else reject(new Error(`a worker laid out ${itsBytes} bytes, expected ${bytes}; build the kernels again`));
          });
          worker.once('error', reject);
        });
      }),
    );
    return threads;
  }

  /** Wakes the workers for one run over the batch. */
  wake(words: Int32Array, command: number): void {
    words[control.command] = command;
    Atomics.add(words, control.generation, 1);
    Atomics.notify(words, control.generation);
  }

  stop(words: Int32Array): void {
    this.wake(words, commands.exit);
    for (const worker of this.#workers) void worker.terminate();
    this.#workers.length = 0;
  }
}
