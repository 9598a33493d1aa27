/**
 * Pictures beside our own data, so that a saved notebook also shows where our renderers are not: GitHub, JupyterLab,
 * nbconvert, screen readers. The kernel sends data alone; whoever saves a notebook (extension, command line) adds these.
 *
 * SVG, and Vega-Lite for charts. No PNG: what makes one in Node is native (@napi-rs/canvas, sharp), is under a licence
 * that this project does not ship (@resvg is MPL-2.0), or needs a font file and half a renderer of its own
 * (canvaskit-wasm, pureimage).
 */

import {
  type ComparisonPayload,
  type Decorate,
  type InteractionsPayload,
  type Json,
  type JsonObject,
  type MimeBundle,
  mime,
  type RunPayload,
} from '../../kernel/format/mime.ts';
import type { Graph } from '../../kernel/graph/graph.ts';
import { comparisonView } from '../views/comparison.ts';
import { comparisonChart } from '../views/comparisonChart.ts';
import { curve } from '../views/curves.ts';
import { diagram } from '../views/diagram.ts';
import { heatmap } from '../views/heatmap.ts';
import type { SvgView } from '../views/picture.ts';
import { palettes } from '../views/theme.ts';
import { vegaLite } from './vegaLite.ts';

/** Files do not know the page that they are shown on, so pictures bring theirs along. */
const onPaper = { theme: palettes.light, standalone: true };

interface Pictures {
  /** Forms of the output by MIME type; none for what is not worth a picture yet. */
  readonly forms: { readonly [type: string]: Json };
  /** What the picture says. */
  readonly alt: string;
}

const svgOf = ({ svg, text, damaged }: SvgView, forms: () => Pictures['forms'] = () => ({})): Pictures | null =>
  damaged ? null : { forms: { [mime.svg]: svg, ...forms() }, alt: text };

const picturesOf: Readonly<Record<string, (payload: never) => Pictures | null>> = {
  [mime.graph]: (graph: Graph) => svgOf(diagram(graph, onPaper)),
  [mime.run]: (run: RunPayload) =>
    // A run that goes on is drawn by its renderer; pictures of its states would only make the notebook large.
    run.state === 'running' || run.state === 'paused' || run.history.length === 0
      ? null
      : svgOf(curve(run, onPaper), () => ({ [mime.vegaLite]: vegaLite.curve(run) })),
  [mime.comparison]: (comparison: ComparisonPayload) =>
    svgOf(comparisonChart(comparison, onPaper), () => ({
      [mime.vegaLite]: vegaLite.comparison(comparison),
      [mime.html]: comparisonView(comparison, { theme: palettes.light }).html,
    })),
  [mime.interactions]: (interactions: InteractionsPayload) =>
    svgOf(heatmap(interactions, onPaper), () => ({ [mime.vegaLite]: vegaLite.heatmap(interactions) })),
};

/**
 * The bundle with pictures of its data, and their alternative texts as metadata. Forms that the bundle has stay. A
 * payload that cannot be drawn leaves the bundle as it is: the data matter more than their picture.
 */
export const fallbacks: Decorate = (bundle) => {
  const own = Object.keys(bundle).find((type) => Object.hasOwn(picturesOf, type));
  const pictures = own === undefined ? null : drawn(own, bundle);
  if (!pictures) return { data: bundle, metadata: {} };
  const metadata: JsonObject = { [mime.svg]: { alt: pictures.alt } };
  return { data: { ...pictures.forms, ...bundle }, metadata };
};

function drawn(type: string, bundle: MimeBundle): Pictures | null {
  try {
    return picturesOf[type](bundle[type] as never);
  } catch {
    return null;
  }
}
