/**
 * SVG as pixels, for the pictures of this project and the charts of Vega. What those do not use (filters, images, foreign
 * objects, CSS classes) is an error: a picture that lacks a part would be worse than none.
 */

import { DOMParser, type Element } from '@xmldom/xmldom';
import type { Canvas, CanvasKit, Path, Shader, TypefaceFontProvider } from 'canvaskit-wasm';
import { shapes, transforms } from './svgShapes.ts';
import { initialStyle, number, numbers, Paints, type Style, styleOf } from './svgStyle.ts';
import { drawText } from './svgText.ts';

/** Larger pictures would need more memory than a notebook's picture is worth. */
const mostPixels = 40e6;

const silent: ReadonlySet<string> = new Set(['title', 'desc', 'defs', 'metadata']);

/**
 * @param scale pixels of the picture a pixel of the SVG
 * @returns the bytes of a PNG file, the same for the same SVG
 * @throws Error that says which part cannot be drawn
 */
export function pngOf(svg: string, kit: CanvasKit, fonts: TypefaceFontProvider, scale = 2): Uint8Array {
  const root = parsed(svg);
  const [width, height] = sizeOf(root).map((length) => Math.ceil(length * scale));
  if (!(width > 0 && height > 0 && width * height <= mostPixels))
    throw new Error(`expected a picture of at most ${mostPixels} pixels, found ${width} x ${height}`);
  const surface = kit.MakeSurface(width, height);
  if (!surface) throw new Error(`no memory for a picture of ${width} x ${height} pixels`);
  const drawing = new Drawing(surface.getCanvas(), kit, fonts, root);
  try {
    surface.getCanvas().clear(kit.TRANSPARENT);
    surface.getCanvas().scale(scale, scale);
    drawing.draw(root, initialStyle);
    surface.flush();
    const image = surface.makeImageSnapshot();
    const png = image.encodeToBytes(kit.ImageFormat.PNG, 100);
    image.delete();
    if (!png) throw new Error('the picture cannot be written as PNG');
    return png.slice(); // out of CanvasKit's memory
  } finally {
    drawing.delete();
    surface.delete();
  }
}

function parsed(svg: string): Element {
  const onError = (level: string, message: string): void => {
    if (level !== 'warning') throw new Error(`the SVG cannot be read: ${message}`);
  };
  const root = new DOMParser({ onError }).parseFromString(svg, 'image/svg+xml').documentElement;
  if (root?.localName !== 'svg') throw new Error(`expected an <svg>, found <${root?.localName}>`);
  return root;
}

/** Width and height in pixels, from the attributes or the view box, which must agree. */
function sizeOf(root: Element): readonly [width: number, height: number] {
  const box = numbers(root.getAttribute('viewBox') ?? '');
  const size = [number(root.getAttribute('width'), box[2]), number(root.getAttribute('height'), box[3])] as const;
  if (box.length === 4 && (box[0] !== 0 || box[1] !== 0 || box[2] !== size[0] || box[3] !== size[1]))
    throw new Error(`expected a view box of the picture's size ${size.join(' x ')}, found ${box.join(' ')}`);
  return size;
}

class Drawing {
  readonly #canvas: Canvas;
  readonly #kit: CanvasKit;
  readonly #fonts: TypefaceFontProvider;
  readonly #paints: Paints;
  readonly #ids: ReadonlyMap<string, Element>;
  readonly #owned: { delete(): void }[] = [];

  constructor(canvas: Canvas, kit: CanvasKit, fonts: TypefaceFontProvider, root: Element) {
    this.#canvas = canvas;
    this.#kit = kit;
    this.#fonts = fonts;
    this.#ids = new Map(
      [...root.getElementsByTagName('*')].map((element) => [element.getAttribute('id') ?? '', element]),
    );
    this.#paints = new Paints(kit, (id, bounds) => this.#gradient(id, bounds), this.#own);
  }

  delete(): void {
    for (const object of this.#owned) object.delete();
  }

  readonly #own = <T extends { delete(): void }>(object: T): T => {
    this.#owned.push(object);
    return object;
  };

  draw(element: Element, parent: Style): void {
    const name = element.localName ?? '';
    if (
      silent.has(name) ||
      element.getAttribute('display') === 'none' ||
      element.getAttribute('visibility') === 'hidden'
    )
      return;
    const style = styleOf(element, parent);
    const canvas = this.#canvas;
    canvas.save();
    this.#transform(element);
    this.#clip(element);
    const opacity = number(element.getAttribute('opacity'), 1);
    if (opacity < 1) {
      const veil = this.#own(new this.#kit.Paint());
      veil.setAlphaf(opacity);
      canvas.saveLayer(veil);
    }
    if (name === 'svg' || name === 'g' || name === 'a') for (const child of element.children) this.draw(child, style);
    else if (name === 'text') this.#text(element, style);
    else if (name in shapes) {
      const path = this.#path(shapes[name](element));
      if (path) this.#paints.draw(canvas, path, style);
    } else throw new Error(`expected shapes and text, found <${name}>`);
    if (opacity < 1) canvas.restore();
    canvas.restore();
  }

  #transform(element: Element): void {
    for (const { name, values } of transforms(element.getAttribute('transform') ?? '')) {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values;
      if (name === 'translate') this.#canvas.translate(a, b);
      else if (name === 'rotate') this.#canvas.rotate(a, b, c);
      else if (name === 'scale') this.#canvas.scale(a, values.length > 1 ? b : a);
      else this.#canvas.concat([a, c, e, b, d, f, 0, 0, 1]);
    }
  }

  #clip(element: Element): void {
    const id = /^url\(#(.+)\)$/.exec(element.getAttribute('clip-path') ?? '')?.[1];
    if (id === undefined) return;
    for (const part of this.#ids.get(id)?.children ?? []) {
      const path = this.#path(shapes[part.localName ?? '']?.(part) ?? '');
      if (path) this.#canvas.clipPath(path, this.#kit.ClipOp.Intersect, true);
    }
  }

  /** Undefined for a shape without an extent. */
  #path(data: string): Path | undefined {
    if (data === '') return undefined;
    const path = this.#kit.Path.MakeFromSVGString(data);
    if (!path) throw new Error(`expected path data, found "${data.slice(0, 40)}"`);
    return this.#own(path);
  }

  /** A line of text, or lines in `<tspan>`, each with a place of its own. */
  #text(element: Element, style: Style): void {
    const tools = { kit: this.#kit, fonts: this.#fonts, paints: this.#paints };
    let [x, y] = [number(element.getAttribute('x'), 0), number(element.getAttribute('y'), 0)];
    for (const child of element.childNodes) {
      const span = child.nodeType === child.ELEMENT_NODE ? (child as Element) : undefined;
      if (span?.localName === 'title') continue;
      if (span) {
        x = number(span.getAttribute('x'), x);
        y = number(span.getAttribute('y'), y) + number(span.getAttribute('dy'), 0);
      }
      const text = (child.textContent ?? '').replace(/\s+/g, ' ');
      if (text.trim() !== '') drawText(this.#canvas, text, [x, y], span ? styleOf(span, style) : style, tools);
    }
  }

  #gradient(id: string, [left, top, right, bottom]: Float32Array): Shader {
    const element = this.#ids.get(id);
    if (element?.localName !== 'linearGradient') throw new Error(`expected a linear gradient "${id}"`);
    const share = (name: string, otherwise: number): number => number(element.getAttribute(name), otherwise);
    // As shares of the shape's bounds.
    const at = (x: number, y: number): [number, number] => [left + x * (right - left), top + y * (bottom - top)];
    const stops = [...element.getElementsByTagName('stop')];
    const colors = stops.map((stop) => this.#paints.color(stop.getAttribute('stop-color') ?? 'black'));
    const places = stops.map((stop) => number(stop.getAttribute('offset'), 0));
    const [from, to] = [at(share('x1', 0), share('y1', 0)), at(share('x2', 1), share('y2', 0))];
    return this.#kit.Shader.MakeLinearGradient(from, to, colors, places, this.#kit.TileMode.Clamp);
  }
}
