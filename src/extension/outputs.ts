/**
 * What a run says, written into its cell. Two lanes: the document lane is what is saved, in few, coalesced writes that
 * nobody waits for; the live lane carries the states of a training to the renderer that already shows it.
 */

import * as vscode from 'vscode';
import { type MimeBundle, mime } from '../kernel/format/mime.ts';
import type { RunMessage } from '../kernel/format/protocol.ts';
import type { LiveLane } from './liveLane.ts';
import { errorItem, newOutput, outputItems } from './outputItems.ts';
import { Paced } from './paced.ts';

/** The part of a cell execution that outputs are written to. */
export type OutputTarget = Pick<
  vscode.NotebookCellExecution,
  'appendOutput' | 'appendOutputItems' | 'replaceOutputItems'
>;

export interface OutputOptions {
  readonly live: LiveLane;
  /** Unique among the runs of all notebooks; the keys of the run's outputs start with it. */
  readonly prefix: string;
}

const textPaceMs = 33;
/** Saved states of a training: few, because each makes the document dirty and is sent whole. */
const trainingPaceMs = 2000;
const updatePaceMs = 500;

type StreamName = 'stdout' | 'stderr';

export class CellOutputs {
  readonly #target: OutputTarget;
  readonly #options: OutputOptions;
  readonly #replaceable = new Map<number, Paced<MimeBundle>>();
  /** Text that is not written yet, and the output that it continues. */
  readonly #text = new Paced<null>(textPaceMs, () => this.#writeText());
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
        if (message.value) this.#append(newOutput(message.value, metadata));
      }
    }
  }

  /** Writes everything that waits: the last state of every output. */
  flush(): void {
    this.#text.flush();
    for (const pace of this.#replaceable.values()) pace.flush();
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
      void this.#target.appendOutputItems([item], this.#stream.output);
      return;
    }
    const output = new vscode.NotebookCellOutput([item]);
    void this.#target.appendOutput(output);
    this.#stream = { name, output };
  }

  /** Another output ends the text before it. */
  #append(output: vscode.NotebookCellOutput): void {
    this.#text.flush();
    this.#stream = undefined;
    void this.#target.appendOutput(output);
  }

  #display(outputId: number, bundle: MimeBundle): void {
    const key = this.#key(outputId);
    const output = newOutput(bundle, { outputType: 'display_data', liveKey: key });
    this.#append(output);
    const pace = new Paced<MimeBundle>(mime.run in bundle ? trainingPaceMs : updatePaceMs, (newest) => {
      void this.#target.replaceOutputItems(outputItems(newest), output);
    });
    this.#replaceable.set(outputId, pace);
  }

  #update(outputId: number, bundle: MimeBundle): void {
    this.#replaceable.get(outputId)?.put(bundle);
    if (mime.run in bundle) this.#options.live.send(this.#key(outputId), bundle[mime.run]);
  }

  #key(outputId: number): string {
    return `${this.#options.prefix}.${outputId}`;
  }
}
