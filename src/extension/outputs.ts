/**
 * What a run says, written into its cell. Two lanes: the document lane is what is saved, in few, coalesced writes that
 * nobody waits for; the live lane carries the states of a training to the renderer that already shows it.
 */

import * as vscode from 'vscode';
import { type Decorate, type Json, type MimeBundle, mime } from '../kernel/format/mime.ts';
import type { RunMessage } from '../kernel/format/protocol.ts';
import type { LiveLane } from './liveLane.ts';
import { errorItem, itemsOf, newOutput, outputItems, wantsPicture } from './outputItems.ts';
import { Paced } from './paced.ts';

/** The part of a cell execution that outputs are written to. */
export type OutputTarget = Pick<
  vscode.NotebookCellExecution,
  'appendOutput' | 'appendOutputItems' | 'replaceOutputItems'
>;

export interface OutputOptions {
  readonly live: LiveLane;
  /** Adds the pictures that take a while. */
  readonly decorate: Decorate;
  /** Unique among the runs of all notebooks; the keys of the run's outputs start with it. */
  readonly prefix: string;
}

const textPaceMs = 33;
/** Saved states of a training: few, because each makes the document dirty and is sent whole. */
const trainingPaceMs = 2000;
const updatePaceMs = 500;

type StreamName = 'stdout' | 'stderr';

export class CellOutputs {
  /** All that was written so far, in its last state, for a cell that takes this one's place. */
  readonly written: vscode.NotebookCellOutput[] = [];
  readonly #target: OutputTarget;
  readonly #options: OutputOptions;
  readonly #replaceable = new Map<number, Paced<MimeBundle>>();
  /** Outputs that the reader has cleared away. */
  readonly #cleared = new WeakSet<vscode.NotebookCellOutput>();
  /** What the outputs show, until their pictures are added. */
  readonly #bundles = new Map<vscode.NotebookCellOutput, MimeBundle>();
  /** Text that is not written yet, and the output that it continues. */
  readonly #text = new Paced<null>(textPaceMs, () => this.#writeText());
  /** Nobody waits for a write but who saves. */
  #newestWrite: Thenable<void> = Promise.resolve();
  #pending: { name: StreamName; chunks: string[] } | undefined;
  #stream: { readonly name: StreamName; readonly output: vscode.NotebookCellOutput } | undefined;

  constructor(target: OutputTarget, options: OutputOptions) {
    this.#target = target;
    this.#options = options;
  }

  add(message: RunMessage): void {
    switch (message.type) {
      case 'stream':
        this.#print(message.name, message.text);
        break;
      case 'output':
        this.#display(message.outputId, message.bundle);
        break;
      case 'update':
        this.#update(message.outputId, message.bundle);
        break;
      case 'error':
        this.#append(new vscode.NotebookCellOutput([errorItem(message)]));
        break;
      case 'done': {
        this.flush();
        const metadata = { outputType: 'execute_result', executionCount: message.executionCount };
        if (message.value) this.#appendBundle(message.value, metadata);
      }
    }
  }

  /** Writes everything that waits, and settles when the document has it. */
  settle(): Thenable<void> {
    this.flush();
    return this.#newestWrite;
  }

  /** Writes everything that waits: the last state of every output. */
  flush(): void {
    this.#text.flush();
    for (const pace of this.#replaceable.values()) pace.flush();
  }

  /** The reader has cleared the outputs of the running cell: what comes from now on stands in outputs of its own. */
  cleared(): void {
    for (const output of this.written.splice(0)) {
      this.#cleared.add(output);
      this.#bundles.delete(output);
    }
    this.#stream = undefined;
  }

  /**
   * Draws the pictures that take a while for the outputs in their last state: live ones carry none. Never rejects.
   * @returns what writes them, for outputs that have not changed since; undefined where nothing is to be done
   */
  async drawPictures(): Promise<(() => void) | undefined> {
    const wanted = [...this.#bundles].filter(([output]) => wantsPicture(output));
    if (wanted.length === 0) return undefined;
    const drawn = wanted.map(async ([output, bundle]) => {
      const { data } = await this.#options.decorate(bundle);
      return () => {
        if (this.#bundles.get(output) !== bundle) return;
        this.#bundles.delete(output);
        output.items = itemsOf(data);
        this.#newestWrite = this.#target.replaceOutputItems(output.items, output);
      };
    });
    const writes = await Promise.all(drawn);
    return () => {
      for (const write of writes) write();
    };
  }

  #print(name: StreamName, text: string): void {
    if (this.#pending && this.#pending.name !== name) this.#writeText();
    this.#pending ??= { name, chunks: [] };
    this.#pending.chunks.push(text);
    this.#text.put(null);
  }

  #writeText(): void {
    if (!this.#pending) return;
    const { name, chunks } = this.#pending;
    this.#pending = undefined;
    const item = vscode.NotebookCellOutputItem[name](chunks.join(''));
    if (this.#stream?.name === name) {
      const { output } = this.#stream;
      output.items.push(item);
      this.#newestWrite = this.#target.appendOutputItems([item], output);
      return;
    }
    const output = new vscode.NotebookCellOutput([item]);
    this.#write(output);
    this.#stream = { name, output };
  }

  /** Another output ends the text before it. */
  #append(output: vscode.NotebookCellOutput): void {
    this.#text.flush();
    this.#stream = undefined;
    this.#write(output);
  }

  #appendBundle(bundle: MimeBundle, metadata: Readonly<Record<string, unknown>>): vscode.NotebookCellOutput {
    const output = newOutput(bundle, metadata);
    this.#bundles.set(output, bundle);
    this.#append(output);
    return output;
  }

  #write(output: vscode.NotebookCellOutput): void {
    this.written.push(output);
    this.#newestWrite = this.#target.appendOutput(output);
  }

  #display(outputId: number, bundle: MimeBundle): void {
    const key = this.#key(outputId);
    const output = this.#appendBundle(bundle, { outputType: 'display_data', liveKey: key });
    const pace = new Paced<MimeBundle>(mime.run in bundle ? trainingPaceMs : updatePaceMs, (newest) => {
      this.#bundles.set(output, newest);
      output.items = outputItems(newest);
      if (this.#cleared.delete(output)) this.#append(output);
      else this.#newestWrite = this.#target.replaceOutputItems(output.items, output);
    });
    this.#replaceable.set(outputId, pace);
    if (mime.run in bundle) this.#options.live.send(key, bundle[mime.run]);
  }

  #update(outputId: number, bundle: MimeBundle): void {
    const pace = this.#replaceable.get(outputId);
    pace?.put(bundle);
    // Nothing follows a pause by itself, and readers save while they pause.
    if ((bundle[mime.run] as { readonly state?: Json } | undefined)?.state === 'paused') pace?.flush();
    if (mime.run in bundle) this.#options.live.send(this.#key(outputId), bundle[mime.run]);
  }

  #key(outputId: number): string {
    return `${this.#options.prefix}.${outputId}`;
  }
}
