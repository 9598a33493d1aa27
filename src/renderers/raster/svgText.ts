/** Text of SVG in the two fonts that travel with this project. CanvasKit shapes it, right-to-left names included. */

import type { Canvas, CanvasKit, TextStyle, TypefaceFontProvider } from 'canvaskit-wasm';
import { number, type Paints, type Style } from './svgStyle.ts';

/** Font files. Letters that neither has (Chinese, Japanese, Korean and others) are drawn as boxes. */
export interface Fonts {
  readonly sans: ArrayBuffer;
  readonly mono: ArrayBuffer;
}

export function registered(kit: CanvasKit, { sans, mono }: Fonts): TypefaceFontProvider {
  const provider = kit.TypefaceFontProvider.Make();
  provider.registerFont(sans, 'sans');
  provider.registerFont(mono, 'mono');
  return provider;
}

/** Draws one line with its baseline at (x, y), anchored as the style says. */
export function drawText(
  canvas: Canvas,
  text: string,
  [x, y]: readonly [x: number, y: number],
  style: Style,
  { kit, fonts, paints }: { readonly kit: CanvasKit; readonly fonts: TypefaceFontProvider; readonly paints: Paints },
): void {
  const mono = /mono|courier|consolas|menlo/i.test(style['font-family']);
  const weight = style['font-weight'];
  const bold = weight === 'bold' || weight === 'bolder' || Number(weight) >= 600;
  const textStyle: TextStyle = {
    fontFamilies: mono ? ['mono', 'sans'] : ['sans', 'mono'],
    fontSize: number(style['font-size'], 16),
    fontStyle: {
      weight: bold ? kit.FontWeight.SemiBold : kit.FontWeight.Normal,
      slant: style['font-style'] === 'normal' ? kit.FontSlant.Upright : kit.FontSlant.Italic,
    },
  };
  const layers = [paints.fill(style, new Float32Array(4)), paints.stroke(style, new Float32Array(4))];
  if (style['paint-order'].startsWith('stroke')) layers.reverse();
  const nothing = new kit.Paint();
  nothing.setColor(kit.TRANSPARENT);
  for (const paint of layers) {
    if (!paint) continue;
    const builder = kit.ParagraphBuilder.MakeFromFontProvider(new kit.ParagraphStyle({ textStyle }), fonts);
    builder.pushPaintStyle(new kit.TextStyle(textStyle), paint, nothing);
    builder.addText(text);
    const paragraph = builder.build();
    paragraph.layout(1e6);
    const width = paragraph.getLongestLine();
    const left = { start: 0, middle: width / 2, end: width }[style['text-anchor']] ?? 0;
    canvas.drawParagraph(paragraph, x - left, y - paragraph.getAlphabeticBaseline());
    paragraph.delete();
    builder.delete();
  }
  nothing.delete();
}
