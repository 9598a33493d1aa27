/** A run's events as they come: one line drawn again and again on a terminal, a plain line an epoch elsewhere. */

import { grouped } from '../base/grouped.ts';
import type { Metrics, RunEvent } from '../run/events.ts';
import { metricTitle } from '../run/metricTitle.ts';
import type { Terminal } from './terminal.ts';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export class Progress {
  readonly #terminal: Terminal;
  #start: Of<'started'> | undefined;
  #best: Of<'epoch'> | undefined;
  #drawn = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(event: RunEvent): void {
    if (event.type === 'started') {
      this.#start = event;
      const { graph, parameters, rows, config } = event;
      this.#terminal.note(
        `${graph.name}: ${grouped(parameters)} parameters, ${grouped(rows)} rows an epoch, engine ${config.engine}, seed ${config.seed}`,
      );
    } else if (event.type === 'progress') {
      this.#draw(event, bar(event.rows / event.of), `loss ${event.loss.toFixed(4)}`);
    } else if (event.type === 'epoch') {
      if (event.best) this.#best = event;
      if (this.#terminal.columns() !== null) this.#draw(event, bar(1), ...epochTexts(event));
      else {
        const texts = [this.#epochOf(event), ...epochTexts(event), `${event.seconds.toFixed(2)} s`, speed(event)];
        this.#terminal.note(texts.join('  ') + (event.best ? '  best' : ''));
      }
    }
  }

  /** Leaves the last line standing. */
  end(): void {
    if (this.#drawn) this.#terminal.draw('\n');
    this.#drawn = false;
  }

  #epochOf({ epoch }: { readonly epoch: number }): string {
    return `epoch ${epoch}/${this.#start?.epochs}`;
  }

  /** The line of a terminal, cut at its width. */
  #draw(event: Of<'progress'> | Of<'epoch'>, ...texts: readonly string[]): void {
    const columns = this.#terminal.columns();
    if (columns === null) return;
    const line = [this.#epochOf(event), ...texts, ...this.#bestTexts(), speed(event)].join('  ');
    this.#terminal.draw(`\r\u001b[2K${line.slice(0, columns - 1)}`);
    this.#drawn = true;
  }

  #bestTexts(): string[] {
    const value = this.#best?.validation[this.#start?.metric ?? ''];
    return this.#best && value != null ? [`best ${value.toFixed(4)} in epoch ${this.#best.epoch}`] : [];
  }
}

const barWidth = 20;
const bar = (share: number): string => `[${'='.repeat(Math.round(share * barWidth)).padEnd(barWidth)}]`;

const epochTexts = ({ train, validation }: Of<'epoch'>): string[] => [
  `loss ${train.loss?.toFixed(4)}`,
  ...metricTexts('train', { ...train, loss: null }),
  ...metricTexts('validation', validation),
];

/** `validation RMSE 0.3127 AUC 0.9821`: metrics that have a value. */
function metricTexts(part: string, metrics: Metrics): string[] {
  const known = Object.entries(metrics).filter(([, value]) => value !== null);
  return known.length === 0
    ? []
    : [`${part} ${known.map(([name, value]) => `${metricTitle(name)} ${value!.toFixed(4)}`).join(' ')}`];
}

const speed = ({ rowsPerSecond, etaSeconds }: { rowsPerSecond: number; etaSeconds: number }): string =>
  `${grouped(Math.round(rowsPerSecond))} rows/s  at most ${duration(etaSeconds)} left`;

/** `0:07`, `12:30`, `1:02:09`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
