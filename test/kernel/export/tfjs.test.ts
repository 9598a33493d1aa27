import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { padded } from '../../../src/kernel/export/paddedRows.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { largestDifference, modelNames, rawOutputs, trained, unseenRows } from './models.ts';

const files = temporaryFolder();

/** The model in a folder, as `tf.loadGraphModel` reads it over HTTP. */
function loadFolder(folder: string) {
  const model = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  const [{ paths, weights }] = model.weightsManifest;
  const bytes = readFileSync(join(folder, paths[0]));
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return loadGraphModel({ load: async () => ({ ...model, weightSpecs: weights, weightData }) });
}

async function predictions(folder: string, output = 'y'): Promise<Float32Array> {
  const model = await loadFolder(folder);
  const { rows, slots, ids, values } = padded(unseenRows);
  const inputs = { ids: tensor2d(ids, [rows, slots], 'int32'), values: tensor2d(values, [rows, slots]) };
  const found = model.execute(inputs, output) as Tensor;
  expect(found.shape).toEqual([rows]);
  return found.dataSync() as Float32Array;
}

describe('TensorFlow.js predicts as this program does, on 1,000 rows with unseen features and missing fields', () => {
  test.each(modelNames)('%s', async (name) => {
    const run = await trained(name);
    const folder = files.path(name.replace(/\W/g, '-'));
    expect(await run.export('tfjs', folder)).toEqual([join(folder, 'weights.bin'), join(folder, 'model.json')]);
    expect(largestDifference(await predictions(folder), rawOutputs(run, unseenRows))).toBeLessThan(1e-5);
  });
});

test('a binary model has its probability as a second output; predict() gives both', async () => {
  const run = await trained('NFM-1, binary');
  const folder = files.path('binary');
  await run.export('tfjs', folder);
  expect(largestDifference(await predictions(folder, 'probability'), run.predict(unseenRows))).toBeLessThan(1e-6);
  const model = await loadFolder(folder);
  const row = { ids: tensor2d([[3, 0]], [1, 2], 'int32'), values: tensor2d([[1, 0]]) };
  const [y, probability] = (model.predict(row) as Tensor[]).map((tensor) => tensor.dataSync()[0]);
  expect(probability).toBeCloseTo(1 / (1 + Math.exp(-y)), 6);
});

test('names, graph and run go along', async () => {
  const run = await trained('FM');
  const folder = files.path('described');
  await run.export('tfjs', folder);
  const model = await loadFolder(folder);
  const { nfm } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')).userDefinedMetadata;
  expect(nfm).toMatchObject({ graph: { name: 'FM' }, bestEpoch: 3, config: { seed: 2016 }, loss: 'squared' });
  expect(nfm.names.dictionary.schema.target.column).toBe('rating');
  expect(model.inputs.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
    ['ids', 'int32', [-1, -1]],
    ['values', 'float32', [-1, -1]],
  ]);
});
