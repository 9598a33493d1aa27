/**
 * A Vega-Lite chart as a view of Vega, for pages and for plain Node. Charts come from strangers' notebooks: expressions
 * are interpreted, never compiled to code, and nothing is loaded from anywhere.
 */

import { type Config, type Loader, type LoggerInterface, parse, View, type ViewOptions } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Json } from '../../kernel/format/mime.ts';

export type ChartOptions = Pick<ViewOptions, 'container' | 'renderer' | 'hover' | 'tooltip'>;

/** A chart that draws itself when `draw` is called, until `finalize`. */
export interface Chart {
  readonly view: View;
  /** @throws Error with Vega's first complaint, or for data that would have to be loaded */
  draw(): Promise<void>;
}

/**
 * @param spec as it stands in the output; version 5 and 6 of Vega-Lite are read
 * @param config colours and fonts; what the chart sets itself goes before it
 * @throws Error for a spec that Vega-Lite does not understand
 */
export function chartView(spec: Json, config: Config, options: ChartOptions): Chart {
  const complaints: string[] = [];
  const logger = quiet((text) => complaints.push(text));
  const compiled = compile(spec as unknown as TopLevelSpec, { config: config as never, logger }).spec;
  const runtime = parse(compiled, undefined, { ast: true });
  const loader = refusing((url) =>
    complaints.unshift(`it asks for ${url}, and charts load nothing; put the rows into data.values`),
  );
  const view = new View(runtime, { ...options, expr: expressionInterpreter as never, loader, logger });
  return {
    view,
    async draw() {
      await view.runAsync();
      if (complaints.length > 0) throw new Error(complaints[0]);
    },
  };
}

/** Vega tells its errors to a logger and goes on. Warnings are for authors of specs and change no picture. */
function quiet(onError: (text: string) => void): LoggerInterface {
  const logger: LoggerInterface = {
    level: (() => logger) as LoggerInterface['level'],
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
    error: (...parts) => {
      onError(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '));
      return logger;
    },
  };
  return logger;
}

/** No data, pictures or links from outside. */
function refusing(onLoad: (url: string) => void): Loader {
  const refuse = async (url: string): Promise<never> => {
    throw new Error(`${url} is not loaded`);
  };
  return {
    load: (url) => {
      onLoad(url);
      return refuse(url);
    },
    sanitize: refuse,
    http: refuse,
    file: refuse,
  } as Loader;
}
