/** The scale of a heatmap: colour by share of the strongest, numbers in two digits, and the legend that explains both. */

import type { PairStrength } from '../../kernel/format/mime.ts';
import { type Child, element, joined, type Markup } from './html.ts';
import { formatNumber } from './numbers.ts';
import { label } from './picture.ts';
import { textWidth, wrapped } from './textFit.ts';
import type { Palette } from './theme.ts';

export interface Scale {
  /** The strongest, without its sign. */
  readonly top: number;
  /** Numbers in cells are times 10^-power, so that two digits of the strongest fit. */
  readonly power: number;
  readonly decimals: number;
}

export function scaleOf(top: number): Scale {
  const order = top > 0 ? Math.floor(Math.log10(top)) : 0;
  const power = order < -1 || order > 2 ? order : 0;
  return { top, power, decimals: Math.max(0, 1 - order + power) };
}

/** The number in a cell, two digits of the strongest, as short as it can be: `.41`, `4.1`, `41`, `0`. */
export function scaled(x: number, { power, decimals }: Scale): string {
  const text = formatNumber(x / 10 ** power, { decimals });
  return Number(text.replaceAll(',', '')) === 0 ? '0' : text.replace(/^(-?)0\./, '$1.');
}

/** Whether a strength is smaller than its spread over seeds. */
export const isNoise = ({ strength, spread }: PairStrength): boolean =>
  strength !== null && spread !== undefined && Math.abs(strength) < spread;

/** A rectangle of the page's colour with this share of a strong colour on it: zero vanishes into any page. */
export function shaded(
  place: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  share: number,
  theme: Palette,
): Markup {
  const fill = share < 0 ? theme.negative : theme.positive;
  return joined(
    element('rect', { ...place, fill: theme.page, stroke: theme.grid }),
    share !== 0 && element('rect', { ...place, fill, 'fill-opacity': Math.min(1, Math.abs(share)) }),
  );
}

/** Strokes over a cell: crossed where nothing was computed, side by side where the strength is noise. */
export function hatch(x: number, y: number, s: number, kind: 'missing' | 'noise', theme: Palette): Markup {
  const d =
    kind === 'missing'
      ? `M${x} ${y}l${s} ${s}M${x + s} ${y}l${-s} ${s}`
      : `M${x} ${y + s / 2}l${s / 2} ${-s / 2}M${x} ${y + s}l${s} ${-s}M${x + s / 2} ${y + s}l${s / 2} ${-s / 2}`;
  return element('path', { d, stroke: theme.muted, 'stroke-width': 0.7 });
}

const [mostStep, height] = [20, 10];

const superscript = (n: number): string => [...String(n)].map((c) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(c)]).join('');

/** Steps of the scale with their ends, and below it what they are and what hatches mean. */
export interface Legend {
  readonly drawn: Markup;
  readonly height: number;
}

/** @param measure what the numbers are, with their unit */
export function legend(
  pairs: readonly PairStrength[],
  scale: Scale,
  measure: readonly string[],
  width: number,
  theme: Palette,
): Legend {
  const signed = pairs.some(({ strength }) => strength !== null && strength < 0);
  const shares = signed ? [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1] : [0, 0.25, 0.5, 0.75, 1];
  const end = formatNumber(scale.top, { digits: 2 });
  const from = signed ? `-${end}` : '0';
  const start = textWidth(from, 10) + 6;
  const step = Math.max(4, Math.min(mostStep, (width - start - textWidth(end, 10) - 8) / shares.length));
  const muted = { fill: theme.muted, size: 10 };
  const children: Child[] = [
    label(0, 9, from, muted),
    shares.map((share, i) => shaded({ x: start + i * step, y: 0, width: step, height }, share, theme)),
    label(start + shares.length * step + 6, 9, end, muted),
  ];
  const notes = [
    ...measure,
    ...(scale.power === 0 ? [] : [`numbers in cells × 10${superscript(scale.power)}`]),
    ...(pairs.some(({ strength }) => strength === null) ? ['crossed: not computed'] : []),
    ...(pairs.some(isNoise) ? ['hatched: within its spread over seeds'] : []),
  ];
  const lines = wrapped(notes, width, 10);
  for (const [i, line] of lines.entries()) children.push(label(0, 25 + 14 * i, line, { ...muted, width }));
  return { drawn: joined(children), height: 16 + 14 * lines.length };
}
