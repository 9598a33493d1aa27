/** A run's events as they come: one line drawn again and again on a terminal, a plain line an epoch elsewhere. */

import type { Metrics, RunEvent } from '../run/events.ts';
import type { Terminal } from './terminal.ts';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export class Progress {
  readonly #terminal: Terminal;
  #start: Of<'started'> | undefined;
  #last: Of<'epoch'> | undefined;
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
      const share = event.rows / event.of;
      this.#draw([
        `epoch ${event.epoch}/${this.#start?.epochs}`,
        bar(share),
        `loss ${event.loss.toFixed(4)}`,
        this.#best(),
        speed(event),
      ]);
    } else if (event.type === 'epoch') {
      this.#last = event;
      if (this.#terminal.columns() === null) this.#terminal.note(this.#epochLine(event));
      else
        this.#draw([
          `epoch ${event.epoch}/${this.#start?.epochs}`,
          bar(1),
          ...epochTexts(event),
          this.#best(),
          speed(event),
        ]);
    }
  }

  /** Leaves the last line standing. */
  end(): void {
    if (this.#drawn) this.#terminal.draw('\n');
    this.#drawn = false;
  }

  #epochLine(event: Of<'epoch'>): string {
    const texts = [
      `epoch ${event.epoch}/${this.#start?.epochs}`,
      ...epochTexts(event),
      `${event.seconds.toFixed(2)} s`,
      speed(event),
    ];
    return texts.join('  ') + (event.best ? '  best' : '');
  }

  #best(): string {
    const metric = this.#start?.metric ?? '';
    const best = this.#last && this.#last.bestEpoch > 0 ? this.#last : undefined;
    return best
      ? `best epoch ${best.bestEpoch}${best.best && best.validation[metric] != null ? ` (${metric} ${best.validation[metric].toFixed(4)})` : ''}`
      : '';
  }

  #draw(texts: readonly string[]): void {
    const columns = this.#terminal.columns();
    if (columns === null) return;
    const line = texts.filter((text) => text !== '').join('  ');
    this.#terminal.draw(`\r\u001b[2K${line.slice(0, columns - 1)}`);
    this.#drawn = true;
  }
}

const barWidth = 20;
const bar = (share: number): string => `[${'='.repeat(Math.round(share * barWidth)).padEnd(barWidth)}]`;

const epochTexts = ({ train, validation }: Of<'epoch'>): string[] => [
  `loss ${train.loss?.toFixed(4)}`,
  ...metricTexts('train', { ...train, loss: null }),
  ...metricTexts('validation', validation),
];

/** `validation rmse 0.3127 auc 0.9821`: metrics that have a value. */
function metricTexts(part: string, metrics: Metrics): string[] {
  const known = Object.entries(metrics).filter(([, value]) => value !== null);
  return known.length === 0
    ? []
    : [`${part} ${known.map(([name, value]) => `${name} ${value!.toFixed(4)}`).join(' ')}`];
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

const grouped = (n: number): string => n.toLocaleString('en-US');
