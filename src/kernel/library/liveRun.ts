/**
 * A training that shows itself in its cell while it goes on: one output, replaced as the run comes along, whose last
 * state is the finished run. The reader of that output can pause and stop the training.
 */

import { type Json, mime, type RunPayload } from '../format/mime.ts';
import type { RunEvent } from '../run/events.ts';
import { metricTitle } from '../run/metricTitle.ts';
import { type ActiveCell, markDisplayed } from '../session/activeCell.ts';
import { listen } from '../session/channels.ts';
import type { DisplayHandle } from '../session/runBindings.ts';
import type { Run } from './run.ts';

/** The channel on which readers ask: `{ outputId, action }`. */
export const runChannel = 'run';

/** States follow each other at this distance, and take at most a twentieth of the time. */
const paceMs = 200;
const shareOfTime = 20;

export class LiveRun {
  readonly #cell: ActiveCell;
  readonly #tell: (event: RunEvent) => void;
  readonly #stop = new AbortController();
  readonly #unlisten: () => void;
  /** Stops the training when the cell is stopped, or the reader asks for it. */
  readonly signal: AbortSignal;
  #output: DisplayHandle | undefined;
  #payload: RunPayload | undefined;
  #nextAt = 0;
  #paused: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  /**
   * @param signal what stops the training besides its reader; default the stop of the cell
   * @param tell called with `paused`, which the trainer itself knows nothing of: it waits to be asked for its next event
   */
  constructor(cell: ActiveCell, signal: AbortSignal = cell.signal, tell: (event: RunEvent) => void = () => {}) {
    this.#cell = cell;
    this.#tell = tell;
    this.signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#unlisten = listen(runChannel, (message) => this.#obey(message));
    this.signal.addEventListener('abort', () => this.#resume(), { once: true });
  }

  /** Shows what an event changes; waits as long as the reader wants a pause. */
  async take(event: RunEvent): Promise<void> {
    this.#payload = after(this.#payload, event);
    this.#show(event.type === 'started');
    if (!this.#paused || this.signal.aborted) return;
    this.#payload = { ...this.#payload!, state: 'paused' };
    this.#show(true);
    this.#tell({ type: 'paused', epoch: this.#payload.history.length });
    await this.#paused.over;
    this.#payload = { ...this.#payload, state: 'running' };
    this.#show(true);
  }

  /** Shows the finished run in place of its states. */
  finish(run: Run): void {
    this.#unlisten();
    if (!this.#output) return;
    this.#output.update(run);
    markDisplayed(run, this.#cell.runId);
  }

  /** For a training that threw: nothing more will come. */
  close(): void {
    this.#unlisten();
  }

  #show(now: boolean): void {
    const began = performance.now();
    if (!now && began < this.#nextAt) return;
    const payload = this.#payload!;
    const shown = {
      toMime: () => ({ [mime.run]: JSON.parse(JSON.stringify(payload)) as Json, [mime.text]: textOf(payload) }),
    };
    if (this.#output) this.#output.update(shown);
    else this.#output = this.#cell.display(shown);
    const ended = performance.now();
    this.#nextAt = ended + Math.max(paceMs, shareOfTime * (ended - began));
  }

  #obey(message: Json): void {
    const { outputId, action } = message as { readonly outputId?: Json; readonly action?: Json };
    if (outputId !== this.#output?.outputId) return;
    if (action === 'stop') this.#stop.abort();
    if (action === 'resume') this.#resume();
    if (action === 'pause' && !this.#paused) {
      let end!: () => void;
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      this.#paused = { over, end };
    }
  }

  #resume(): void {
    this.#paused?.end();
    this.#paused = undefined;
  }
}

/** The record of a run one event later. */
function after(payload: RunPayload | undefined, event: RunEvent): RunPayload {
  if (event.type === 'started') {
    const { graph, config, parameters, epochs, metric } = event;
    const nothing = { history: [], bestEpoch: 0, validation: {}, test: {} };
    return { graph, config, parameters, epochs, metric, state: 'running', ...nothing };
  }
  const { progress: _, ...rest } = payload!;
  switch (event.type) {
    case 'progress':
      return { ...rest, progress: event };
    case 'epoch': {
      const { epoch, train, validation, seconds, best, bestEpoch } = event;
      const history = [...rest.history, { epoch, train, validation, seconds }];
      return { ...rest, history, bestEpoch, ...(best ? { validation } : {}) };
    }
    default:
      return rest; // the ending is shown by the run itself
  }
}

function textOf({ graph, history, epochs, metric, bestEpoch, state }: RunPayload): string {
  const last = history.at(-1);
  const value = last?.validation[metric];
  const score =
    typeof value === 'number'
      ? `: validation ${metricTitle(metric)} ${value.toFixed(4)}, best at epoch ${bestEpoch}`
      : '';
  return `${graph.name}, ${state === 'paused' ? 'paused' : 'training'}, epoch ${last?.epoch ?? 0} of ${epochs}${score}`;
}
