/** Which pairs of fields act together in a trained model: data for the next cell, and a heatmap where it is shown. */

import { integer, oneOf, readOptions, value } from '../base/options.ts';
import type { Dataset } from '../data/dataset.ts';
import { type FeatureMap, featureName } from '../data/featureMap.ts';
import { type InteractionsPayload, type Json, mime } from '../format/mime.ts';
import { outputOf, type Task } from '../graph/graph.ts';
import { fieldSpaceOf } from '../run/factorization.ts';
import { type FeaturePairWeight, strongestFeaturePairs } from '../run/featurePairs.ts';
import { clusteredOrder } from '../run/fieldOrder.ts';
import { type Measure, measureFor, measures } from '../run/interactionMeasures.ts';
import { type ReadableModel, readInteractions, usualRows } from '../run/interactionReading.ts';
import { lossMetric } from '../run/removedPairs.ts';
import { interactionsText } from './interactionsText.ts';

export interface FieldInteraction {
  /** `city x weather`: the names of the two fields. */
  readonly fields: string;
  /** Root mean square of what the pair adds to the output, its fields' main effects taken out. */
  readonly strength: number;
  /** Of the strengths of all pairs. */
  readonly share: number;
  /** AFM: mean attention of the pair. A share as well, and not a strength. */
  readonly attention?: number;
}

export interface InteractionOptions {
  /**
   * What is measured. By default what suits the model: `centred` contributions (FM, NFM without hidden layers, HOFM),
   * purified `path` contributions (NFM), `attention` contributions (AFM), for Wide&Deep and DeepCross the `shapley`
   * interaction index up to 12 fields and else the rise of the loss with the pair `removed`, `firstOrder` (LR). Also
   * `swapped` fields, which any model allows, `weights`, from the weights alone, and `raw`, with main effects in it.
   */
  readonly measure?: Measure;
  /**
   * Rows to read at most; default 10000 for `centred`, 2000 for `path`, `attention`, `raw` and `removed`, 1000 for
   * `shapley` and `swapped`, which take fewer where the model is large.
   */
  readonly rows?: number;
  /** Rows that `removed` judges the model on. Default: the validation rows of the run, else the training rows. */
  readonly heldOut?: Dataset;
  /** A pair of features that fewer rows of the sample have is rare, and listed only where others leave room. Default 20. */
  readonly support?: number;
}

/** What a reader must know beside the numbers. */
export interface InteractionContext {
  readonly seed: number;
  /** The epoch of the weights; null where it is not known. */
  readonly epoch: number | null;
  readonly names?: FeatureMap;
}

/** Feature pairs of a field pair, and field pairs that have them: enough to read, small enough to save. */
const [mostFeaturePairs, mostFieldPairs] = [8, 45];

/** What a model's output is measured in. */
const units: { readonly [T in Task]: string } = { regression: 'target', binary: 'logit', ranking: 'score' };

/** Pairs of fields, strongest first. Shows itself as a heatmap; what is made from it (`slice`, `map`) is a plain array. */
export class FieldInteractions extends Array<FieldInteraction> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
  readonly #payload: InteractionsPayload;

  constructor(payload: InteractionsPayload) {
    super();
    this.#payload = payload;
    const above = (strength: number | null) => Math.max(0, strength ?? 0); // a loss can fall as well
    const total = payload.pairs.reduce((sum, { strength }) => sum + above(strength), 0);
    const attention = new Map(payload.attention?.map(({ a, b, strength }) => [`${a} ${b}`, strength ?? 0]));
    for (const { a, b, strength } of payload.pairs) {
      if (strength === null) continue;
      const share = total > 0 ? above(strength) / total : 0;
      const attended = attention.get(`${a} ${b}`);
      this.push({
        fields: `${payload.fields[a]} x ${payload.fields[b]}`,
        strength,
        share,
        ...(attended === undefined ? {} : { attention: attended }),
      });
    }
    this.sort((p, q) => q.strength - p.strength);
  }

  /** Everything that the heatmap shows. */
  get payload(): InteractionsPayload {
    return this.#payload;
  }

  override toString(): string {
    return interactionsText(this, this.#payload);
  }

  toMime(): { readonly [type: string]: Json } {
    return { [mime.interactions]: JSON.parse(JSON.stringify(this.#payload)), [mime.text]: this.toString() };
  }
}

/**
 * Reads the interactions of a model on rows.
 * @param train the training rows, whose feature shares weigh the features
 * @throws OptionError; InteractionError where the measure cannot read the model (and which ones can), or fields are unknown
 */
export function fieldInteractions(
  model: ReadableModel,
  train: Dataset,
  options: InteractionOptions,
  { seed, epoch, names }: InteractionContext,
): FieldInteractions {
  const given = readOptions('interactions()', options, {
    measure: oneOf(measures, undefined),
    rows: integer(undefined, { min: 10 }),
    heldOut: value<Dataset>('a data set', (v) => v instanceof Object && 'rowStart' in v, undefined),
    support: integer(20, { min: 1 }),
  });
  const { support, heldOut } = given;
  const space = fieldSpaceOf(model.graph, train);
  const measure = given.measure ?? measureFor(model, space);
  const count = given.rows ?? usualRows(measure) ?? train.rows;
  const reading = readInteractions(measure, model, { train, heldOut, count });
  const { pairs, firstOrder, attention, contributions, gap, varianceShare, higherShare } = reading;
  const fields = space.fields.map(({ name }) => name);
  const rows = contributions?.rows ?? (measure === 'weights' ? null : Math.min(train.rows, count));
  const part = measure === 'removed' && heldOut ? 'validation' : 'train';
  const unit = measure === 'removed' ? lossMetric(model.context)! : units[outputOf(model.graph).attributes.task];
  return new FieldInteractions({
    model: model.graph.name,
    ...{ fields, measure, unit, epoch, seeds: [seed], support, firstOrder },
    sample: rows === null ? null : { part, rows },
    pairs: pairs.map(({ a, b, strength }) => ({ a, b, strength })),
    ...(pairs.length > 0 && { order: clusteredOrder(pairs, fields.length) }),
    ...(attention && { attention }),
    ...(gap === undefined ? {} : { gap }),
    ...(varianceShare === undefined ? {} : { varianceShare }),
    ...(higherShare === undefined ? {} : { higherShare }),
    ...(contributions && {
      featurePairs: strongestPairs(pairs).flatMap((q) => {
        const found = strongestFeaturePairs(contributions, q, { support, count: mostFeaturePairs });
        const { a, b } = pairs[q];
        return found.length > 0 ? [{ a, b, pairs: found.map((pair) => named(pair, names)) }] : [];
      }),
    }),
  });
}

/** Numbers of the strongest pairs. */
const strongestPairs = (pairs: readonly { readonly strength: number }[]): readonly number[] =>
  [...pairs.keys()].sort((p, q) => pairs[q].strength - pairs[p].strength).slice(0, mostFieldPairs);

function named({ first, second, weight, rows }: FeaturePairWeight, names: FeatureMap | undefined) {
  const name = (id: number): string => (names ? featureName(names, id).value : `feature ${id}`);
  return { first: name(first), second: name(second), weight, rows };
}
