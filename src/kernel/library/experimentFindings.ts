/** What an experiment found, as its claims are checked: values of runs, the best of a series, curves. */

import type { Comparison } from '../run/compare.ts';
import type { Epoch } from '../run/events.ts';
import type { Trial } from './experimentRecipe.ts';

/** A statement of the paper, and whether these runs bear it out; null where they cannot tell. */
export interface Claim {
  readonly claim: string;
  readonly holds: boolean | null;
}

/** A trial with its metric over the seeds, and the epochs of its first seed's run. */
export interface Finding {
  readonly trial: Trial;
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly history: readonly Epoch[];
  readonly bestEpoch: number;
}

export class Findings {
  readonly metric: string;
  readonly all: readonly Finding[];

  /** @param histories of the first seed's runs, by the trials' names */
  constructor(trials: readonly Trial[], comparison: Comparison, histories: ReadonlyMap<string, readonly Epoch[]>) {
    this.metric = comparison.metric;
    this.all = trials.map((trial, i) => {
      const { mean, deviation, bestEpochs } = comparison.models[i];
      return { trial, mean, deviation, history: histories.get(trial.name) ?? [], bestEpoch: bestEpochs[0] };
    });
  }

  of = (name: string): Finding | undefined => this.all.find(({ trial }) => trial.name === name);

  /** Of a trial; NaN where it has no value, so that no comparison with it holds. */
  value = (name: string): number => this.of(name)?.mean ?? Number.NaN;

  /** The trial of a series with the lowest value. */
  lowest(series: string): { readonly x: number; readonly value: number } {
    const known = this.all.filter(({ trial, mean }) => trial.series === series && mean !== null);
    const best = known.reduce<Finding | undefined>((low, f) => (low && low.mean! <= f.mean! ? low : f), undefined);
    return { x: best?.trial.x ?? Number.NaN, value: best?.mean ?? Number.NaN };
  }

  /** The x values of a series, ascending. */
  xs = (series: string): readonly number[] =>
    this.all.flatMap(({ trial }) => (trial.series === series && trial.x !== undefined ? [trial.x] : []));

  /** The metric on training or validation rows at an epoch, or at the best one; NaN where the run did not get there. */
  at(part: 'train' | 'validation', name: string, epoch?: number): number {
    const found = this.of(name);
    const entry = found?.history.find((e) => e.epoch === (epoch ?? found.bestEpoch));
    return entry?.[part][this.metric] ?? Number.NaN;
  }
}

/** A claim that all these inequalities hold; null where a number is missing. */
export function claims(claim: string, ...pairs: readonly (readonly [lower: number, higher: number])[]): Claim {
  const known = pairs.every(([low, high]) => !Number.isNaN(low) && !Number.isNaN(high));
  return { claim, holds: known ? pairs.every(([low, high]) => low < high) : null };
}
