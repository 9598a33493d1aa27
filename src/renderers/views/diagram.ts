/** The architecture of a model: boxes with parameter counts, edges with shapes, and where the parameters are. */

import type { Graph } from '../../kernel/graph/graph.ts';
import { svgOrSentence } from './damaged.ts';
import { type Boxes, boxesOf, spineOf } from './diagramBoxes.ts';
import { layoutOf } from './diagramLayout.ts';
import { drawLayout } from './diagramParts.ts';
import { metrics } from './diagramPlaces.ts';
import { drawShares, sharesOf } from './diagramShares.ts';
import { element } from './html.ts';
import { counted, formatShare } from './numbers.ts';
import { label, picture, type SvgView, type ViewOptions } from './picture.ts';
import { nameText } from './textFit.ts';
import { livePalette } from './theme.ts';

/**
 * The diagram of a model. Hovering a box (or reading its label) tells formula, settings and parameters;
 * `data-nodes` on it holds the ids of its nodes.
 * @param options `width` 640 by default; below 480 everything stands in one column
 */
export function diagram(graph: Graph, options: ViewOptions = {}): SvgView {
  return svgOrSentence(options, () => {
    const model = boxesOf(graph);
    const text = describe(graph, model);
    return { svg: drawn(model, nameText(graph.name), '', text, options), text };
  });
}

/** Boxes and edges with a heading, and the share bar of `boxes` that belong to the model at its foot. */
export function drawn(model: Boxes, heading: string, note: string, text: string, options: ViewOptions): string {
  const { theme = livePalette, width = 640, interactive = false } = options;
  const layout = layoutOf(model, width);
  const kept = model.boxes.filter(({ mark }) => mark !== 'removed');
  const head = note ? 44 : 26;
  const inner = layout.width - 2 * metrics.margin;
  const shares = drawShares(kept, metrics.margin, head + layout.height + 22, inner, theme);
  return picture(
    layout.width,
    head + layout.height + 22 + shares.height + 6,
    text,
    options,
    label(metrics.margin, 22, heading, { fill: theme.foreground, size: 14, bold: true, width: inner }),
    note && label(metrics.margin, 40, note, { fill: theme.muted, width: inner }),
    element('g', { transform: `translate(0 ${head})` }, drawLayout(layout, theme, interactive)),
    shares.markup,
  ).toString();
}

/** `NFM-1: Sparse input x → Embedding → … → ŷ, beside it Linear; 8,186 trained parameters: Embedding 44.6 %, …` */
function describe(graph: Graph, model: Boxes): string {
  const spine = spineOf(model);
  const beside = model.boxes.filter((box) => !spine.includes(box));
  const titles = (boxes: Boxes['boxes'], between: string) => boxes.map(({ title }) => title).join(between);
  const shares = sharesOf(model.boxes);
  const total = shares.reduce((sum, { parameters }) => sum + parameters, 0);
  const parts = shares.map(({ name, parameters }) => `${name} ${formatShare(parameters / total)}`).join(', ');
  return [
    `${nameText(graph.name)}: ${titles(spine, ' → ')}`,
    ...(beside.length > 0 ? [`; beside it ${titles(beside, ', ')}`] : []),
    `; ${counted(total, 'trained parameter')}${total > 0 ? ` (${parts})` : ''}.`,
  ].join('');
}
