/** A figure or table of the papers as one call: its runs, its chart, its table, and what the paper says of them. */

import { integer, OptionError, oneOf, readOptions, value } from '../base/options.ts';
import { markPartial } from '../base/partial.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import { type Json, mime } from '../format/mime.ts';
import { vegaLiteBundle } from '../format/vegaLite.ts';
import { fm } from '../models/index.ts';
import { type ComparisonEvent, compare as compareGraphs } from '../run/compare.ts';
import { comparisonTable } from '../run/comparisonTable.ts';
import type { Epoch } from '../run/events.ts';
import { snapshot } from '../run/fittedModel.ts';
import type { SavedModel } from '../run/modelFile.ts';
import { train } from '../run/train.ts';
import type { TrainOptions } from '../run/trainOptions.ts';
import { activeCell } from '../session/activeCell.ts';
import { ShownComparison } from './compare.ts';
import { splitOf, withDictionary } from './design.ts';
import { experimentChart } from './experimentChart.ts';
import { type Claim, type Finding, Findings } from './experimentFindings.ts';
import { type PublishedData, type Recipe, type Scale, type Sizes, sizes, type Trial } from './experimentRecipe.ts';
import { afmExperiments } from './experimentsAfm.ts';
import { nfmExperiments } from './experimentsNfm.ts';

/** The experiments of the NFM and AFM papers, by name. */
const recipes = { ...nfmExperiments, ...afmExperiments } satisfies Readonly<Record<string, Recipe>>;

export type ExperimentName = keyof typeof recipes;
export const experimentNames = Object.keys(recipes) as readonly ExperimentName[];

export interface ExperimentOptions {
  /** Sizes and grids: those of the paper (hours on real data), or small ones that take seconds. `'paper'`. */
  readonly scale?: Scale;
  /** Instead of the scale's. */
  readonly factors?: number;
  /** One run a model and seed. [2016]. */
  readonly seeds?: readonly number[];
  /** Options of every run, under those that the experiment varies; for example `{ epochs: 50, batchSize: 4096 }`. */
  readonly train?: Omit<TrainOptions, 'seed' | 'resume' | 'checkpoint' | 'initFrom'>;
  /** The data set whose published values are drawn as reference lines. None. */
  readonly published?: PublishedData;
  /** Called with every event of every run, as it comes. */
  readonly onEvent?: (event: ComparisonEvent) => void;
}

/**
 * Runs an experiment of the NFM or the AFM paper on one's own rows. Values are those of the validation rows, at each
 * run's best epoch.
 *
 *     await experiment('dropout', data, { scale: 'small' });
 *
 * When its cell is interrupted, runs that had not ended have no value.
 *
 * @param name see `experimentNames`: `dropout` (Figure 3), `batchNorm` (Figure 5), `depth` (Table 2), ...
 * @param data with validation rows; targets are numbers (+1 and -1 in the papers)
 * @throws OptionError, DataError
 */
export async function experiment(
  name: ExperimentName,
  data: Split | Dataset,
  options: ExperimentOptions = {},
): Promise<Experiment> {
  const call = 'experiment()';
  const given = readOptions(call, options, {
    scale: oneOf(['paper', 'small'], 'paper'),
    factors: integer(undefined, { min: 1 }),
    seeds: value<readonly number[], readonly number[]>('a list of seeds', Array.isArray, [2016]),
    train: value<NonNullable<ExperimentOptions['train']>, object>('options of train()', (v) => v instanceof Object, {}),
    published: oneOf(['frappe', 'movielens'], undefined),
    onEvent: value<(event: ComparisonEvent) => void>('a function', (v) => typeof v === 'function', undefined),
  });
  if (!Object.hasOwn(recipes, name))
    throw new OptionError(`${call}: expected one of ${experimentNames.join(', ')}, got ${JSON.stringify(name)}`);
  const recipe: Recipe = recipes[name];
  const { train: rows, validation } = splitOf(data, call);
  if (!validation) throw new OptionError(`${call}: the data have no validation rows; split them, for example 80 to 20`);
  const split = { train: rows, validation };
  const { factors } = given;
  const size: Sizes = {
    schema: rows,
    ...sizes[given.scale],
    ...(factors !== undefined && { factors, afmFactors: factors, manyFactors: [factors] }),
  };
  const trials = recipe.trials(size);

  const signal = (given.train as TrainOptions).signal ?? activeCell()?.signal;
  const common = withDictionary({ evaluateTrain: recipe.curves ? 1 : 0, ...given.train, signal }, split);
  const starts = await pretrainedFms(trials, size, split, { ...common, seed: given.seeds[0] });
  const contenders = Object.fromEntries(
    trials.map(({ name, model: { graph }, options, pretrained }) => {
      const start = pretrained ? { initFrom: starts.get(factorsOf(graph)) } : {};
      return [name, { graph, options: { ...options, ...start } }];
    }),
  );
  const histories = new Map<string, Epoch[]>(trials.map((trial) => [trial.name, []]));
  const events = compareGraphs(contenders, split, { ...common, seeds: given.seeds });
  for (;;) {
    const next = await events.next();
    if (next.done) {
      const found = new Findings(trials, next.value, histories);
      const shown = new Experiment(recipe, new ShownComparison(next.value), found, given.published);
      return signal?.aborted ? markPartial(shown) : shown; // an interrupted cell keeps it
    }
    const { model, seed, event } = next.value;
    if (event.type === 'epoch' && seed === given.seeds[0]) histories.get(model)!.push(event);
    given.onEvent?.(next.value);
  }
}

const factorsOf = (graph: Trial['model']['graph']): number => {
  const table = graph.nodes.find(({ op }) => op === 'embedding');
  return table?.op === 'embedding' ? table.attributes.factors : 0;
};

/** The FMs that trials start from, by their factors; with the authors' settings, ratio 0.5 and no batch normalisation. */
async function pretrainedFms(trials: readonly Trial[], { schema }: Sizes, split: Split, options: TrainOptions) {
  const trained = new Map<number, SavedModel>();
  for (const { pretrained, model } of trials) {
    const factors = factorsOf(model.graph);
    if (!pretrained || trained.has(factors)) continue;
    const run = train(fm(schema, { factors, dropout: 0.5 }).graph, split, options);
    for (;;) {
      const next = await run.next();
      if (!next.done) continue;
      trained.set(factors, snapshot(next.value));
      next.value.model.dispose();
      break;
    }
  }
  return trained;
}

/** An experiment with its runs. Shows itself as a chart; as text it is the table, with the paper's statements below. */
export class Experiment {
  readonly title: string;
  /** The table of its models, which shows itself too. */
  readonly comparison: ShownComparison;
  /** A run each: where it stands in the chart, its value over the seeds, and its epochs. */
  readonly runs: readonly Finding[];
  /** What the paper says, and whether these runs bear it out. */
  readonly claims: readonly Claim[];
  /** The chart as Vega-Lite. */
  readonly chart: ReturnType<typeof experimentChart>;

  constructor(recipe: Recipe, comparison: ShownComparison, found: Findings, data?: PublishedData) {
    this.title = recipe.title;
    this.comparison = comparison;
    this.runs = found.all;
    this.claims = recipe.claims(found);
    const published = data === undefined ? [] : (recipe.published?.[data] ?? []);
    this.chart = experimentChart(recipe.title, found, published, recipe.curves);
  }

  toString(): string {
    const said = this.claims.map(({ claim, holds }) => `${words[String(holds)]}: ${claim}`);
    return [this.title, '', comparisonTable(this.comparison), '', ...said].join('\n');
  }

  toMime(): { readonly [type: string]: Json } {
    return { ...vegaLiteBundle(this.chart), [mime.text]: this.toString() };
  }
}

const words: Readonly<Record<string, string>> = { true: 'holds', false: 'does not hold', null: 'cannot be told' };
