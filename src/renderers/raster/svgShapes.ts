/** The shapes of SVG as path data. */

import type { Element } from '@xmldom/xmldom';
import { number, numbers } from './svgStyle.ts';

/** Path data of an element by its name; no other elements are drawn as shapes. */
export const shapes: Readonly<Record<string, (element: Element) => string>> = {
  path: (element) => element.getAttribute('d') ?? '',
  rect: (element) => {
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => number(element.getAttribute(name), 0));
    const asked = number(element.getAttribute('rx') ?? element.getAttribute('ry'), 0);
    if (width <= 0 || height <= 0) return '';
    const r = Math.min(asked, width / 2, height / 2);
    if (r <= 0) return `M${x} ${y}h${width}v${height}h${-width}z`;
    const [w, h] = [width - 2 * r, height - 2 * r];
    const turn = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
    return `M${x + r} ${y}h${w}${turn(r, r)}v${h}${turn(-r, r)}h${-w}${turn(-r, -r)}v${-h}${turn(r, -r)}z`;
  },
  circle: (element) => {
    const [cx, cy, r] = ['cx', 'cy', 'r'].map((name) => number(element.getAttribute(name), 0));
    return r > 0 ? `M${cx - r} ${cy}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z` : '';
  },
  line: (element) => {
    const [x1, y1, x2, y2] = ['x1', 'y1', 'x2', 'y2'].map((name) => number(element.getAttribute(name), 0));
    return `M${x1} ${y1}L${x2} ${y2}`;
  },
};

/** `transform="..."` as steps; an unknown one is an error. */
export function transforms(text: string): readonly { readonly name: string; readonly values: readonly number[] }[] {
  return [...text.matchAll(/([a-z]+)\s*\(([^)]*)\)/gi)].map(([, name, values]) => {
    if (!['translate', 'rotate', 'scale', 'matrix'].includes(name))
      throw new Error(`expected translate, rotate, scale or matrix, found "${name}"`);
    return { name, values: numbers(values) };
  });
}
