/** All forms of an output that a saved notebook keeps: its data, SVG, PNG, a chart and words. */

import { type Decorate, type MimeBundle, mime } from '../../kernel/format/mime.ts';
import { fallbacks, pictureMetadata } from '../static/fallbacks.ts';
import type { Pictures } from './pictures.ts';
import type { Wanted } from './raster.ts';

const charts = [mime.vegaLite, mime.vegaLite6];
const images = [mime.svg, mime.png, 'image/jpeg', 'image/gif'];

/**
 * Adds what `fallbacks` adds, the SVG as PNG too, and both to a Vega-Lite chart of one's own. A bundle that brings a
 * picture keeps that one. Without pictures the bundle stays as it is: nothing is lost.
 */
export const savedForms =
  (pictures: Pictures): Decorate =>
  async (bundle) => {
    const decorated = fallbacks(bundle);
    const wanted = wantedPicture(bundle, decorated.data);
    const picture = wanted && (await pictures.draw(wanted));
    if (!picture) return decorated;
    const { svg, png } = picture;
    const metadata = { ...pictureMetadata(svg, bundle[mime.text]), ...decorated.metadata };
    const { [mime.text]: text, ...rich } = decorated.data;
    return { data: { ...rich, [mime.svg]: svg, ...(png && { [mime.png]: png }), [mime.text]: text }, metadata };
  };

function wantedPicture(bundle: MimeBundle, decorated: MimeBundle): Wanted | undefined {
  if (images.some((type) => bundle[type] !== undefined)) return undefined;
  const svg = decorated[mime.svg];
  if (typeof svg === 'string') return { svg };
  const type = charts.find((chart) => bundle[chart] !== undefined);
  return type && { chart: bundle[type] };
}
