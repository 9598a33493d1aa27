/** The colours of a palette as the configuration of Vega-Lite charts, for what a chart does not colour itself. */

import type { Palette } from './theme.ts';

/**
 * @param font the family that texts are measured and drawn with
 * @param background null where the page shows through
 */
export function vegaTheme(c: Palette, font: string, background: string | null = null) {
  const guide = { labelColor: c.foreground, titleColor: c.foreground };
  return {
    background,
    font,
    title: { color: c.foreground, subtitleColor: c.muted },
    axis: { ...guide, tickColor: c.border, domainColor: c.border, gridColor: c.grid },
    legend: guide,
    header: guide,
    view: { stroke: c.border },
    mark: { color: c.embedding },
    text: { color: c.foreground },
    rule: { color: c.foreground },
    range: {
      category: [c.embedding, c.pooling, c.linear, c.hidden, c.prediction, c.removed, c.changed, c.muted],
      diverging: [c.negative, c.page, c.positive],
      heatmap: [c.page, c.embedding],
      ramp: [c.border, c.embedding],
    },
  };
}
