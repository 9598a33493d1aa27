/** Which pairs of fields act together in a trained model: data for the next cell, and a heatmap where it is shown. */

import { integer, oneOf, readOptions } from '../base/options.ts';
import type { Dataset } from '../data/dataset.ts';
import { type FeatureMap, featureName } from '../data/featureMap.ts';
import { type InteractionsPayload, type Json, mime } from '../format/mime.ts';
import { fieldSpaceOf } from '../run/factorization.ts';
import { type FeaturePairWeight, strongestFeaturePairs } from '../run/featurePairs.ts';
import {
  type Measure,
  measureFor,
  measures,
  type ReadableModel,
  readInteractions,
  usualRows,
} from '../run/interactionReading.ts';
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
   * What is measured. By default what suits the model: `centred` (FM, NFM without hidden layers), `path` (NFM),
   * `attention` (AFM), `swapped` (HOFM, Wide&Deep, DeepCross; works for any model), `firstOrder` (LR). Also `weights`, from
   * the weights alone, and `raw`, with main effects in it.
   */
  readonly measure?: Measure;
  /** Training rows to read at most; default 10000 for `centred`, 2000 for `path`, `attention` and `raw`, 1000 for `swapped`. */
  readonly rows?: number;
  /** Rows of the sample that must have a pair of features for it to be listed. Default 20. */
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

/** Pairs of fields, strongest first. Shows itself as a heatmap; what is made from it (`slice`, `map`) is a plain array. */
export class FieldInteractions extends Array<FieldInteraction> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
  readonly #payload: InteractionsPayload;

  constructor(payload: InteractionsPayload) {
    super();
    this.#payload = payload;
    const total = payload.pairs.reduce((sum, { strength }) => sum + (strength ?? 0), 0);
    const attention = new Map(payload.attention?.map(({ a, b, strength }) => [`${a} ${b}`, strength ?? 0]));
    for (const { a, b, strength } of payload.pairs) {
      const share = total > 0 ? strength! / total : 0;
      const attended = attention.get(`${a} ${b}`);
      this.push({
        fields: `${payload.fields[a]} x ${payload.fields[b]}`,
        strength: strength!,
        share,
        ...(attended === undefined ? {} : { attention: attended }),
      });
    }
    this.sort((p, q) => q.strength - p.strength);
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
 * @throws OptionError; InteractionError where the measure cannot read the model, or fields are unknown
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
    support: integer(20, { min: 1 }),
  });
  const { support } = given;
  const measure = given.measure ?? measureFor(model, train);
  const reading = readInteractions(measure, model, train, given.rows ?? usualRows(measure) ?? train.rows);
  const { pairs, firstOrder, attention, contributions, gap, varianceShare } = reading;
  const fields = fieldSpaceOf(model.graph, train).fields.map(({ name }) => name);
  const rows = contributions?.rows ?? (measure === 'weights' ? null : Math.min(train.rows, given.rows ?? Infinity));
  return new FieldInteractions({
    model: model.graph.name,
    ...{ fields, measure, epoch, seeds: [seed], support, firstOrder },
    sample: rows === null ? null : { part: 'train', rows },
    pairs: pairs.map(({ a, b, strength }) => ({ a, b, strength })),
    ...(attention && { attention }),
    ...(gap === undefined ? {} : { gap }),
    ...(varianceShare === undefined ? {} : { varianceShare }),
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
