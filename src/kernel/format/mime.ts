/**
 * MIME types and what they carry. A notebook stores data; pictures beside it are drawn from the same data, so that a
 * theme change, a report and a later renderer redraw without the kernel.
 */

import type { Graph } from '../graph/graph.ts';
import type { Epoch, Metrics, RunConfig, RunEvent, StopReason } from '../run/events.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One value in several forms, one per MIME type; `text/plain` is always among them. */
export type MimeBundle = { readonly 'text/plain': string } & JsonObject;

export const mime = {
  graph: 'application/vnd.nfm.graph.v1+json',
  difference: 'application/vnd.nfm.difference.v1+json',
  run: 'application/vnd.nfm.run.v1+json',
  comparison: 'application/vnd.nfm.comparison.v1+json',
  interactions: 'application/vnd.nfm.interactions.v1+json',
  table: 'application/vnd.nfm.table.v1+json',
  tensor: 'application/vnd.nfm.tensor.v1+json',
  dataCard: 'application/vnd.nfm.dataCard.v1+json',
  /** The version that the common Jupyter renderers still read. */
  vegaLite: 'application/vnd.vegalite.v5+json',
  vegaLite6: 'application/vnd.vegalite.v6+json',
  svg: 'image/svg+xml',
  png: 'image/png',
  html: 'text/html',
  markdown: 'text/markdown',
  text: 'text/plain',
} as const;

/** What stands under each of our own types. */
export interface Payloads {
  [mime.graph]: Graph;
  [mime.difference]: DifferencePayload;
  [mime.run]: RunPayload;
  [mime.comparison]: ComparisonPayload;
  [mime.interactions]: InteractionsPayload;
  [mime.table]: TablePayload;
  [mime.tensor]: TensorPayload;
  [mime.dataCard]: DataCardPayload;
}

/** Two models, of which the second is the newer one. */
export interface DifferencePayload {
  readonly before: Graph;
  readonly after: Graph;
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
  /** How far the epoch under way has come; absent once the run has ended. */
  readonly progress?: Extract<RunEvent, { readonly type: 'progress' }>;
}

/** A bundle with what a notebook keeps beside it: metadata by MIME type, such as `alt` of a picture. */
export interface DecoratedBundle {
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
}

/** Adds pictures to a bundle, for places that cannot draw our own types. Never rejects: without pictures it stays whole. */
export type Decorate = (bundle: MimeBundle) => DecoratedBundle | Promise<DecoratedBundle>;

/**
 * Several models on the same split; `values` has one number a seed, null for a run that gave none, and `mean` and
 * `stdev` are over the others. p-values are of two-sided paired t-tests against `baseline`: `pValue` on row errors,
 * `pGroups` on one mean difference a group (user), `pSeeds` on the metric of each seed.
 */
export interface ComparisonPayload {
  readonly metric: string;
  readonly lowerIsBetter: boolean;
  readonly baseline: string;
  /** The rows that the metric is of: their part of the split, and how many they are. */
  readonly part?: string;
  readonly rows?: number;
  readonly seeds?: readonly number[];
  /** What every run was trained and measured on. */
  readonly data?: RunConfig['data'];
  readonly models: readonly ComparedModelPayload[];
}

export interface ComparedModelPayload {
  readonly name: string;
  readonly parameters: number;
  readonly values: readonly (number | null)[];
  readonly mean: number | null;
  readonly stdev: number | null;
  readonly pValue: number | null;
  readonly pGroups?: number | null;
  readonly pSeeds?: number | null;
  /** One a seed; 0 where no epoch finished. */
  readonly bestEpochs?: readonly number[];
  /** Mean training time of a run. */
  readonly seconds?: number;
  readonly graph?: Graph;
  /** Of its first run, without the data, which are the comparison's. */
  readonly config?: Omit<RunConfig, 'data'>;
}

/**
 * What the numbers of a heatmap are. `weights`: RMS of centred pair weights, fields taken as independent; `centred`: RMS
 * of centred contributions on rows; `path`: of purified path contributions; `attention`: of purified attention
 * contributions; `shapley`: of the Shapley interaction index of the fields; `swapped`: of what exchanging both fields
 * does beyond exchanging each; `removed`: rise of the loss without the pair; `raw`: RMS of contributions as they are, main effects included; `firstOrder`: the model has no pairs.
 */
export type InteractionMeasure =
  | 'weights'
  | 'centred'
  | 'path'
  | 'attention'
  | 'shapley'
  | 'swapped'
  | 'removed'
  | 'raw'
  | 'firstOrder';

/** Strength between two fields, by their numbers; a = b for pairs within a field of many values. */
export interface PairStrength {
  readonly a: number;
  readonly b: number;
  /** null where it was not computed. */
  readonly strength: number | null;
  /** Standard deviation over seeds; a strength below it is noise. */
  readonly spread?: number;
}

/** Interactions between the fields of a trained model, with everything that a reader must know about the numbers. */
export interface InteractionsPayload {
  readonly model: string;
  readonly fields: readonly string[];
  readonly measure: InteractionMeasure;
  /** What strengths are measured in: `target`, `logit` or `score` of the output, or the loss that rises (`rmse`). */
  readonly unit?: string;
  /** The rows that were read; null for measures of the weights alone. */
  readonly sample: { readonly part: string; readonly rows: number } | null;
  /** The epoch that the weights are of, the best of its run; null where it is not known. */
  readonly epoch: number | null;
  readonly seeds: readonly number[];
  readonly pairs: readonly PairStrength[];
  /** All field numbers, clustered: fields that act together beside each other. The order of `fields` is the schema's. */
  readonly order?: readonly number[];
  /** A pair of features that fewer rows of the sample have is rare, and its weight no more than a hint. */
  readonly support?: number;
  /** AFM: mean attention of every pair of fields, a share that sums to 1 in a row. */
  readonly attention?: readonly PairStrength[];
  /** First-order strength of every field, with what centring moved out of the pairs; null where there is none. */
  readonly firstOrder: readonly number[] | null;
  /** RMS of what all contributions of a row leave unexplained. */
  readonly gap?: number;
  /** Share of the variance of the output that the pairs make up. */
  readonly varianceShare?: number;
  /** Variance of the terms of order 3 and higher, which no pair shows, as a share of that of the output. */
  readonly higherShare?: number;
  /** The strongest pairs of features of some pairs of fields, strongest first. */
  readonly featurePairs?: readonly {
    readonly a: number;
    readonly b: number;
    readonly pairs: readonly FeaturePair[];
  }[];
}

/** Two features by name, in the order of their fields. */
export interface FeaturePair {
  readonly first: string;
  readonly second: string;
  readonly weight: number;
  /** Rows of the sample that have both. */
  readonly rows: number;
  /** Standard deviation over seeds. */
  readonly spread?: number;
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

/** What one should know of a data set before trusting a figure on it; parts are `train`, `validation`, `test`. */
export interface DataCardPayload {
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** Under which terms the rows may be used; absent where nobody said. */
  readonly terms?: string;
  readonly features: number;
  readonly parts: readonly {
    readonly part: string;
    readonly source: string;
    readonly rows: number;
    readonly positives: number;
    readonly targetMean: number;
    readonly featuresPresent: number;
    /** Of those, features that do not occur in training. */
    readonly untrained: number;
    readonly alsoInTraining: number;
    readonly skippedRows: number;
  }[];
  readonly fields: readonly {
    readonly name: string;
    readonly size: number;
    /** Features of the field that occur in training. */
    readonly present: number;
    /** Share of training rows with an entry in the field. */
    readonly coverage: number;
    /** Per part the values that the dictionary does not know, as a share of its rows. */
    readonly unseen: Readonly<Record<string, number>>;
  }[];
  readonly splitHash: string;
  readonly dictionaryHash: string | null;
  readonly warnings: readonly string[];
}
