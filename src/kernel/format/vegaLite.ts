/** Vega-Lite charts in cells: an object whose `$schema` says so is drawn as a chart. */

import { describe } from '../base/options.ts';
import { type Json, type JsonObject, type MimeBundle, mime } from './mime.ts';

const schemaAddress = /^https?:\/\/vega\.github\.io\/schema\/vega-lite\/v(\d+)(?:\.\d+)*\.json#?$/;
/** What every chart has one of. */
const shapes = ['mark', 'layer', 'facet', 'repeat', 'concat', 'hconcat', 'vconcat', 'spec'] as const;
const parts = ['layer', 'concat', 'hconcat', 'vconcat'] as const;

type Spec = Readonly<Record<string, unknown>>;

/** Whether a value is a Vega-Lite chart, by its `$schema`. */
export const isVegaLite = (value: unknown): value is Spec =>
  isObject(value) && typeof value.$schema === 'string' && schemaAddress.test(value.$schema);

/**
 * A chart of one's own: the Vega-Lite specification with the `$schema` that makes a cell draw it. Its rows stand in
 * `data.values`; charts load nothing.
 * @param spec any Vega-Lite 5 or 6 chart; rows may hold typed arrays
 * @throws Error when it is no object with `mark`, `layer` or another form of chart
 */
export function vegaLite<T extends object>(spec: T): T & { readonly $schema: string } {
  if (!isObject(spec) || !shapes.some((name) => name in spec))
    throw new Error(`vegaLite(): expected a chart with one of ${shapes.join(', ')}; got ${describe(spec)}`);
  return { $schema: 'https://vega.github.io/schema/vega-lite/v5.json', ...spec };
}

/**
 * The bundle of a chart. Version 6 goes by its own type, others by that of version 5, which most programs draw.
 * @throws TypeError for values that JSON does not have
 */
export function vegaLiteBundle(spec: Spec): MimeBundle {
  const major = Number(schemaAddress.exec(spec.$schema as string)![1]);
  const plain = JSON.parse(
    JSON.stringify(spec, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value)),
  ) as JsonObject;
  return { [major >= 6 ? mime.vegaLite6 : mime.vegaLite]: plain, [mime.text]: chartText(plain) };
}

/** A chart in a sentence: its description or title, its marks and the number of its rows. */
export function chartText(spec: Json): string {
  const { title, description } = (isObject(spec) ? spec : {}) as { title?: unknown; description?: unknown };
  const named = isObject(title) ? title.text : title;
  const name = [description, Array.isArray(named) ? named.join(' ') : named]
    .find((text) => typeof text === 'string')
    ?.slice(0, 200);
  const { marks, rows } = contents(spec);
  const facts = [...marks, ...(rows > 0 ? [`${rows} ${rows === 1 ? 'row' : 'rows'}`] : [])];
  return `Chart${name ? `: ${name}` : ''}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

function contents(spec: unknown, depth = 0): { readonly marks: ReadonlySet<string>; readonly rows: number } {
  if (!isObject(spec) || depth > 20) return { marks: new Set(), rows: 0 };
  const mark = isObject(spec.mark) ? spec.mark.type : spec.mark;
  const values = isObject(spec.data) ? spec.data.values : undefined;
  const inner = [spec.spec, ...parts.flatMap((name) => (Array.isArray(spec[name]) ? spec[name] : []))].map((part) =>
    contents(part, depth + 1),
  );
  return {
    marks: new Set([...(typeof mark === 'string' ? [mark] : []), ...inner.flatMap(({ marks }) => [...marks])]),
    rows: inner.reduce((sum, { rows }) => sum + rows, Array.isArray(values) ? values.length : 0),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
