/** Notebooks with outputs, made of fixed payloads, and what reports are asked with. */

import { type Json, type JsonObject, mime } from '../../../src/kernel/format/mime.ts';
import {
  type CellOutput,
  type CodeCell,
  type Notebook,
  type NotebookCell,
  newNotebook,
} from '../../../src/kernel/format/notebook.ts';
import type { ReportSource } from '../../../src/kernel/format/report.ts';
import { comparison, graphOf, interactions, run } from '../views/payloads.ts';

export const source: ReportSource = {
  name: 'study.ipynb',
  sha256: 'ab'.repeat(32),
  command: 'nfm run study.ipynb --report study.report.html',
  version: '1.2.3',
};

export const markdown = (text: string, tags: readonly string[] = []): NotebookCell => ({
  cell_type: 'markdown',
  metadata: tags.length > 0 ? { tags } : {},
  source: text,
});

export const code = (text: string, outputs: readonly CellOutput[] = [], tags: readonly string[] = []): CodeCell => ({
  cell_type: 'code',
  metadata: tags.length > 0 ? { tags } : {},
  source: text,
  execution_count: null,
  outputs,
});

export const shows = (data: JsonObject, metadata: JsonObject = {}): CellOutput => ({
  output_type: 'display_data',
  data,
  metadata,
});
export const prints = (text: string, name: 'stdout' | 'stderr' = 'stdout'): CellOutput => ({
  output_type: 'stream',
  name,
  text,
});
export const fails = (ename: string, evalue: string, traceback: readonly string[] = []): CellOutput => ({
  ...{ output_type: 'error', ename, evalue, traceback },
});

/** A payload as a file holds it. */
export const payload = (type: string, value: unknown): CellOutput =>
  shows({ [type]: JSON.parse(JSON.stringify(value)) as Json, 'text/plain': `text of ${type}` });

export const notebook = (...cells: readonly NotebookCell[]): Notebook => ({ ...newNotebook(), cells });

export const dataCard = {
  files: [{ path: 'data/train.libfm', sha256: 'cd'.repeat(32) }],
  terms: 'for research only',
  features: 5055,
  parts: [
    {
      part: 'train',
      source: 'train.libfm',
      rows: 200_000,
      positives: 70_000,
      targetMean: -0.3,
      featuresPresent: 5000,
      untrained: 0,
      alsoInTraining: 0,
      skippedRows: 0,
    },
    {
      part: 'test',
      source: 'test.libfm',
      rows: 28_860,
      positives: 9000,
      targetMean: -0.31,
      featuresPresent: 4000,
      untrained: 40,
      alsoInTraining: 3,
      skippedRows: 0,
    },
  ],
  fields: [
    { name: 'user', size: 957, present: 950, coverage: 1, unseen: { test: 0.01 } },
    { name: 'item', size: 4082, present: 4000, coverage: 0.998, unseen: { test: 0.02 } },
  ],
  splitHash: 'ef'.repeat(32),
  dictionaryHash: null,
  warnings: ['3 test rows are also training rows'],
};

/** Options with their defaults, as a run's record holds them. */
export const config = (model: string, options: JsonObject = {}, defaults: JsonObject = {}) => ({
  model,
  engine: 'wasm, 1 thread',
  seed: 2016,
  options: {
    epochs: 20,
    batchSize: 128,
    optimizer: { name: 'adagrad', learningRate: 0.05 },
    meaning: 'value',
    ...options,
  },
  defaults: { epochs: 200, ...defaults },
  environment: { version: '1.2.3', node: 'v20.20.2', system: 'linux x64', cpu: 'a processor, 2 processors' },
});

const rows = {
  train: { rows: 200_000, source: 'train.libfm', hash: '1111', features: 5000 },
  test: { rows: 28_860, source: 'test.libfm', hash: '2222', features: 4000, unseenFeatures: 40 },
};

export const finished = run(20, {
  state: 'earlyStopping',
  config: { ...config('NFM-1'), data: rows },
  validation: { rmse: 0.41 },
  test: { rmse: 0.4123 },
});

export const compared = {
  ...comparison,
  data: rows,
  models: comparison.models.map((model) => ({
    ...model,
    graph: graphOf(model.name === 'LR' ? 'lr' : model.name === 'FM' ? 'fm' : 'nfm'),
    config: config(
      model.name,
      model.name === 'FM' ? { batchSize: 512 } : {},
      model.name === 'FM' ? { batchSize: 128 } : {},
    ),
  })),
};

/** One output of every kind, cells of every kind. */
export const study: Notebook = notebook(
  markdown('# A *study* of `NFM`\n\nWhat it is about.'),
  code('const rows = 10;', [], ['parameters']),
  markdown('## The data'),
  code('dataCard(data)', [payload(mime.dataCard, dataCard)]),
  code('// the model\nmodel', [payload(mime.graph, graphOf('nfm'))]),
  code('await compare()', [payload(mime.comparison, compared)]),
  code('await fit()', [prints('epoch 1\repoch 2\n'), payload(mime.run, finished)]),
  code('run.interactions()', [payload(mime.interactions, interactions())]),
  code('rows', [
    shows({ [mime.table]: { columns: ['name', 'n'], rows: [['a', 1.23456789]], total: 120 }, 'text/plain': 'table' }),
  ]),
  code('secret()', [prints('the secret text')], ['hide']),
);
