/**
 * What a view shows for data that it cannot read: notebooks come from strangers and from other versions, and one output
 * that is damaged must not take its page with it.
 */

import { element, joined } from './html.ts';
import { type HtmlView, label, picture, type SvgView, type ViewOptions } from './picture.ts';
import { nameText, wrapped } from './textFit.ts';
import { livePalette } from './theme.ts';

/** The picture that `draw` makes; a picture of a sentence, marked as `damaged`, where it cannot. */
export function svgOrSentence(options: ViewOptions, draw: () => SvgView): SvgView {
  try {
    return draw();
  } catch (error) {
    const { theme = livePalette, width = 480 } = options;
    const parts = sentence(error);
    const lines = wrapped(parts, width - 24, 11).map((text, i) =>
      label(12, 22 + 17 * i, text, { fill: theme.foreground, width: width - 24 }),
    );
    const text = parts.join(' ');
    return {
      svg: picture(width, 17 * lines.length + 16, text, options, joined(lines)).toString(),
      text,
      damaged: true,
    };
  }
}

/** The same for HTML. */
export function htmlOrSentence(draw: () => HtmlView): HtmlView {
  try {
    return draw();
  } catch (error) {
    const text = sentence(error).join(' ');
    const words = element('p', { class: 'nfm-message', role: 'alert' }, text);
    return { html: element('div', { class: 'nfm-view' }, words).toString(), text, damaged: true };
  }
}

const sentence = (error: unknown): readonly string[] => [
  'This output cannot be drawn: its data are damaged, or were written by another version.',
  'Run its cell again.',
  `(${nameText(error instanceof Error ? error.message : String(error), 160)})`,
];
