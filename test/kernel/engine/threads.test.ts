/** The same weights, bit for bit, for any number of threads and over repeated runs, in both builds of the kernels. */

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { permutation, Random } from '../../../src/kernel/base/random.ts';
import { capacityFor } from '../../../src/kernel/data/dataset.ts';
import type { CompileOptions, ModelState } from '../../../src/kernel/engine/engine.ts';
import { optimizer } from '../../../src/kernel/engine/optimizers.ts';
import { usefulThreads } from '../../../src/kernel/engine/wasm/threads.ts';
import { compileWith } from '../../../src/kernel/engine/wasm/wasmEngine.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { afm, deepCross, hofm, nfm, wideDeep } from '../../../src/kernel/models/index.ts';
import { compileOptions } from './reference.ts';
import { tinyData, tinyFeatures, tinyFields } from './tinyData.ts';

const space = { features: tinyFeatures, fields: tinyFields };
const data = tinyData('numbers', 431); // a ragged last batch, and a ragged last chunk in every batch
const batch = 200;

/** A hash of the weights, the averages, the optimizer's slots, and the outputs after two epochs. */
async function hashAfterTraining(
  graph: Graph,
  threads: number,
  options: Partial<CompileOptions> = {},
): Promise<string> {
  const all = compileOptions({ seed: 7, capacity: capacityFor([data], batch), ...options });
  const model = await compileWith(graph, all, threads);
  for (let epoch = 0; epoch < 2; epoch++) {
    const order = permutation(data.rows, new Random(7, `shuffle:${epoch}`));
    for (let from = 0; from < data.rows; from += batch)
      model.step(data, order, from, Math.min(from + batch, data.rows));
  }
  const hash = createHash('sha256');
  const { weights, slots }: ModelState = model.state();
  for (const values of [...weights.values(), ...slots.values(), model.predict(data)]) {
    expect(values.every(Number.isFinite)).toBe(true);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  model.dispose();
  return hash.digest('hex');
}

const graphs: Record<string, Graph> = {
  'NFM-2': nfm(space, { factors: 24, hidden: [40, 17], dropout: [0.5, 0.2, 0.3] }).graph,
  'NFM-1, wide rows': nfm(space, { factors: 130, hidden: [136], dropout: [0.5, 0.2] }).graph,
  'NFM-1, tanh': nfm(space, { factors: 8, hidden: [16], activation: 'tanh' }).graph,
  AFM: afm(space, { factors: 12, attention: 9, dropout: 0.2, attentionDropout: 0.1 }).graph,
  HOFM: hofm(space, { factors: 7 }).graph,
  'Wide&Deep': wideDeep(space, { factors: 6, hidden: [33, 20], dropout: 0.3 }).graph,
  DeepCross: deepCross(space, { factors: 5, hidden: [18, 12] }).graph,
};

describe.each(Object.entries(graphs))('%s', (_, graph) => {
  test('1, 2, 3 and 4 threads', async () => {
    const expected = await hashAfterTraining(graph, 1);
    expect(await hashAfterTraining(graph, 1)).toBe(expected);
    for (const threads of [2, 3, 4])
      expect(await hashAfterTraining(graph, threads), `${threads} threads`).toBe(expected);
  });
});

test('every optimizer, all rows of the tables, and the fast build', async () => {
  const graph = graphs['NFM-2'];
  for (const name of ['sgd', 'momentum', 'adagrad', 'adam'] as const) {
    const options = { optimizer: optimizer(name, { learningRate: 1e-4 }), rows: 'all' as const };
    expect(await hashAfterTraining(graph, 3, options), name).toBe(await hashAfterTraining(graph, 1, options));
  }
  expect(await hashAfterTraining(graph, 2, { fast: true })).toBe(await hashAfterTraining(graph, 1, { fast: true }));
});

test('another seed gives other weights', async () => {
  const graph = graphs['NFM-2'];
  expect(await hashAfterTraining(graph, 1, { seed: 8 })).not.toBe(await hashAfterTraining(graph, 1));
});

test('threads are used where a step is long, and left out where it is short', () => {
  const capacity = (rows: number, fields: number) => ({ rows, entries: rows * fields, pairs: 0, longestRow: fields });
  const large = { features: 1000, fields: [] };
  expect(usefulThreads(nfm(large, { factors: 64 }).graph, capacity(128, 10), 2)).toBe(1);
  expect(usefulThreads(nfm(large, { factors: 256 }).graph, capacity(4096, 3), 2)).toBe(2);
});
