/**
 * Every model of the project, trained for a moment on a table with fields of every kind, and rows of another table that
 * the same dictionary encodes: they have users and cities that training never saw, and empty cells.
 */

import { parseCsv } from '../../../src/kernel/data/csv.ts';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { fitDictionary } from '../../../src/kernel/data/dictionary.ts';
import { encode } from '../../../src/kernel/data/encode.ts';
import { columnsOf } from '../../../src/kernel/data/schema.ts';
import { mixed, mixedSchema } from '../../../src/kernel/data/syntheticTable.ts';
import { fit, type ModelDesign, type Run } from '../../../src/kernel/index.ts';
import { afm, deepCross, fm, hofm, lr, nfm, wideDeep } from '../../../src/kernel/models/index.ts';

const table = (rows: number, seed: number) => parseCsv(mixed({ rows, seed }), columnsOf(mixedSchema));
const training = table(600, 2016);
const dictionary = fitDictionary(mixedSchema, training);
export const train: Dataset = encode(training, dictionary);
/** 1,000 rows. */
export const unseenRows: Dataset = encode(table(1000, 7), dictionary);

const labelled: Dataset = { ...train, target: train.target.map((y) => (y > 3 ? 1 : -1)) };
const grouped: Dataset = { ...labelled, group: Int32Array.from(train.target, (_, row) => row % 20) };
const small = { factors: 8, initStdev: 0.1 };

interface Case {
  readonly design: ModelDesign;
  readonly data?: Dataset;
}

const cases: Readonly<Record<string, Case>> = {
  LR: { design: lr(train) },
  FM: { design: fm(train, small) },
  'FM with batch normalisation': { design: fm(train, { ...small, batchNorm: true, dropout: 0.3 }) },
  'HOFM of order 3': { design: hofm(train, small) },
  'HOFM of order 4, one table': { design: hofm(train, { ...small, order: 4, shareTables: true }) },
  'NFM-0': { design: nfm(train, { ...small, hidden: [] }) },
  'NFM-1, binary': { design: nfm(train, { ...small, hidden: [8], task: 'binary' }), data: labelled },
  'NFM-1, ranking': { design: nfm(train, { ...small, hidden: [8], batchNorm: false, task: 'ranking' }), data: grouped },
  'NFM-3 of all kinds': {
    design: nfm(train, { ...small, hidden: [8, { residual: 4 }, 6], activation: 'tanh' }),
  },
  'NFM-1, sigmoid': { design: nfm(train, { ...small, activation: 'sigmoid' }) },
  AFM: { design: afm(train, { ...small, attention: 6 }) },
  'Wide&Deep': { design: wideDeep(train, { ...small, hidden: [16, 8], batchNorm: true }) },
  DeepCross: { design: deepCross(train, { ...small, hidden: [12, 8], batchNorm: true }) },
};

export const modelNames = Object.keys(cases);

const fitted = new Map<string, Promise<Run>>();

/** The model of this name, trained once for all tests of a file. */
export function trained(name: string): Promise<Run> {
  const { design, data = train } = cases[name];
  if (!fitted.has(name))
    fitted.set(name, fit(design, { train: data }, { epochs: 3, batchSize: 64, learningRate: 0.1 }));
  return fitted.get(name)!;
}

/** Raw outputs ŷ: what exported models give as `y`. */
export function rawOutputs(run: Run, { rows, rowStart, ids, values }: Dataset): readonly number[] {
  const part = (r: number) => [rowStart[r], rowStart[r + 1]] as const;
  const written = Array.from({ length: rows }, (_, r) => ({
    ids: [...ids.subarray(...part(r))],
    values: values ? [...values.subarray(...part(r))] : new Array(rowStart[r + 1] - rowStart[r]).fill(1),
  }));
  return run.predict(written).map((y) => (typeof y === 'number' ? y : 'logit' in y ? y.logit : y.score));
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Number.isNaN(a[i]) ? Infinity : Math.abs(a[i] - b[i]));
  return largest;
}
