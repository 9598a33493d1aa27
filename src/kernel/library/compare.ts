/** `compare` as cells call it: every model with every seed on one split, and a table that shows itself. */

import { OptionError } from '../base/options.ts';
import { markPartial } from '../base/partial.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import { type ComparisonPayload, type Json, mime } from '../format/mime.ts';
import {
  type ComparedModel,
  type CompareOptions as CompareGraphsOptions,
  type Comparison,
  type ComparisonEvent,
  compare as compareGraphs,
} from '../run/compare.ts';
import { comparisonTable } from '../run/comparisonTable.ts';
import { directionOf } from '../run/metrics.ts';
import type { TrainOptions } from '../run/trainOptions.ts';
import { activeCell } from '../session/activeCell.ts';
import { graphOf, type ModelDesign, splitOf, withDictionary } from './design.ts';

/** A model, or a model with options of its own over the common ones. */
export type Contender = ModelDesign | { readonly model: ModelDesign; readonly options: TrainOptions };

export interface CompareOptions extends CompareGraphsOptions {
  /** Called with every event of every run, as it comes. */
  readonly onEvent?: (event: ComparisonEvent) => void;
}

/**
 * Trains every model with every seed on one split and compares them on the test rows (without test rows: on the
 * validation rows). Shows itself as a table.
 *
 *     await compare({ FM: fm(data.train), 'NFM-1': nfm(data.train) }, data, { seeds: [1, 2, 3], epochs: 20 });
 *
 * When its cell is interrupted, runs that had not ended have no value.
 *
 * @param options as `TrainOptions` with `seeds`, `baseline` and `onEvent`; the signal is that of the running cell unless
 * given
 * @throws OptionError, DataError
 */
export async function compare(
  models: Readonly<Record<string, Contender>>,
  data: Split | Dataset,
  options: CompareOptions = {},
): Promise<ShownComparison> {
  const { onEvent, ...rest } = options;
  const split = splitOf(data, 'compare()');
  if (Object.keys(models ?? {}).length === 0)
    throw new OptionError('compare(): expected models by name, such as { FM: fm(data.train) }, got none');
  const contenders = Object.fromEntries(
    Object.entries(models).map(([name, contender]) => [name, contenderOf(contender, `compare(), model "${name}"`)]),
  );
  const signal = rest.signal ?? activeCell()?.signal;
  const events = compareGraphs(contenders, split, withDictionary({ ...rest, signal }, split));
  for (;;) {
    const next = await events.next();
    if (next.done) {
      const comparison = new ShownComparison(next.value);
      return signal?.aborted ? markPartial(comparison) : comparison; // an interrupted cell keeps it
    }
    onEvent?.(next.value);
  }
}

function contenderOf(contender: Contender, call: string) {
  const { model, options } = Object(contender) as { readonly model?: ModelDesign; readonly options?: TrainOptions };
  if (model === undefined) return graphOf(contender as ModelDesign, call);
  return { graph: graphOf(model, call), options: options ?? {} };
}

/** The comparison of models with their figures. */
export class ShownComparison implements Comparison {
  readonly metric: string;
  readonly part: 'test' | 'validation';
  readonly rows: number;
  readonly data: Comparison['data'];
  readonly seeds: readonly number[];
  readonly baseline: string;
  readonly models: readonly ComparedModel[];

  constructor(comparison: Comparison) {
    this.metric = comparison.metric;
    this.part = comparison.part;
    this.rows = comparison.rows;
    this.data = comparison.data;
    this.seeds = comparison.seeds;
    this.baseline = comparison.baseline;
    this.models = comparison.models;
  }

  toString(): string {
    return comparisonTable(this);
  }

  toMime(): { readonly [type: string]: Json } {
    const payload: ComparisonPayload = {
      metric: this.metric,
      lowerIsBetter: directionOf(this.metric) === 'lower',
      baseline: this.baseline,
      part: this.part,
      rows: this.rows,
      seeds: this.seeds,
      data: this.data,
      models: this.models.map(({ model, deviation, byRows, byGroups, bySeeds, difference: _, ...figures }) => ({
        name: model,
        ...figures,
        stdev: deviation,
        pValue: byRows?.p ?? null,
        pGroups: byGroups?.p ?? null,
        pSeeds: bySeeds?.p ?? null,
      })),
    };
    return { [mime.comparison]: JSON.parse(JSON.stringify(payload)), [mime.text]: this.toString() };
  }
}
