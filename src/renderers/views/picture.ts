/** What all pictures share: the outer `<svg>`, and texts that are cut where they would leave their place. */

import { type Child, element, type Markup } from './html.ts';
import { fitText } from './textFit.ts';
import { livePalette, type Palette } from './theme.ts';

/** A picture and the sentence that says the same. */
export interface SvgView {
  readonly svg: string;
  readonly text: string;
  /** The data could not be read, and this says so. */
  readonly damaged?: true;
}

/** A piece of HTML and the sentence that says the same. */
export interface HtmlView {
  readonly html: string;
  readonly text: string;
  /** The data could not be read, and this says so. */
  readonly damaged?: true;
}

export interface ViewOptions {
  /** @default livePalette, colours as CSS variables */
  readonly theme?: Palette;
  /** Pixels that the picture may take. Each view has its own default. */
  readonly width?: number;
  /** The picture will be a file: it brings its page colour and font with it. @default false */
  readonly standalone?: boolean;
  /** Let the keyboard reach the parts of the picture. @default false */
  readonly interactive?: boolean;
}

/** The outer element, with its label and its size; no ids, so that many pictures can stand on one page. */
export function picture(
  width: number,
  height: number,
  label: string,
  { theme = livePalette, standalone, interactive }: ViewOptions,
  ...children: readonly Child[]
): Markup {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'nfm-picture',
      viewBox: `0 0 ${w} ${h}`,
      width: w,
      height: h,
      // The parts of an image are nobody's; where they can be reached, the whole is a group.
      role: interactive ? 'group' : 'img',
      'aria-label': label,
      'font-family': standalone ? "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" : undefined,
      'font-size': 11,
    },
    standalone && element('rect', { width: w, height: h, fill: theme.page }),
    ...children,
  );
}

export interface TextStyle {
  readonly fill: string;
  readonly size?: number;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly family?: string;
  /** Cut to this width; the whole is then the title. */
  readonly width?: number;
  /** A rim of this colour around the letters, for text that lies on lines. */
  readonly halo?: string;
}

/** A line of text at (x, y) of its baseline. */
export function label(x: number, y: number, text: string, style: TextStyle): Markup {
  const { fill, size = 11, bold, anchor, family, width, halo } = style;
  const shown = width === undefined ? { text, cut: false } : fitText(text, width, size, bold);
  return element(
    'text',
    {
      x,
      y,
      fill,
      'font-size': size === 11 ? undefined : size,
      'font-weight': bold ? 600 : undefined,
      'text-anchor': anchor === 'start' ? undefined : anchor,
      'font-family': family,
      ...(halo && { stroke: halo, 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke' }),
    },
    shown.text,
    shown.cut && element('title', {}, text),
  );
}

/** A straight or bent line. */
export const line = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');

const round = (x: number): number => Math.round(x * 100) / 100;
