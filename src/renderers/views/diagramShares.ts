/** Where the parameters of a model are: total, bar and legend. */

import type { Box } from './diagramBoxes.ts';
import { type Part, partNames } from './diagramLabels.ts';
import { type Child, element, joined, type Markup } from './html.ts';
import { formatNumber, formatShare } from './numbers.ts';
import { label } from './picture.ts';
import { textWidth } from './textFit.ts';
import type { Palette } from './theme.ts';

interface Share {
  readonly part: Part;
  readonly name: string;
  readonly parameters: number;
}

/** Parameters by part, most first; parts below 1 % together as `other`. */
export function sharesOf(boxes: readonly Box[]): readonly Share[] {
  const byPart = new Map<Part, number>();
  const add = (part: Part, n: number) => n > 0 && byPart.set(part, (byPart.get(part) ?? 0) + n);
  for (const { part, parameters, batchNorm } of boxes) {
    add(part, parameters - batchNorm);
    add('regulariser', batchNorm);
  }
  const total = [...byPart.values()].reduce((sum, n) => sum + n, 0);
  const all = [...byPart].map(([part, parameters]) => ({ part, name: partNames[part], parameters }));
  const shown = all.filter(({ parameters }) => parameters >= 0.01 * total).sort((a, b) => b.parameters - a.parameters);
  const rest = all.filter(({ parameters }) => parameters < 0.01 * total);
  if (rest.length <= 1) return [...shown, ...rest];
  const other = rest.reduce((sum, { parameters }) => sum + parameters, 0);
  return [...shown, { part: 'input', name: 'other', parameters: other }];
}

/** Total, bar and legend below each other, from y down; `height` is what they take. */
export function drawShares(
  boxes: readonly Box[],
  x: number,
  y: number,
  width: number,
  theme: Palette,
): { readonly markup: Markup; readonly height: number } {
  const shares = sharesOf(boxes);
  const total = shares.reduce((sum, { parameters }) => sum + parameters, 0);
  const batchNorm = boxes.reduce((sum, box) => sum + box.batchNorm, 0);
  const words = `${formatNumber(total)} trained parameters`;
  const apart = batchNorm > 0 ? ` (${formatNumber(total - batchNorm)} without batch norm)` : '';
  const children: Child[] = [label(x, y + 12, words + apart, { fill: theme.foreground, size: 12, bold: true, width })];
  const least = 3;
  const free = width - least * shares.length;
  let [at, row, column] = [x, y + 46, x];
  for (const { part, name, parameters } of shares) {
    const own = least + (free * parameters) / total;
    children.push(element('rect', { x: at, y: y + 21, width: Math.max(1, own - 1), height: 8, fill: theme[part] }));
    at += own;
    const text = `${name} ${formatShare(parameters / total)}`;
    const needed = 14 + textWidth(text, 11);
    if (column > x && column + needed > x + width) [row, column] = [row + 17, x];
    children.push(element('rect', { x: column, y: row - 8, width: 9, height: 9, fill: theme[part] }));
    children.push(label(column + 14, row, text, { fill: theme.muted }));
    column += needed + 14;
  }
  return { markup: joined(children), height: row + 6 - y };
}
