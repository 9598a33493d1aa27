/**
 * Any value as a MIME bundle. Richest first: a value's own methods (`Symbol.for('Jupyter.display')`, which libraries
 * already implement, then `toMime()`, which runs of this library implement), then the shapes this file knows, charts,
 * graphs and model designs among them, then plain text.
 */

import type { Graph } from '../graph/graph.ts';
import { summary } from '../graph/print.ts';
import { type Json, type JsonObject, type MimeBundle, mime } from './mime.ts';
import { shownRows, tableBundle } from './table.ts';
import { isNumberArray, tensorBundle } from './tensor.ts';
import { isVegaLite, vegaLiteBundle } from './vegaLite.ts';

/** Text of any value, with limits on depth and length (`util.inspect` in Node). */
export type Inspect = (value: unknown) => string;

/** Objects that know how they are shown. A bundle without `text/plain` gets the inspected value. */
export interface Displayable {
  toMime(): { readonly [type: string]: Json };
}

const jupyterDisplay = Symbol.for('Jupyter.display');

/** The bundle of `value`. Never throws: a value whose own method fails is shown as text together with the failure. */
export function mimeBundle(value: unknown, inspect: Inspect): MimeBundle {
  const own = ownMethod(value);
  if (own) {
    try {
      const bundle = own();
      return bundle[mime.text] === undefined
        ? { ...bundle, [mime.text]: inspect(value) }
        : { ...bundle, [mime.text]: String(bundle[mime.text]) };
    } catch (error) {
      return { [mime.text]: `${inspect(value)}\n(its display method failed: ${error})` };
    }
  }
  if (typeof value === 'string') return { [mime.text]: value };
  if (value instanceof Error) return { [mime.text]: errorText(value) };
  if (isVegaLite(value)) return chartBundle(value, inspect);
  if (isGraph(value)) return graphBundle(value, inspect);
  if (isDesign(value)) return graphBundle(value.graph, inspect);
  if (isNumberArray(value)) return tensorBundle(value);
  if (isShaped(value)) return tensorBundle(value.data, value.shape);
  if (value instanceof Map && value.size > 0) return tableBundle(['key', 'value'], value, value.size, inspect);
  if (isRecords(value)) {
    const columns = [...new Set(value.slice(0, shownRows).flatMap((row) => Object.keys(row)))];
    return tableBundle(columns, rowsOf(value, columns), value.length, inspect);
  }
  return { [mime.text]: inspect(value) };
}

function ownMethod(value: unknown): (() => { readonly [type: string]: Json }) | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  const object = value as Partial<Displayable> & { [jupyterDisplay]?: unknown };
  for (const method of [object[jupyterDisplay], object.toMime])
    if (typeof method === 'function') return () => method.call(value);
  return undefined;
}

/** An error with its stack and its causes, outermost first. */
export function errorText(error: Error): string {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  let link: unknown = error;
  while (link !== undefined && !seen.has(link)) {
    seen.add(link);
    const text = link instanceof Error ? link.stack || String(link) : String(link);
    lines.push(seen.size === 1 ? text : `caused by: ${text}`);
    link = link instanceof Error ? link.cause : undefined;
  }
  return lines.join('\n');
}

function isGraph(value: unknown): value is Graph {
  const { version, nodes, output } = (value ?? {}) as Partial<Graph>;
  return version === 1 && Array.isArray(nodes) && typeof output === 'string';
}

/** A model design, which is a graph with methods to ask about it. */
const isDesign = (value: unknown): value is { readonly graph: Graph } =>
  typeof (value as { summary?: unknown } | null)?.summary === 'function' &&
  isGraph((value as { graph?: unknown }).graph);

function graphBundle(graph: Graph, inspect: Inspect): MimeBundle {
  try {
    return { [mime.graph]: graph as unknown as JsonObject, [mime.text]: summary(graph) };
  } catch {
    return { [mime.text]: inspect(graph) }; // looks like a graph, and is none
  }
}

function chartBundle(chart: Readonly<Record<string, unknown>>, inspect: Inspect): MimeBundle {
  try {
    return vegaLiteBundle(chart);
  } catch (error) {
    return { [mime.text]: `${inspect(chart)}\n(it cannot be a chart: ${error})` };
  }
}

/** An array of numbers with a shape that accounts for all of them. */
function isShaped(value: unknown): value is { data: Parameters<typeof tensorBundle>[0]; shape: readonly number[] } {
  if (typeof value !== 'object' || value === null) return false;
  const { data, shape } = value as { data?: unknown; shape?: unknown };
  return isNumberArray(data) && Array.isArray(shape) && shape.reduce((a, b) => a * b, 1) === data.length;
}

function* rowsOf(records: readonly Record<string, unknown>[], columns: readonly string[]): Iterable<unknown[]> {
  for (const record of records) yield columns.map((name) => record[name]);
}

/** A non-empty array of plain objects. */
function isRecords(value: unknown): value is readonly Record<string, unknown>[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((row) => {
      if (typeof row !== 'object' || row === null || ownMethod(row)) return false;
      const prototype = Object.getPrototypeOf(row);
      return (prototype === Object.prototype || prototype === null) && Object.keys(row).length > 0;
    })
  );
}
