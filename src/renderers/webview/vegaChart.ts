/** A Vega-Lite chart on the page, in the editor's colours, which it follows. */

import { formatValue, Handler } from 'vega-tooltip';
import type { Json } from '../../kernel/format/mime.ts';
import { chartText } from '../../kernel/format/vegaLite.ts';
import { type Chart, chartView } from '../vega/chartView.ts';
import { vegaTheme } from '../views/vegaTheme.ts';
import { themeName, themePalette, watchTheme } from './editorTheme.ts';
import { failureBox } from './failureBox.ts';

export class ChartOutput {
  readonly root = document.createElement('div');
  readonly #unwatch: () => void;
  #spec: Json = null;
  #chart: Chart | undefined;
  /** The theme that the chart is drawn in. */
  #drawn = '';

  constructor(parent: HTMLElement) {
    this.root.className = 'nfm-output';
    this.root.dataset.testid = 'vega';
    this.root.style.overflowX = 'auto';
    parent.replaceChildren(this.root);
    this.#unwatch = watchTheme(() => {
      if (this.#drawn !== '' && this.#drawn !== this.#theme().key) void this.#draw();
    });
  }

  show(spec: Json): Promise<void> {
    this.#spec = spec;
    return this.#draw();
  }

  dispose(): void {
    this.#unwatch();
    this.#chart?.view.finalize();
    this.root.remove();
  }

  /** Draws into a fresh child: what the last view left in its own goes with it. */
  async #draw(): Promise<void> {
    const place = document.createElement('div');
    place.style.width = '100%'; // that of charts as wide as their container
    const { config, key } = this.#theme();
    this.#drawn = key;
    const previous = this.#chart;
    this.#chart = undefined;
    try {
      this.root.replaceChildren(place);
      const chart = chartView(this.#spec, config, {
        ...{ container: place, renderer: 'svg', hover: true },
        tooltip: new Handler({
          theme: ['dark', 'highContrast'].includes(themeName()) ? 'dark' : 'light',
          formatTooltip,
        }).call,
      });
      this.#chart = chart;
      chart.view.description(chartText(this.#spec));
      await chart.draw();
      // A view lays out its axes and legend only when it is asked to.
      if (this.#chart === chart) await chart.view.resize().runAsync();
    } catch (error) {
      if (this.root.contains(place)) this.root.replaceChildren(failureBox(error));
    } finally {
      previous?.view.finalize();
    }
  }

  #theme() {
    const palette = themePalette();
    const font = getComputedStyle(document.body).fontFamily;
    return { config: vegaTheme(palette, font) as never, key: `${font} ${JSON.stringify(palette)}` };
  }
}

/** As vega-tooltip writes it, without the picture that a chart could ask it to load. */
const formatTooltip: typeof formatValue = (value, toHtml, depth, base) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return formatValue(value, toHtml, depth, base);
  const { image, ...rest } = value;
  return formatValue(image === undefined ? rest : { ...rest, 'image ': image }, toHtml, depth, base);
};
