/** How a trained model's interactions are read: one reading a measure. */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import { affordableRows, predictionCost } from './affordableRows.ts';
import { attentionContributions } from './attentionContributions.ts';
import {
  type Contributions,
  centredContributions,
  centredPathContributions,
  pathContributions,
  sampleRows,
  sumsOf,
} from './contributions.ts';
import { type Factorization, factorizationOf, fieldSpaceOf } from './factorization.ts';
import { gatedModel, type Predictor } from './fieldGates.ts';
import { swapContributions } from './fieldSwaps.ts';
import { columnDeviations, linearEffects, linearWeights, movedFirstOrder, ownFirstOrder } from './firstOrderEffects.ts';
import { checkMeasure, type Measure, type MeasuredModel, removesFromPooled } from './interactionMeasures.ts';
import { type FieldPair, fieldPairStrengths, pairsOf } from './interactions.ts';
import { deviation, purify, strengthsOf } from './purify.ts';
import { gatedRemovals, lossRises, pooledRemovals } from './removedPairs.ts';
import { shapleyInteractions } from './shapleyInteractions.ts';

/** A trained model as readings see it. */
export interface ReadableModel extends MeasuredModel {
  readonly weights: Weights;
  /** Raw outputs of rows. */
  readonly predict: (rows: Dataset) => Float32Array;
  /** The same of another graph with other weights. */
  readonly predictorOf: Predictor;
}

/** The rows of a reading. */
export interface ReadRows {
  /** The training rows, whose feature shares weigh the features. */
  readonly train: Dataset;
  /** Rows that the loss without a pair is taken on; the training rows where there are none. */
  readonly heldOut?: Dataset;
  /** Rows to read at most. */
  readonly count: number;
}

/** What a measure found. */
export interface InteractionReading {
  readonly pairs: readonly FieldPair[];
  /** First-order strength of every field, with what was moved out of its pairs; null where the model has none. */
  readonly firstOrder: readonly number[] | null;
  /** Mean attention of every pair of fields. */
  readonly attention?: readonly FieldPair[];
  /** What each pair adds in each row of the sample; null for measures of the weights alone. */
  readonly contributions: Contributions | null;
  readonly gap?: number;
  readonly varianceShare?: number;
  /** Variance of the terms of order 3 and higher, as a share of that of the output. */
  readonly higherShare?: number;
}

/** A feature that fewer rows of the sample have is not held for a main effect of its own. */
const support = 10;
const passes = 6;

/** `rows` are those that are read unless the caller says otherwise; null where weights alone are read. */
interface Reader {
  readonly rows: number | null;
  readonly read: (model: ReadableModel, rows: ReadRows) => InteractionReading;
}

const readers: { readonly [M in Measure]: Reader } = {
  /** Centred contributions hᵀ((e_a - ē_a) ⊙ (e_b - ē_b)) on rows, linear heads. */
  centred: {
    rows: 10_000,
    read: (model, { train, count }) => {
      const read = factorizationOf(model.graph, model.weights, train);
      const sample = sampleRows(train, count);
      const contributions = centredContributions(read, sample);
      return {
        ...{ pairs: strengthsOf(contributions), firstOrder: movedFirstOrder(read), contributions },
        ...higherOrders(model, read, sample),
      };
    },
  },
  /** Contributions along the path from 0, purified, any hidden layers. */
  path: {
    rows: 2000,
    read: (model, { train, count }) => {
      const read = factorizationOf(model.graph, model.weights, train);
      const sample = sampleRows(train, count);
      const { contributions, moved } = centredPathContributions(read, sample);
      return { ...pure(read, sample, contributions, moved), gap: contributions.gap! };
    },
  },
  /** Purified contributions of an AFM, with its attention beside them. */
  attention: {
    rows: 2000,
    read: (model, { train, count }) => {
      const read = factorizationOf(model.graph, model.weights, train);
      const sample = sampleRows(train, count);
      const { contributions, attention } = attentionContributions(read, model.weights, sample);
      return { ...pure(read, sample, contributions), attention };
    },
  },
  /** Exact Shapley interaction index of the fields, any model of few fields. */
  shapley: {
    rows: 1000,
    read: (model, { train, count }) => {
      const space = fieldSpaceOf(model.graph, train);
      const affordable = affordableRows(2 ** space.fields.length, predictionCost(model.graph, space.fields.length));
      const sample = sampleRows(train, Math.min(count, affordable));
      const outputs = gatedModel(model, space, train, sample);
      const { contributions, effects } = shapleyInteractions(space, outputs, sample);
      const found = { pairs: strengthsOf(contributions), firstOrder: columnDeviations(effects, space), contributions };
      return { ...found, gap: contributions.gap! };
    },
  },
  /** Rise of the loss without each pair. */
  removed: {
    rows: 2000,
    read: (model, { train, heldOut = train, count }) => {
      const space = fieldSpaceOf(model.graph, train);
      const read = removesFromPooled(model, space) ? factorizationOf(model.graph, model.weights, train) : null;
      const variants = read?.head.linear ? 1 : pairsOf(space.fields.length).length;
      const cost = predictionCost(model.graph, space.fields.length) * (read ? slowness : 1);
      const sample = sampleRows(heldOut, Math.min(count, affordableRows(variants, cost)));
      const contributions = read
        ? pooledRemovals(read, model.weights, sample)
        : gatedRemovals(space, gatedModel(model, space, train, sample), sample);
      const w = linearWeights(model.graph, model.weights);
      return {
        pairs: lossRises(contributions, model.predict(sample), sample, model.context),
        firstOrder: read?.head.linear ? movedFirstOrder(read) : ownFirstOrder(w, space, sample),
        contributions,
      };
    },
  },
  /** Exchanged fields, any model. */
  swapped: {
    rows: 1000,
    read: (model, { train, count }) => {
      const space = fieldSpaceOf(model.graph, train);
      const { contributions, effects } = swapContributions(
        space,
        model.predict,
        train,
        count,
        predictionCost(model.graph, space.fields.length),
      );
      return { pairs: strengthsOf(contributions), firstOrder: columnDeviations(effects, space), contributions };
    },
  },
  /** Centred pair weights, fields taken as independent, linear heads. */
  weights: {
    rows: null,
    read: (model, { train }) => {
      const read = factorizationOf(model.graph, model.weights, train);
      return { pairs: fieldPairStrengths(read), firstOrder: movedFirstOrder(read), contributions: null };
    },
  },
  /** Contributions as they are, main effects included. */
  raw: {
    rows: 2000,
    read: (model, { train, count }) => {
      const read = factorizationOf(model.graph, model.weights, train);
      const sample = sampleRows(train, count);
      const contributions =
        read.pooling.op === 'attention'
          ? attentionContributions(read, model.weights, sample).contributions
          : pathContributions(read, sample);
      return { pairs: strengthsOf(contributions), firstOrder: ownFirstOrder(read.w, read, sample), contributions };
    },
  },
  /** First-order weights, for models without pairs. */
  firstOrder: {
    rows: 10_000,
    read: (model, { train, count }) => {
      const space = fieldSpaceOf(model.graph, train);
      const firstOrder = ownFirstOrder(linearWeights(model.graph, model.weights), space, sampleRows(train, count));
      return { pairs: [], firstOrder, contributions: null };
    },
  },
};

/** Rows that a measure reads unless told otherwise; null where it reads weights alone. */
export const usualRows = (measure: Measure): number | null => readers[measure].rows;

/** @throws InteractionError where the measure cannot read the model, or the fields are unknown */
export function readInteractions(measure: Measure, model: ReadableModel, rows: ReadRows): InteractionReading {
  checkMeasure(measure, model, fieldSpaceOf(model.graph, rows.train));
  return readers[measure].read(model, rows);
}

/** Purified contributions. @param moved what was taken out of the pairs of each field before, rows x fields */
function pure(
  model: Factorization,
  sample: Dataset,
  contributions: Contributions,
  moved?: Float64Array,
): InteractionReading {
  const purified = purify(contributions, passes, support);
  const effects = linearEffects(model.w, model, sample).map((x, at) => x + purified.moved[at] + (moved?.[at] ?? 0));
  return {
    pairs: strengthsOf(purified.contributions),
    firstOrder: columnDeviations(effects, model),
    contributions: purified.contributions,
    varianceShare: purified.varianceShare,
  };
}

/** The share of a HOFM's terms of order 3 and higher, which no pair shows. */
function higherOrders(model: ReadableModel, read: Factorization, sample: Dataset) {
  if (!model.graph.nodes.some((n) => n.op === 'anova' && n.attributes.order > 2)) return {};
  const outputs = Float64Array.from(model.predict(sample));
  const linear = linearEffects(read.w, read, sample);
  const F = read.fields.length;
  const higher = outputs.map((output, r) => {
    const first = linear.subarray(r * F, (r + 1) * F).reduce((sum, x) => sum + x, 0);
    return output - first - read.head.value(sumsOf(read, sample, r).u);
  });
  const spread = deviation(outputs);
  return spread > 0 ? { higherShare: (deviation(higher) / spread) ** 2 } : {};
}

/** How much slower a multiply-add is in float64 here than in the engine. */
const slowness = 100;
