/** How a trained model's interactions are read: one reading a measure, and the measure that suits each model. */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import { elements, parametersOf } from '../graph/params.ts';
import { attentionContributions } from './attentionContributions.ts';
import {
  type Contributions,
  centredContributions,
  centredPathContributions,
  pathContributions,
  sampleRows,
} from './contributions.ts';
import { type Factorization, type FieldSpace, factorizationOf, fieldSpaceOf, poolingOf } from './factorization.ts';
import { swapContributions } from './fieldSwaps.ts';
import { type FieldPair, fieldPairStrengths, firstOrder } from './interactions.ts';
import { deviation, purify, strengthsOf } from './purify.ts';

/** A trained model as readings see it. */
export interface ReadableModel {
  readonly graph: Graph;
  readonly weights: Weights;
  /** Raw outputs of rows. */
  readonly predict: (rows: Dataset) => Float32Array;
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
}

/** A feature that fewer rows of the sample have is not held for a main effect of its own. */
const support = 10;
const passes = 6;

type Reader = (model: ReadableModel, train: Dataset, rows: number) => InteractionReading;

/** `rows` are those that are read unless the caller says otherwise. */
const readers = {
  /** Centred contributions hᵀ((e_a - ē_a) ⊙ (e_b - ē_b)) on rows, linear heads. */
  centred: {
    rows: 10_000,
    read: (model, train, rows) => {
      const read = factorizationOf(model.graph, model.weights, train);
      const contributions = centredContributions(read, sampleRows(train, rows));
      return { pairs: strengthsOf(contributions), firstOrder: movedFirstOrder(read), contributions };
    },
  },
  /** Contributions along the path from 0, purified, any hidden layers. */
  path: {
    rows: 2000,
    read: (model, train, rows) => {
      const read = factorizationOf(model.graph, model.weights, train);
      const sample = sampleRows(train, rows);
      const { contributions, moved } = centredPathContributions(read, sample);
      return { ...pure(read, sample, contributions, moved), gap: contributions.gap! };
    },
  },
  /** Purified contributions of an AFM, with its attention beside them. */
  attention: {
    rows: 2000,
    read: (model, train, rows) => {
      const read = factorizationOf(model.graph, model.weights, train);
      const sample = sampleRows(train, rows);
      const { contributions, attention } = attentionContributions(read, model.weights, sample);
      return { ...pure(read, sample, contributions), attention };
    },
  },
  /** Exchanged fields, any model. */
  swapped: {
    rows: 1000,
    read: (model, train, rows) => {
      const space = fieldSpaceOf(model.graph, train);
      const { contributions, effects } = swapContributions(space, model.predict, train, rows, costOf(model.graph));
      return { pairs: strengthsOf(contributions), firstOrder: columnDeviations(effects, space), contributions };
    },
  },
  /** Centred pair weights, fields taken as independent, linear heads. */
  weights: {
    rows: null,
    read: (model, train) => {
      const read = factorizationOf(model.graph, model.weights, train);
      return { pairs: fieldPairStrengths(read), firstOrder: movedFirstOrder(read), contributions: null };
    },
  },
  /** Contributions as they are, main effects included. */
  raw: {
    rows: 2000,
    read: (model, train, rows) => {
      const read = factorizationOf(model.graph, model.weights, train);
      const sample = sampleRows(train, rows);
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
    read: ({ graph, weights }, train, rows) => {
      const space = fieldSpaceOf(graph, train);
      const linear = graph.nodes.find(({ op }) => op === 'linear');
      const w = linear ? weights.get(`${linear.id}.w`)! : null;
      return { pairs: [], firstOrder: ownFirstOrder(w, space, sampleRows(train, rows)), contributions: null };
    },
  },
} satisfies Readonly<Record<string, { readonly rows: number | null; readonly read: Reader }>>;

/** How interactions are measured. */
export type Measure = keyof typeof readers;
export const measures = Object.keys(readers) as readonly Measure[];

/** Rows that a measure reads unless told otherwise; null where it reads weights alone. */
export const usualRows = (measure: Measure): number | null => readers[measure].rows;

/** @throws InteractionError where the measure cannot read the model, or the fields are unknown */
export const readInteractions = (
  measure: Measure,
  model: ReadableModel,
  train: Dataset,
  rows: number,
): InteractionReading => (readers[measure].read as Reader)(model, train, rows);

/** The measure for a model: exact where one is, free of main effects always. */
export function measureFor({ graph, weights }: ReadableModel, train: Dataset): Measure {
  if (!graph.nodes.some(({ op }) => op === 'embedding')) return 'firstOrder';
  const pooling = poolingOf(graph);
  if (!pooling) return 'swapped';
  const { linear } = factorizationOf(graph, weights, train).head;
  if (pooling.op === 'attention') return linear ? 'attention' : 'swapped';
  // Terms of a higher order may hold what a pair does as well; only the whole model tells.
  if (graph.nodes.some((n) => n.op === 'anova' && n.attributes.order > 2)) return 'swapped';
  return linear ? 'centred' : 'path';
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

/** Multiply-adds of the dense layers for one row. */
const costOf = (graph: Graph): number =>
  parametersOf(graph).reduce((sum, p) => sum + (p.id.endsWith('.W') ? elements(p) : 0), 1);

const movedFirstOrder = (model: Factorization): number[] => firstOrder(model).map(({ withMoved }) => withMoved);

const ownFirstOrder = (w: Float32Array | null, space: FieldSpace, sample: Dataset): number[] | null =>
  w && columnDeviations(linearEffects(w, space, sample), space);

/** Σ x_i w_i of every field in every row, rows x fields. */
function linearEffects(w: Float32Array | null, { fields, fieldOf }: FieldSpace, sample: Dataset): Float64Array {
  const effects = new Float64Array(sample.rows * fields.length);
  for (let r = 0; w && r < sample.rows; r++)
    for (let e = sample.rowStart[r]; e < sample.rowStart[r + 1]; e++)
      effects[r * fields.length + fieldOf[sample.ids[e]]] += (sample.values?.[e] ?? 1) * w[sample.ids[e]];
  return effects;
}

const columnDeviations = (effects: Float64Array, { fields }: FieldSpace): number[] =>
  fields.map((_, a) => deviation(effects.filter((_, at) => at % fields.length === a)));
