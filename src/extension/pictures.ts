/**
 * Pictures beside our own data, so that a saved notebook also shows in places without our renderers: GitHub, JupyterLab,
 * nbconvert. The kernel sends data only; pictures are added here, once, when an output is complete.
 */

import {
  type ComparisonPayload,
  type InteractionsPayload,
  type MimeBundle,
  mime,
  type RunPayload,
} from '../kernel/format/mime.ts';
import type { Graph } from '../kernel/graph/graph.ts';
import { comparisonView } from '../renderers/views/comparison.ts';
import { curve } from '../renderers/views/curves.ts';
import { diagram } from '../renderers/views/diagram.ts';
import { heatmap } from '../renderers/views/heatmap.ts';
import { palettes } from '../renderers/views/theme.ts';

/** Files do not know the page they are shown on, so pictures bring theirs along. */
const onPaper = { theme: palettes.light, background: true };

type Pictures = { readonly [type: string]: string };

const picturesOf: Readonly<Record<string, (payload: never) => Pictures>> = {
  [mime.graph]: (graph: Graph) => ({ [mime.svg]: diagram(graph, onPaper).svg }),
  [mime.run]: (run: RunPayload): Pictures =>
    run.state === 'running' || run.state === 'paused' || run.history.length === 0
      ? {}
      : { [mime.svg]: curve(run, onPaper).svg },
  [mime.comparison]: (comparison: ComparisonPayload) => ({ [mime.html]: comparisonView(comparison, onPaper).html }),
  [mime.interactions]: (interactions: InteractionsPayload) => ({ [mime.svg]: heatmap(interactions, onPaper).svg }),
};

/** The bundle with pictures of its data; as it is where they cannot be drawn, since the data matter more. */
export function withPictures(bundle: MimeBundle): MimeBundle {
  const own = Object.keys(bundle).find((type) => type in picturesOf);
  if (own === undefined) return bundle;
  try {
    return { ...picturesOf[own](bundle[own] as never), ...bundle };
  } catch {
    return bundle;
  }
}
