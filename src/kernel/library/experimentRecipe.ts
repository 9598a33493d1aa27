/** What an experiment of a paper is: runs, how they are laid out in a chart, and what the paper says of them. */

import type { Architecture } from '../builder/architecture.ts';
import type { FeatureSpace } from '../builder/schema.ts';
import type { TrainOptions } from '../run/trainOptions.ts';
import type { Claim, Findings } from './experimentFindings.ts';

/** A horizontal axis. Each one is a panel of the chart. */
export interface Axis {
  readonly title: string;
  readonly log?: boolean;
}

/** One model of an experiment; it is trained once a seed. */
export interface Trial {
  /** Differs from all other trials' names. */
  readonly name: string;
  /** Trials of a series are joined by a line. */
  readonly series: string;
  /** Its place on `axis`; a trial without one is a line over all panels. */
  readonly x?: number;
  readonly axis?: Axis;
  readonly model: Architecture;
  readonly options?: Partial<TrainOptions>;
  /** Starts from an FM that is trained before, with the same number of factors. */
  readonly pretrained?: boolean;
  /** The panel of its curve, where the chart shows epochs; a trial without one is in all. */
  readonly panel?: string;
}

/** Sizes of an experiment: those of the papers, or small ones that take seconds. */
export interface Sizes {
  readonly schema: FeatureSpace;
  /** K of the NFM paper's experiments, and of the AFM paper's. */
  readonly factors: number;
  readonly afmFactors: number;
  readonly manyFactors: readonly number[];
  readonly ratios: readonly number[];
  readonly l2: readonly number[];
  /** λ of AFM's attention matrix. */
  readonly attentionL2: readonly number[];
  readonly attention: readonly number[];
  readonly hiddenLayers: readonly number[];
  /** Widths of Wide&Deep and DeepCross. */
  readonly wideDeep: readonly number[];
  readonly deepCross: readonly number[];
}

/** A figure that the paper prints, for the data set that it is of. */
export interface Published {
  readonly label: string;
  readonly value: number;
}

export type PublishedData = 'frappe' | 'movielens';

export interface Recipe {
  /** `NFM paper, Figure 3: dropout against L2`. */
  readonly title: string;
  /** Whether the chart shows curves over epochs, with the training error beside the validation error. */
  readonly curves?: boolean;
  /** The first trial is the baseline of the table. */
  readonly trials: (sizes: Sizes) => readonly Trial[];
  readonly published?: { readonly [Data in PublishedData]?: readonly Published[] };
  readonly claims: (found: Findings) => readonly Claim[];
}

const tenths = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** The settings of the papers, and settings for tests and first tries. */
export const sizes = {
  paper: {
    factors: 64,
    afmFactors: 256,
    manyFactors: [16, 32, 64, 128, 256],
    ratios: tenths,
    l2: [1e-6, 5e-6, 1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1],
    attentionL2: [0, 0.5, 1, 2, 4, 8, 16],
    attention: [1, 4, 8, 16, 32, 64, 128, 256],
    hiddenLayers: [0, 1, 2, 3, 4],
    wideDeep: [1024, 512, 256],
    deepCross: [512, 512, 256, 128, 64],
  },
  small: {
    factors: 8,
    afmFactors: 8,
    manyFactors: [4, 8],
    ratios: [0, 0.3, 0.6],
    l2: [1e-4, 1e-2],
    attentionL2: [0, 2],
    attention: [1, 4],
    hiddenLayers: [0, 1, 2],
    wideDeep: [32, 16],
    deepCross: [16, 16],
  },
} as const satisfies Readonly<Record<string, Omit<Sizes, 'schema'>>>;

export type Scale = keyof typeof sizes;
