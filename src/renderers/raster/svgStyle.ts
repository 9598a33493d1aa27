/** The look of an SVG element: what it inherits, what it says itself, and paints of CanvasKit made from that. */

import type { Element } from '@xmldom/xmldom';
import type { Canvas, CanvasKit, Paint, Path, Shader } from 'canvaskit-wasm';
import { namedColors } from './namedColors.ts';

/** Properties that children inherit, by their names in SVG, with the values that hold without any. */
const inherited = {
  fill: '#000',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-opacity': '1',
  'stroke-width': '1',
  'stroke-dasharray': 'none',
  'stroke-dashoffset': '0',
  'stroke-linecap': 'butt',
  'stroke-linejoin': 'miter',
  'stroke-miterlimit': '4',
  'paint-order': 'normal',
  'font-family': 'sans-serif',
  'font-size': '16',
  'font-style': 'normal',
  'font-weight': 'normal',
  'text-anchor': 'start',
} as const;

export type Style = { readonly [Name in keyof typeof inherited]: string };

export const initialStyle: Style = inherited;

/** The style of an element among its parents. `style="..."` is read too, since charts use it. */
export function styleOf(element: Element, parent: Style): Style {
  const own: Record<string, string> = {};
  for (const { name, value } of element.attributes) if (name in inherited) own[name] = value;
  for (const declaration of (element.getAttribute('style') ?? '').split(';')) {
    const [name, value] = declaration.split(':', 2).map((part) => part.trim());
    if (name in inherited && value) own[name] = value;
  }
  return Object.keys(own).length === 0 ? parent : { ...parent, ...own };
}

/** A number that may carry `px`; anything else is an error, since it would be drawn in a wrong place. */
export function number(text: string | null, otherwise: number): number {
  if (text === null || text === '') return otherwise;
  const value = Number(text.replace(/px$/, ''));
  if (!Number.isFinite(value)) throw new Error(`expected a number of pixels, found "${text}"`);
  return value;
}

export const numbers = (text: string): readonly number[] =>
  (text.match(/[-+]?(?:\d*\.\d+|\d+\.?)(?:e[-+]?\d+)?/gi) ?? []).map(Number);

/** Paints made for one picture. Objects of CanvasKit lie in its memory until they are deleted. */
export class Paints {
  readonly #kit: CanvasKit;
  readonly #shader: (id: string, bounds: Float32Array) => Shader;
  readonly #own: <T extends { delete(): void }>(object: T) => T;

  /**
   * @param shader of the gradient with this id, for a shape with these bounds
   * @param own deletes an object when the picture is done
   */
  constructor(
    kit: CanvasKit,
    shader: (id: string, bounds: Float32Array) => Shader,
    own: <T extends { delete(): void }>(object: T) => T,
  ) {
    this.#kit = kit;
    this.#shader = shader;
    this.#own = own;
  }

  /** Undefined where nothing is filled. */
  fill(style: Style, bounds: Float32Array): Paint | undefined {
    return this.#paint(style.fill, style['fill-opacity'], bounds);
  }

  /** Undefined where nothing is stroked. */
  stroke(style: Style, bounds: Float32Array): Paint | undefined {
    const kit = this.#kit;
    const width = number(style['stroke-width'], 1);
    const paint = width > 0 ? this.#paint(style.stroke, style['stroke-opacity'], bounds) : undefined;
    if (!paint) return undefined;
    paint.setStyle(kit.PaintStyle.Stroke);
    paint.setStrokeWidth(width);
    paint.setStrokeMiter(number(style['stroke-miterlimit'], 4));
    paint.setStrokeCap(kit.StrokeCap[capitalised(style['stroke-linecap'], ['Butt', 'Round', 'Square'])]);
    paint.setStrokeJoin(kit.StrokeJoin[capitalised(style['stroke-linejoin'], ['Miter', 'Round', 'Bevel'])]);
    const dashes = numbers(style['stroke-dasharray']);
    if (dashes.some((length) => length > 0)) {
      const even = dashes.length % 2 === 0 ? dashes : [...dashes, ...dashes];
      const offset = number(style['stroke-dashoffset'], 0);
      paint.setPathEffect(this.#own(kit.PathEffect.MakeDash([...even], offset)));
    }
    return paint;
  }

  /** Fills and strokes a path in the order that the style asks for. */
  draw(canvas: Canvas, path: Path, style: Style): void {
    const bounds = path.getBounds();
    const layers = [this.fill(style, bounds), this.stroke(style, bounds)];
    if (style['paint-order'].startsWith('stroke')) layers.reverse();
    for (const paint of layers) if (paint) canvas.drawPath(path, paint);
  }

  #paint(color: string, opacity: string, bounds: Float32Array): Paint | undefined {
    if (color === 'none' || color === 'transparent' || number(opacity, 1) === 0) return undefined;
    const paint = this.#own(new this.#kit.Paint());
    paint.setAntiAlias(true);
    const gradient = /^url\(["']?#([^"')]+)["']?\)$/.exec(color);
    if (gradient) {
      paint.setShader(this.#own(this.#shader(gradient[1], bounds)));
      paint.setAlphaf(number(opacity, 1));
    } else {
      const rgba = this.color(color);
      rgba[3] *= number(opacity, 1);
      paint.setColor(rgba);
    }
    return paint;
  }

  /** A CSS colour: a name, `#rrggbb`, `rgb()`, `rgba()`. */
  color(text: string): Float32Array {
    const plain = namedColors.get(text.toLowerCase()) ?? text;
    if (!/^(#[\da-f]{3,8}|rgba?\([\d\s,.]*\))$/i.test(plain)) throw new Error(`expected a colour, found "${text}"`);
    return this.#kit.parseColorString(plain) as Float32Array;
  }
}

function capitalised<Name extends string>(value: string, names: readonly Name[]): Name {
  return names.find((name) => name.toLowerCase() === value) ?? names[0];
}
