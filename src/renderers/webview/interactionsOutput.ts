/** The interaction heatmap on the page: a click on a cell, or Enter, lists the strongest pairs of features below it. */

import type { InteractionsPayload } from '../../kernel/format/mime.ts';
import { featurePairList } from '../views/featurePairs.ts';
import { heatmap } from '../views/heatmap.ts';
import type { Draw } from './outputFrame.ts';

const arrows: Readonly<Record<string, readonly [column: number, row: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function interactionsDraw(payload: InteractionsPayload): Draw {
  return (width) => ({
    html: `${heatmap(payload, { width: Math.min(width, 640), interactive: true }).svg}<div class="nfm-pairs" aria-live="polite"></div>`,
    ready: (root) => {
      const picture = root.querySelector('svg')!;
      const list = root.querySelector('.nfm-pairs')!;
      const choose = (cell: Element): void => {
        const { a, b } = (cell as SVGElement).dataset;
        list.innerHTML = featurePairList(payload, Number(a), Number(b)).html;
      };
      picture.addEventListener('click', ({ target }) => {
        const cell = (target as Element).closest('[data-a]');
        if (cell) choose(cell);
      });
      picture.addEventListener('keydown', (event) => {
        const cell = (event.target as Element).closest<SVGElement>('[data-a]');
        if (!cell) return;
        if (event.key === 'Enter' || event.key === ' ') choose(cell);
        else if (event.key in arrows) neighbour(picture, cell, arrows[event.key])?.focus();
        else return;
        event.preventDefault();
      });
    },
  });
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
