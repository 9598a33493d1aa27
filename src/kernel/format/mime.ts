/**
 * MIME types and what they carry. A notebook stores data; pictures beside it are drawn from the same data, so that a
 * theme change, a report and a later renderer redraw without the kernel.
 */

import type { Graph } from '../graph/graph.ts';
import type { Epoch, Metrics, RunConfig, StopReason } from '../run/events.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One value in several forms, one per MIME type; `text/plain` is always among them. */
export type MimeBundle = { readonly 'text/plain': string } & JsonObject;

export const mime = {
  graph: 'application/vnd.nfm.graph.v1+json',
  run: 'application/vnd.nfm.run.v1+json',
  comparison: 'application/vnd.nfm.comparison.v1+json',
  table: 'application/vnd.nfm.table.v1+json',
  tensor: 'application/vnd.nfm.tensor.v1+json',
  /** The version that the common Jupyter renderers still read. */
  vegaLite: 'application/vnd.vegalite.v5+json',
  svg: 'image/svg+xml',
  png: 'image/png',
  html: 'text/html',
  markdown: 'text/markdown',
  text: 'text/plain',
} as const;

/** What stands under each of our own types. */
export interface Payloads {
  [mime.graph]: Graph;
  [mime.run]: RunPayload;
  [mime.comparison]: ComparisonPayload;
  [mime.table]: TablePayload;
  [mime.tensor]: TensorPayload;
}

/** A run as far as it has come: complete enough to draw without any earlier event. */
export interface RunPayload {
  readonly graph: Graph;
  readonly config: RunConfig;
  readonly parameters: number;
  /** Epochs asked for. */
  readonly epochs: number;
  readonly state: 'running' | 'paused' | StopReason;
  /** The validation metric that early stopping watches. */
  readonly metric: string;
  readonly history: readonly Epoch[];
  readonly bestEpoch: number;
  readonly validation: Metrics;
  readonly test: Metrics;
  /** Why the run failed. */
  readonly message?: string;
}

/** Several models on the same split; `values` has one number a seed, `pValue` is of a paired t-test against `baseline`. */
export interface ComparisonPayload {
  readonly metric: string;
  readonly lowerIsBetter: boolean;
  readonly baseline: string;
  readonly models: readonly {
    readonly name: string;
    readonly parameters: number;
    readonly values: readonly number[];
    readonly mean: number;
    readonly stdev: number;
    readonly pValue: number | null;
  }[];
}

/** The first rows of a table; `total` counts all of them. */
export interface TablePayload {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  readonly total: number;
}

/** An array of numbers in short: statistics over its finite values (null when there is none) and its first values. */
export interface TensorPayload {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Population standard deviation. */
  readonly stdev: number | null;
  /** How many values are NaN or infinite. */
  readonly notFinite: number;
  /** The first values as text: JSON has no NaN. */
  readonly head: readonly string[];
}
