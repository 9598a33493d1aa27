/** Run events: what training tells the world. The CLI, notebook outputs, reports and tests all read this one stream. */

import type { Graph } from '../graph/graph.ts';

/** Metric name -> value; null where a metric does not apply (log loss of a squared-loss run, AUC of one class). */
export type Metrics = Readonly<Record<string, number | null>>;

/** Everything needed to repeat a run: options with every default filled in, and what they ran on. */
export interface RunConfig {
  readonly model: string;
  readonly engine: string;
  readonly seed: number;
  readonly options: Readonly<Record<string, unknown>>;
  /** The defaults of those options that have another value. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, DataSummary>>;
  readonly environment?: RunEnvironment;
}

/** The program and the machine of a run. */
export interface RunEnvironment {
  /** Version of this program. */
  readonly version: string;
  /** `v20.20.2`. */
  readonly node: string;
  /** `linux x64`. */
  readonly system: string;
  /** Model name and number of processors; empty where the system does not tell. */
  readonly cpu: string;
}

/** The rows of one part of a split (`train`, `validation`, `test`). */
export interface DataSummary {
  readonly rows: number;
  readonly source: string;
  /** Under which terms the rows may be used, where whoever loaded them said so. */
  readonly terms?: string;
  /** Distinct features that occur. */
  readonly features?: number;
  /** Of ids, values, targets and groups: equal for equal rows. */
  readonly hash: string;
  /** Distinct features that no training row has; absent for the training rows. */
  readonly unseenFeatures?: number;
  /** Groups that ranking metrics use and leave out (no positive or no negative row); absent where rows have no group. */
  readonly groups?: { readonly used: number; readonly skipped: number };
}

export interface Epoch {
  /** From 1. */
  readonly epoch: number;
  /** Training metrics: `loss` (mean row loss of the epoch's steps) and, when asked for, metrics of an evaluation pass. */
  readonly train: Metrics;
  readonly validation: Metrics;
  /** Seconds of training in this epoch, without evaluation. */
  readonly seconds: number;
}

export type StopReason = 'epochs' | 'earlyStopping' | 'aborted' | 'failed';

export interface RunResult {
  readonly parameters: number;
  readonly history: readonly Epoch[];
  /** The epoch whose weights the model now has (from 1; 0 when no epoch finished). */
  readonly bestEpoch: number;
  readonly metric: string;
  readonly validation: Metrics;
  readonly test: Metrics;
  readonly reason: StopReason;
  /** Training rows a second, over all epochs. */
  readonly rowsPerSecond: number;
}

export type RunEvent =
  | {
      readonly type: 'started';
      readonly graph: Graph;
      readonly config: RunConfig;
      readonly parameters: number;
      readonly epochs: number;
      readonly rows: number;
      readonly metric: string;
    }
  /** Sent a few times a second inside an epoch. */
  | {
      readonly type: 'progress';
      readonly epoch: number;
      readonly rows: number;
      readonly of: number;
      readonly loss: number;
      readonly rowsPerSecond: number;
      readonly etaSeconds: number;
    }
  | ({
      readonly type: 'epoch';
      readonly best: boolean;
      readonly bestEpoch: number;
      readonly rowsPerSecond: number;
      readonly etaSeconds: number;
    } & Epoch)
  /** Held by the reader of its output in a notebook, after `epoch` finished epochs; the next event is sent when it goes on. */
  | { readonly type: 'paused'; readonly epoch: number }
  | ({ readonly type: 'stopped' } & RunResult)
  | ({ readonly type: 'finished' } & RunResult)
  | ({ readonly type: 'failed'; readonly message: string } & RunResult);
