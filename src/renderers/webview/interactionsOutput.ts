/**
 * Interactions on the page: a click on a cell, or Enter, lists the strongest pairs of features below it; arrow keys go
 * from cell to cell; buttons turn the heatmap into a table and cluster its fields.
 */

import type { InteractionsPayload } from '../../kernel/format/mime.ts';
import { type InteractionsChoice, interactionsView } from '../views/interactionsView.ts';
import type { OutputFrame } from './outputFrame.ts';

const arrows: Readonly<Record<string, readonly [column: number, row: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class InteractionsOutput {
  readonly frame: OutputFrame;
  #payload: InteractionsPayload | undefined;
  #choice: InteractionsChoice = {};

  constructor(frame: OutputFrame) {
    this.frame = frame;
    frame.root.addEventListener('click', ({ target }) => this.#click(target as Element));
    frame.root.addEventListener('keydown', (event) => this.#key(event));
    frame.root.addEventListener('focusin', () => this.#tell());
  }

  show(payload: InteractionsPayload): void {
    this.#payload = payload;
    this.frame.show((width) => interactionsView(this.#payload!, this.#choice, Math.min(width, 640)));
    this.#tell();
  }

  /** What pointing at a cell tells, for the one that has the focus. */
  #tell(): void {
    const cell = this.frame.root.querySelector('.nfm-cell:focus');
    const line = this.frame.root.querySelector('[data-told]');
    if (line) line.textContent = cell?.getAttribute('aria-label') ?? '';
  }

  #choose(changes: InteractionsChoice): void {
    this.#choice = { ...this.#choice, ...changes };
    this.show(this.#payload!);
  }

  #click(target: Element): void {
    const { toggle } = target.closest<HTMLElement>('[data-toggle]')?.dataset ?? {};
    if (toggle === 'asTable' || toggle === 'clustered') this.#choose({ [toggle]: !this.#choice[toggle] });
    const cell = target.closest<SVGElement>('[data-a]');
    if (cell) this.#list(cell);
  }

  #list({ dataset: { a, b } }: SVGElement): void {
    this.#choose({ cell: { a: Number(a), b: Number(b) } });
  }

  #key(event: KeyboardEvent): void {
    const cell = (event.target as Element).closest<SVGElement>('[data-a]');
    if (!cell) return;
    if (event.key === 'Enter' || event.key === ' ') this.#list(cell);
    else if (event.key in arrows) neighbour(cell.closest('svg')!, cell, arrows[event.key])?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the notebook would go on to its next cell
  }
}

/** The nearest cell in a direction, by where cells stand on the page. */
function neighbour(
  picture: SVGElement,
  from: SVGElement,
  [column, row]: readonly [number, number],
): SVGElement | undefined {
  const centre = (cell: Element): readonly [number, number] => {
    const { left, top, width, height } = cell.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const [x, y] = centre(from);
  const ahead = [...picture.querySelectorAll<SVGElement>('[data-a]')].flatMap((cell) => {
    const [cx, cy] = centre(cell);
    const [forward, aside] = column ? [(cx - x) * column, Math.abs(cy - y)] : [(cy - y) * row, Math.abs(cx - x)];
    return forward > 1 && aside < forward ? [{ cell, distance: forward + 4 * aside }] : [];
  });
  return ahead.sort((a, b) => a.distance - b.distance)[0]?.cell;
}
