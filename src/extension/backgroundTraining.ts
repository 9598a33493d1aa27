/**
 * A training without a notebook: the cells that "Train NFM" would write, run in a kernel of their own.
 *
 *   cells -> kernel process -> states of the run -> model file in a temporary folder; the process ends
 *
 * No VS Code in here, so that tests drive real processes without an editor.
 */

import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type MimeBundle, mime, type RunPayload } from '../kernel/format/mime.ts';
import type { ErrorReport, FromKernel, RunOutcome } from '../kernel/format/protocol.ts';
import { KernelProcess, type KernelProcessOptions } from './kernelProcess.ts';
import type { TrainingCell } from './trainingCells.ts';

export interface BackgroundTrainingOptions {
  /** What `trainingCells` gives; code cells run until one has trained `run`. */
  readonly cells: readonly TrainingCell[];
  readonly kernel: Omit<KernelProcessOptions, 'onMessage' | 'onExit'>;
  /** Receives each state of the run while it trains. */
  readonly onState: (run: RunPayload) => void;
}

export type TrainingEnd =
  /** Also a training that was stopped, or failed after some epochs (`run.state`): the weights are those of the best epoch. */
  | { readonly type: 'trained'; readonly run: RunPayload; readonly outputs: CellOutputs }
  /** Stopped before the first epoch was finished. */
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly message: string };

/** What cells showed, by their place among the cells. */
export type CellOutputs = ReadonlyMap<number, MimeBundle>;

export class BackgroundTraining {
  readonly #options: BackgroundTrainingOptions;
  readonly #kernel: KernelProcess;
  #cancelled = false;
  #run: RunPayload | undefined;
  /** What the present cell shows, in its last state. */
  #shown: MimeBundle | undefined;
  #folder: string | undefined;

  constructor(options: BackgroundTrainingOptions) {
    this.#options = options;
    this.#kernel = new KernelProcess({ ...options.kernel, onMessage: (message) => this.#take(message) });
  }

  /** Process id while it trains. */
  get pid(): number | undefined {
    return this.#kernel.pid;
  }

  /** Trains, once. Never rejects; when it settles the process has ended. */
  async train(): Promise<TrainingEnd> {
    try {
      return await this.#train();
    } catch (error) {
      return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
    } finally {
      await this.#kernel.shutdown();
    }
  }

  /** Stops the training; the best weights so far are kept. */
  cancel(): void {
    this.#cancelled = true;
    if (this.#folder === undefined) this.#kernel.interrupt(); // else the weights are being kept
  }

  /**
   * Writes the trained model to a file, an existing one in one step.
   * @throws Error of the file system; an existing file is then as it was
   */
  async save(path: string): Promise<void> {
    const beside = join(dirname(path), `.${process.pid}-${Date.now().toString(36)}.tmp`);
    try {
      await copyFile(this.#modelFile, beside);
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  }

  /** Ends the process if it still trains, and forgets the model. */
  async dispose(): Promise<void> {
    // At once: a host that ends waits for nobody.
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    await this.#kernel.shutdown();
  }

  async #train(): Promise<TrainingEnd> {
    const outputs = new Map<number, MimeBundle>();
    for (const [index, { kind, source }] of this.#options.cells.entries()) {
      if (kind !== 'code') continue;
      if (this.#cancelled) return { type: 'cancelled' };
      const { status, value, error } = await this.#runCell(source, index);
      const shown = value ?? this.#shown;
      if (shown) outputs.set(index, shown);
      if (hasEnded(this.#run)) break;
      if (status !== 'ok')
        return status === 'interrupted' && this.#cancelled
          ? { type: 'cancelled' }
          : { type: 'failed', message: messageOf(error) };
    }
    const run = this.#run;
    if (!hasEnded(run)) throw new Error('the cells trained nothing');
    if (run.bestEpoch === 0)
      return run.state === 'failed'
        ? { type: 'failed', message: run.message ?? 'no epoch was finished' }
        : { type: 'cancelled' };
    this.#folder = await mkdtemp(join(tmpdir(), 'nfm-training-'));
    const { status, error } = await this.#runCell(`await run.save(${JSON.stringify(this.#modelFile)})`, -1);
    return status === 'ok' ? { type: 'trained', run, outputs } : { type: 'failed', message: messageOf(error) };
  }

  get #modelFile(): string {
    if (this.#folder === undefined) throw new Error('there is no trained model');
    return join(this.#folder, 'model.nfm');
  }

  #runCell(code: string, index: number): Promise<RunOutcome> {
    this.#shown = undefined;
    return this.#kernel.run({ cellId: String(index), code }).outcome;
  }

  #take(message: FromKernel): void {
    if (message.type !== 'output' && message.type !== 'update') return;
    this.#shown = message.bundle;
    if (!(mime.run in message.bundle)) return;
    this.#run = message.bundle[mime.run] as unknown as RunPayload;
    this.#options.onState(this.#run);
  }
}

const hasEnded = (run: RunPayload | undefined): run is RunPayload =>
  run !== undefined && run.state !== 'running' && run.state !== 'paused';

const messageOf = (error: ErrorReport | undefined): string => error?.message ?? 'the training was stopped';
