/**
 * Runs in HTML reports, as the one script that their policy lets run: when a chart scrolls into view, Vega draws it anew
 * in the place of its picture, so that its points tell their numbers. Where anything goes wrong the picture stays.
 */

import type { Config } from 'vega';
import { Handler } from 'vega-tooltip';
import type { Json } from '../../kernel/format/mime.ts';
import { type Chart, chartView } from '../vega/chartView.ts';
import { livePalette, type Palette, palettes } from '../views/theme.ts';
import { vegaTheme } from '../views/vegaTheme.ts';

type Spec = { readonly [key: string]: Json };

const darkMode = matchMedia('(prefers-color-scheme: dark)');
/** Where a scale has it, it stands for the page: zero is the colour of the page, on a dark one too. */
const paper = '"#ffffff"';

class LiveChart {
  readonly #picture: HTMLElement;
  readonly #spec: string;
  /** The picture that was there first. */
  readonly #still: Element | null;
  #chart: Chart | undefined;

  constructor(picture: HTMLElement, spec: string) {
    this.#picture = picture;
    this.#spec = spec;
    this.#still = picture.querySelector('svg, img');
  }

  async draw(): Promise<void> {
    const previous = this.#chart;
    // Out of the page until it is drawn: a chart that fails must leave the picture as it was.
    const place = document.createElement('div');
    try {
      const spec = sized(JSON.parse(this.#spec.replaceAll(paper, `"${palette().page}"`)), this.#picture.clientWidth);
      const options = { container: place, renderer: 'svg', hover: true, tooltip: tooltip().call } as const;
      this.#chart = chartView(spec, theme(), options);
      const label = this.#picture.querySelector('[aria-label], img')?.getAttribute('aria-label') ?? '';
      this.#chart.view.description(label);
      await this.#chart.draw();
      this.#picture.replaceChildren(place);
      this.#picture.dataset.live = '';
      previous?.view.finalize();
    } catch (error) {
      this.#chart?.view.finalize();
      this.#chart = previous;
      console.debug('a chart stays a picture:', error);
    }
  }

  /** Colours of marks are those that the chart was drawn with. */
  recolour(): void {
    if (this.#chart) void this.draw();
  }

  /** Paper is white whatever the screen is: the picture follows, a drawn chart does not. */
  showStill(): void {
    if (this.#chart && this.#still) this.#picture.replaceChildren(this.#still);
  }

  showLive(): void {
    const place = this.#chart?.view.container();
    if (place) this.#picture.replaceChildren(place);
  }
}

const palette = (): Palette => palettes[darkMode.matches ? 'dark' : 'light'];

/** Text and lines have the page's variables, so that they follow it into print; marks have colours that can be mixed. */
function theme(): Config {
  const { foreground, muted, border, grid } = livePalette;
  const font = getComputedStyle(document.body).fontFamily;
  const config = vegaTheme({ ...palette(), foreground, muted, border, grid }, font);
  const axis = { ...config.axis, titleFontWeight: 'normal', labelFontSize: 11, titleFontSize: 11 };
  return { ...config, axis, view: { stroke: null } } as unknown as Config;
}

const tooltip = (): Handler => new Handler({ theme: darkMode.matches ? 'dark' : 'light' });

/** A chart of a fixed width becomes as wide as its place; one whose cells have a width keeps it. */
const sized = (spec: Spec, width: number): Spec =>
  typeof spec.width === 'number'
    ? { ...spec, width: Math.max(240, width - 4), autosize: { type: 'fit-x', contains: 'padding' } }
    : spec;

const charts = [...document.querySelectorAll<HTMLElement>('figure[data-chart]')].flatMap((figure) => {
  const spec = document.getElementById(figure.dataset.chart!)?.textContent;
  const picture = figure.querySelector<HTMLElement>('.picture');
  if (!spec || !picture) return [];
  const chart = new LiveChart(picture, spec);
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    seen.disconnect();
    void chart.draw();
  });
  seen.observe(figure);
  return [chart];
});
darkMode.addEventListener('change', () => {
  for (const chart of charts) chart.recolour();
});
addEventListener('beforeprint', () => {
  for (const chart of charts) chart.showStill();
});
addEventListener('afterprint', () => {
  for (const chart of charts) chart.showLive();
});
