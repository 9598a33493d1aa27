/** Payloads with fixed numbers, as notebooks hold them. */

import type { ComparisonPayload, InteractionsPayload, RunPayload } from '../../../src/kernel/format/mime.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { type HyperParameters, type ModelName, models } from '../../../src/kernel/models/index.ts';

export const schema = { user: 957, item: 4082, day: 7, weather: 9 };

export const graphOf = (name: ModelName, options: HyperParameters = {}): Graph =>
  models[name].build(schema, options).graph;

/** Pairs of F fields with strengths between 0 and 0.4, strongest for fields 0 and 3. */
const pairsOf = (F: number) =>
  Array.from({ length: F }, (_, a) =>
    Array.from({ length: F - a - 1 }, (_, i) => ({ a, b: a + 1 + i, strength: 0.4 / (1 + a + Math.abs(a + i - 2)) })),
  ).flat();

export function interactions(changes: Partial<InteractionsPayload> = {}): InteractionsPayload {
  const fields = changes.fields ?? Object.keys(schema);
  return {
    model: 'NFM-1',
    fields,
    measure: 'path',
    sample: { part: 'train', rows: 2000 },
    epoch: 12,
    seeds: [2016],
    pairs: pairsOf(fields.length),
    firstOrder: fields.map((_, f) => 0.1 * (f + 1)),
    gap: 0.0021,
    varianceShare: 0.184,
    ...changes,
  };
}

/** An AFM: attention, a pair that was not computed, and one within its spread. */
export const afm = interactions({
  model: 'AFM',
  measure: 'attention',
  pairs: pairsOf(4).map((pair, i) =>
    i === 1 ? { ...pair, strength: null } : i === 4 ? { ...pair, spread: 0.9 } : { ...pair, spread: 0.01 },
  ),
  attention: pairsOf(4).map((pair) => ({ ...pair, strength: pair.strength / 10 })),
  featurePairs: [
    {
      a: 0,
      b: 3,
      pairs: [
        { first: 'user 17', second: 'rain', weight: 0.812, rows: 41, spread: 0.02 },
        { first: 'user 3', second: 'snow', weight: -0.4, rows: 22, spread: 0.6 },
      ],
    },
  ],
});

export function run(epochs: number, changes: Partial<RunPayload> = {}): RunPayload {
  const history = Array.from({ length: epochs }, (_, i) => ({
    epoch: i + 1,
    train: { loss: (1.16 * 0.9 ** i + 0.2) ** 2 },
    validation: { rmse: 0.39 + 0.66 * 0.8 ** i + (i > 11 ? 0.01 * (i - 11) : 0), mae: 0.3, auc: 0.8 },
    seconds: 1.25 + (i % 3) / 10,
  }));
  return {
    graph: graphOf('nfm'),
    config: {
      model: 'NFM-1',
      engine: 'wasm',
      seed: 2016,
      options: { loss: 'squared', earlyStopping: { rises: 4 } },
      data: { train: { rows: 200_000, source: 'train.libfm', hash: '1' } },
    },
    parameters: 355_160,
    epochs: 50,
    state: 'running',
    metric: 'rmse',
    history,
    bestEpoch: bestOf(history.map(({ validation }) => validation.rmse)),
    validation: {},
    test: {},
    ...changes,
  };
}

/** Epoch of the lowest value; 0 without any. */
const bestOf = (values: readonly number[]): number => values.indexOf(Math.min(...values)) + 1;

export const comparison: ComparisonPayload = {
  metric: 'rmse',
  lowerIsBetter: true,
  baseline: 'FM',
  part: 'test',
  rows: 28_860,
  seeds: [1, 2, 3],
  models: [
    {
      name: 'LR',
      parameters: 5056,
      values: [0.5951, 0.5953, 0.5949],
      mean: 0.5951,
      stdev: 0.0002,
      pValue: 0.000001,
      pSeeds: 0.0004,
      bestEpochs: [20, 19, 20],
      seconds: 3.2,
    },
    {
      name: 'FM',
      parameters: 349_000,
      values: [0.43, 0.432, 0.431],
      mean: 0.431,
      stdev: 0.001,
      pValue: null,
      bestEpochs: [9, 9, 9],
      seconds: 5.14,
    },
    {
      name: 'NFM-1',
      parameters: 355_160,
      values: [0.392, 0.393, null],
      mean: 0.3925,
      stdev: 0.0007,
      pValue: 0.013,
      bestEpochs: [14, 12, 0],
      seconds: 61.2,
    },
  ],
};

/** One element a line, so that a golden file can be read and compared. */
export const lines = (markup: string): string => `${markup.replaceAll('><', '>\n<')}\n`;
