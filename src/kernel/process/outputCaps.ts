/**
 * Limits on what one run may show. Text and rich data above them go to files, and a line of the output says where;
 * so a cell that prints without end neither freezes the editor nor loses a line.
 */

import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grouped } from '../base/grouped.ts';
import { type Json, type MimeBundle, mime } from '../format/mime.ts';
import type { LogMessage, RunMessage } from '../format/protocol.ts';

export interface OutputLimits {
  /** Characters of printed text. */
  readonly text: number;
  /** Characters of displayed data; of an output that is replaced only the newest counts. */
  readonly rich: number;
}

/** One million characters of text, eight of rich data. */
export const defaultLimits: OutputLimits = { text: 1e6, rich: 8e6 };

type Message = RunMessage | LogMessage;
type Stream = Extract<RunMessage, { type: 'stream' }>;

/** Stands for a run's value among its outputs, which count from 1. */
const valueId = 0;

/** Spilled text is written in pieces of this many characters. */
const pieceLength = 1 << 16;

interface Spill {
  readonly path: string;
  pending: string;
  lines: number;
  /** After the run's end nothing waits for a full piece. */
  late: boolean;
}

interface RunTotals {
  text: number;
  rich: number;
  readonly bundles: Map<number, number>;
  spill?: Spill;
}

export class OutputCaps {
  readonly #send: (message: Message) => void;
  readonly #limits: OutputLimits;
  readonly #runs = new Map<number, RunTotals>();
  #folder: string | undefined;

  constructor(send: (message: Message) => void, limits: OutputLimits = defaultLimits) {
    this.#send = send;
    this.#limits = limits;
  }

  /** Passes a message on, within the limits of its run. */
  take(message: Message): void {
    switch (message.type) {
      case 'stream':
        this.#text(message);
        break;
      case 'output':
      case 'update':
        this.#send({ ...message, bundle: this.#bundle(message.runId, message.outputId, message.bundle) });
        break;
      case 'done': {
        const { runId, value } = message;
        this.#endText(runId);
        this.#send(value ? { ...message, value: this.#bundle(runId, valueId, value) } : message);
        break;
      }
      default:
        this.#send(message);
    }
  }

  /** Writes what is still on its way to files. */
  flush(): void {
    for (const { spill } of this.#runs.values()) if (spill) writePending(spill);
  }

  #totals(runId: number): RunTotals {
    const known = this.#runs.get(runId);
    if (known) return known;
    const totals = { text: 0, rich: 0, bundles: new Map() };
    this.#runs.set(runId, totals);
    return totals;
  }

  #text(message: Stream): void {
    const totals = this.#totals(message.runId);
    const { text } = message;
    if (!totals.spill && totals.text + text.length <= this.#limits.text) {
      totals.text += text.length;
      this.#send(message);
    } else if (totals.spill) spillText(totals.spill, text);
    else {
      const room = this.#limits.text - totals.text;
      const cut = text.lastIndexOf('\n', room - 1) + 1 || (text.includes('\n') ? 0 : room);
      if (cut > 0) this.#send({ ...message, text: text.slice(0, cut) });
      totals.spill = { path: this.#file(`run-${message.runId}.txt`), pending: '', lines: 0, late: false };
      spillText(totals.spill, text.slice(cut));
      writePending(totals.spill);
      const note = `… over ${shortCount(this.#limits.text)} characters of text: the rest goes to ${totals.spill.path}\n`;
      this.#send({ ...message, name: 'stderr', text: note });
    }
  }

  #endText(runId: number): void {
    const spill = this.#runs.get(runId)?.spill;
    if (!spill) return;
    spill.late = true;
    writePending(spill);
    const count = grouped(spill.lines);
    const text = `… ${count} more line${spill.lines === 1 ? '' : 's'}: ${spill.path}\n`;
    this.#send({ type: 'stream', runId, name: 'stderr', text });
  }

  #bundle(runId: number, outputId: number, bundle: MimeBundle): MimeBundle {
    const totals = this.#totals(runId);
    const size = sizeOf(bundle);
    const rich = totals.rich - (totals.bundles.get(outputId) ?? 0) + size;
    if (rich <= this.#limits.rich) {
      totals.rich = rich;
      totals.bundles.set(outputId, size);
      return bundle;
    }
    const path = this.#file(outputId === valueId ? `run-${runId}-value.json` : `run-${runId}-output-${outputId}.json`);
    writeFileSync(path, JSON.stringify(bundle));
    const shown = bundle[mime.text].slice(0, 2000);
    const limit = shortCount(this.#limits.rich);
    return { [mime.text]: `${shown}\n… ${shortCount(size)} more, over the ${limit} that one run may show: ${path}` };
  }

  /** A path in a folder that outlives the kernel, because outputs refer to it. */
  #file(name: string): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'nfm-outputs-'));
    return join(this.#folder, name);
  }
}

function spillText(spill: Spill, text: string): void {
  spill.pending += text;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) spill.lines++;
  if (spill.late || spill.pending.length >= pieceLength) writePending(spill);
}

function writePending(spill: Spill): void {
  appendFileSync(spill.path, spill.pending);
  spill.pending = '';
}

function sizeOf(json: Json): number {
  if (typeof json === 'string') return json.length;
  if (typeof json !== 'object' || json === null) return 8;
  let size = 2;
  if (Array.isArray(json)) for (const item of json) size += sizeOf(item) + 1;
  else for (const [key, item] of Object.entries(json)) size += key.length + sizeOf(item) + 4;
  return size;
}

const shortCount = (n: number): string => (n >= 1e6 ? `${+(n / 1e6).toFixed(1)} million` : grouped(n));
