/**
 * Runs in the page of outputs, as VS Code's renderer of Vega-Lite charts. Vega is 800 KB, so it is loaded with the first
 * chart.
 */

import type { Json } from '../../kernel/format/mime.ts';
import { failureBox } from './failureBox.ts';
import type { Renderer } from './rendererApi.ts';
import type { ChartOutput } from './vegaChart.ts';

type Chunk = typeof import('./vegaChart.ts');

let chunk: Promise<Chunk> | undefined;
/** A bundle of its own; its address is made here so that it is not bundled into this one. */
const load = (): Promise<Chunk> => (chunk ??= import(new URL('./vegaChart.js', import.meta.url).href));

export function activate(): Renderer {
  const charts = new Map<string, ChartOutput>();
  return {
    async renderOutputItem(item, element) {
      try {
        const spec = item.json() as Json;
        const { ChartOutput } = await load();
        let chart = charts.get(item.id);
        if (!chart || !element.contains(chart.root)) {
          chart?.dispose();
          charts.set(item.id, (chart = new ChartOutput(element)));
        }
        await chart.show(spec);
      } catch (error) {
        chunk = undefined; // it may load the next time
        element.replaceChildren(failureBox(error));
      }
    },
    disposeOutputItem(id) {
      for (const [key, chart] of charts)
        if (id === undefined || id === key) {
          chart.dispose();
          charts.delete(key);
        }
    },
  };
}
