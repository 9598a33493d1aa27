/**
 * Pictures beside our own data, so that a saved notebook also shows where our renderers are not: GitHub, JupyterLab,
 * nbconvert, screen readers. The kernel sends data alone; whoever saves a notebook (extension, command line) adds these.
 *
 * SVG, and Vega-Lite for charts. `raster/savedForms.ts` adds PNG, which takes longer and needs Node.
 */

import {
  type ComparisonPayload,
  type DecoratedBundle,
  type DifferencePayload,
  type InteractionsPayload,
  type Json,
  type JsonObject,
  type MimeBundle,
  mime,
  type RunPayload,
} from '../../kernel/format/mime.ts';
import type { Graph } from '../../kernel/graph/graph.ts';
import { metricTitle } from '../../kernel/run/metricTitle.ts';
import { comparisonView } from '../views/comparison.ts';
import { comparisonChart } from '../views/comparisonChart.ts';
import { curve } from '../views/curves.ts';
import { diagram } from '../views/diagram.ts';
import { diagramDiff } from '../views/diagramDiff.ts';
import { heatmap } from '../views/heatmap.ts';
import type { SvgView } from '../views/picture.ts';
import { nameText } from '../views/textFit.ts';
import { palettes } from '../views/theme.ts';
import { vegaLite } from './vegaLite.ts';

/** Files do not know the page that they are shown on, so pictures bring theirs along. */
const onPaper = { theme: palettes.light, standalone: true };

interface Pictures {
  /** Forms of the output by MIME type; none for what is not worth a picture yet. */
  readonly forms: { readonly [type: string]: Json };
  readonly metadata: JsonObject;
}

/** What stands beside a picture: what it says, and its size, since the PNG has more pixels than that. */
export function pictureMetadata(svg: string, alt: string): JsonObject {
  const [, width, height] = /^<svg [^>]*?\bwidth="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const png: JsonObject = width ? { alt, width: Number(width), height: Number(height) } : { alt };
  return { [mime.svg]: { alt }, [mime.png]: png };
}

const svgOf = ({ svg, text, damaged }: SvgView, forms: () => Pictures['forms'] = () => ({})): Pictures | null =>
  damaged ? null : { forms: { [mime.svg]: svg, ...forms() }, metadata: pictureMetadata(svg, text) };

const picturesOf: Readonly<Record<string, (payload: never) => Pictures | null>> = {
  [mime.graph]: (graph: Graph) => svgOf(diagram(graph, onPaper)),
  [mime.difference]: ({ before, after }: DifferencePayload) => svgOf(diagramDiff(before, after, onPaper)),
  [mime.run]: (run: RunPayload) => {
    if (run.state !== 'running' && run.state !== 'paused' && run.history.length > 0)
      return svgOf(curve(run, onPaper), () => ({ [mime.vegaLite]: vegaLite.curve(run) }));
    // A run that goes on is drawn by its renderer; pictures of its states would only make the notebook large. Its
    // metadata stay when its items are replaced by the last ones, so they hold for all of them.
    const alt = `${nameText(run.config.model)}: ${nameText(metricTitle(run.metric))} by epoch`;
    return { forms: {}, metadata: pictureMetadata(curve(run, onPaper).svg, alt) };
  },
  [mime.comparison]: (comparison: ComparisonPayload) =>
    svgOf(comparisonChart(comparison, onPaper), () => ({
      [mime.vegaLite]: vegaLite.comparison(comparison),
      [mime.html]: comparisonView(comparison, { theme: palettes.light }).html,
    })),
  [mime.interactions]: (interactions: InteractionsPayload) =>
    svgOf(heatmap(interactions, onPaper), () => ({ [mime.vegaLite]: vegaLite.heatmap(interactions) })),
};

/**
 * The bundle with pictures of its data, and their alternative texts as metadata. Forms that the bundle has stay, and
 * stand first: where several could be drawn, programs take the first. A payload that cannot be drawn leaves the bundle
 * as it is: the data matter more than their picture.
 */
export const fallbacks = (bundle: MimeBundle): DecoratedBundle => {
  const own = Object.keys(bundle).find((type) => Object.hasOwn(picturesOf, type));
  const pictures = own === undefined ? null : drawn(own, bundle);
  if (!pictures) return { data: bundle, metadata: {} };
  const { [mime.text]: text, ...rich } = bundle;
  const data: MimeBundle = { ...rich, ...pictures.forms, ...rich, [mime.text]: text };
  return { data, metadata: pictures.metadata };
};

function drawn(type: string, bundle: MimeBundle): Pictures | null {
  try {
    return picturesOf[type](bundle[type] as never);
  } catch {
    return null;
  }
}
