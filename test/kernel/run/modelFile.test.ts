import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { ModelFileError, writeCheckedFile } from '../../../src/kernel/run/checkedFile.ts';
import { snapshot } from '../../../src/kernel/run/fittedModel.ts';
import { loadModel, openModel, saveModel, weightTensors } from '../../../src/kernel/run/modelFile.ts';
import { readSafetensors } from '../../../src/kernel/run/safetensors.ts';
import { train } from '../../../src/kernel/run/train.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { tinyFm, tinyNfm } from '../engine/tinyModels.ts';
import { float32Engine } from './float32Engine.ts';
import { collect, tinyOptions, tinySplit } from './runs.ts';

const files = temporaryFolder();
const nfm = tinyNfm({ pooled: { batchNorm: true }, hidden: [{ units: 4, activation: 'relu' }] });
const split = tinySplit();

async function fittedModel() {
  const { fitted } = await collect(train(nfm, split, { ...tinyOptions(), dictionary: 'abc' }));
  return fitted;
}

test('saved, loaded, predicting: the same bits and everything about the model', async () => {
  const fitted = await fittedModel();
  const path = files.path('model.safetensors');
  await saveModel(path, snapshot(fitted));
  const saved = await loadModel(path);
  expect(saved).toEqual(snapshot(fitted));
  expect(saved).toMatchObject({ dictionary: 'abc', loss: 'squared', graph: { name: 'NFM-1' }, config: { seed: 2016 } });
  const model = await openModel(saved, [split.test], float32Engine);
  expect(model.predict(split.test)).toEqual(fitted.model.predict(split.test));
});

test('every flipped bit and every cut is noticed', async () => {
  const path = files.path('flipped');
  await saveModel(path, snapshot(await fittedModel()));
  const good = readFileSync(path);
  for (let at = 0; at < good.length; at += 1 + (at % 13)) {
    const bytes = Buffer.from(good);
    bytes[at] ^= 1 << (at % 8);
    writeFileSync(path, bytes);
    await expect(loadModel(path), `byte ${at} of ${good.length}`).rejects.toThrow(path);
  }
  for (const length of [0, 7, 100, good.length - 1]) {
    writeFileSync(path, good.subarray(0, length));
    await expect(loadModel(path)).rejects.toThrow(path);
  }
});

test('another kind of file, another version, weights that are not the graph’s', async () => {
  const saved = snapshot(await fittedModel());
  const path = files.path('other');
  await expect(saveModel(path, { ...saved, weights: new Map() })).rejects.toThrow('no weights "linear.w" to save');
  const narrow = new Map([...saved.weights, ['hidden1.b', new Float32Array(3)]]);
  await expect(saveModel(path, { ...saved, weights: narrow })).rejects.toThrow('tensor "hidden1.b"');

  await writeCheckedFile(path, weightTensors(nfm, saved.weights), { format: 'nfm-model', version: '7' });
  await expect(loadModel(path)).rejects.toThrow('format version 7; this program reads version 1');
  await collect(train(nfm, split, { ...tinyOptions(), epochs: 1, checkpoint: { path } }));
  await expect(loadModel(path)).rejects.toThrow('expected a file of kind "nfm-model", got "nfm-checkpoint"');
  const wrong = weightTensors(tinyFm(), (await collect(train(tinyFm(), split, tinyOptions()))).fitted.model.weights());
  const meta = { format: 'nfm-model', version: '1', graph: JSON.stringify(nfm), model: '{}' };
  await writeCheckedFile(path, wrong, meta);
  await expect(loadModel(path)).rejects.toThrow('no weights "biNorm.gamma" [3] for NFM-1');
  await writeCheckedFile(
    path,
    new Map([...weightTensors(nfm, saved.weights), ['hidden1.b', { shape: [2, 2], data: new Float32Array(4) }]]),
    meta,
  );
  await expect(loadModel(path)).rejects.toThrow('"hidden1.b" has shape [2, 2], NFM-1 needs [4]');
  await expect(loadModel(files.path('nowhere'))).rejects.toThrow(
    'nowhere: expected a model file or checkpoint, cannot read it (ENOENT)',
  );
});

test('it says where it comes from: metric, epoch, program, and the hashes of the rows', async () => {
  const path = files.path('provenance');
  await saveModel(path, snapshot(await fittedModel()));
  const { metric, bestEpoch, program, config } = await loadModel(path);
  expect([metric, program]).toEqual(['rmse', expect.stringMatching(/^nfm-notebooks \d+\.\d+\.\d+, Node\.js \d+\./)]);
  expect(bestEpoch).toBeGreaterThan(0);
  expect(config.data.train.hash).toMatch(/^[0-9a-f]{16}$/);
  expect([config.seed, config.engine]).toEqual([2016, expect.any(String)]);
});

describe('a whole file whose content is not right', () => {
  const names = {
    featureMap: { features: 16, fields: [{ name: 'f', offset: 0, size: 16 }], values: [['#murmur3-32:16']] },
  };

  async function saved(change: (description: Record<string, unknown>, graph: Graph) => unknown) {
    const { graph, weights, ...rest } = { ...snapshot(await fittedModel()), names };
    const path = files.path('content');
    const [description, ownGraph] = [structuredClone(rest) as Record<string, unknown>, structuredClone(graph)];
    change(description, ownGraph);
    const metadata = { graph: JSON.stringify(ownGraph), model: JSON.stringify(description) };
    await writeCheckedFile(path, weightTensors(graph, weights), { format: 'nfm-model', version: '1', ...metadata });
    return path;
  }

  test('as it is, and as the first release wrote it', async () => {
    expect(await loadModel(await saved(() => {}))).toMatchObject({ names, bestEpoch: expect.any(Number) });
    const first = await saved((d) => ['metric', 'bestEpoch', 'program', 'names'].map((name) => delete d[name]));
    expect(await loadModel(first)).toMatchObject({ metric: null, bestEpoch: null, program: null });
  });

  test.each([
    [{ loss: 'cubic' }, '"loss" must be one of "squared", "log", "hinge", "bpr", "maxMargin", got "cubic"'],
    [{ loss: undefined }, 'expected "loss", got none'],
    [{ targetRange: [5, 1] }, '"targetRange" must be two numbers, the smaller first, got [5,1]'],
    [{ dictionary: 7 }, '"dictionary" must be a hash or null, got 7'],
    [{ validation: { rmse: 'low' } }, '"validation" must be an object of numbers or null'],
    [{ bestEpoch: -1 }, '"bestEpoch" must be the number of an epoch or null, got -1'],
    [{ config: { model: 'NFM' } }, '"config" must be a run'],
    [{ names: { featureMap: { ...names.featureMap, features: 15 } } }, '"names" must be names of the features'],
    [{ names: { dictionary: { features: 16, fields: [] } } }, '"names" must be names of the features'],
    [{ names: { featureMap: null } }, '"names" must be names of the features'],
    [
      { names: { featureMap: { features: 20, fields: [{ name: 'f', offset: 0, size: 20 }], values: [['#x']] } } },
      'names of 20 features, but NFM-1 has 16',
    ],
  ])('description %j', async (part, message) => {
    const path = await saved((description) => Object.assign(description, part));
    const loaded = loadModel(path);
    await expect(loaded).rejects.toThrow(`${path}: its description: ${message}`);
    await expect(loaded).rejects.toThrow(ModelFileError);
  });

  test('a graph of a newer program, and weights of no layer', async () => {
    const path = await saved((_, { nodes }) => Object.assign(nodes[1], { op: 'factorised' }));
    await expect(loadModel(path)).rejects.toThrow(`${path}: expected a graph with as op of "linear" one of`);
    const { graph, weights, ...rest } = snapshot(await fittedModel());
    const tensors = new Map([...weightTensors(graph, weights), ['extra.W', { shape: [1], data: new Float32Array(1) }]]);
    const metadata = { format: 'nfm-model', version: '1', graph: JSON.stringify(graph), model: JSON.stringify(rest) };
    await writeCheckedFile(path, tensors, metadata);
    await expect(loadModel(path)).rejects.toThrow(`${path}: weights that NFM-1 does not have: extra.W`);
  });
});

test('the file is plain safetensors with the graph in its metadata', async () => {
  const path = files.path('plain');
  await saveModel(path, snapshot(await fittedModel()));
  const { tensors, metadata } = readSafetensors(readFileSync(path), path);
  expect(tensors.get('embedding.V')!.shape).toEqual([16, 3]);
  expect(JSON.parse(metadata.graph)).toEqual(nfm);
  expect(metadata.version).toBe('1');
});
