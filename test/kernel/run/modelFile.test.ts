import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeCheckedFile } from '../../../src/kernel/run/checkedFile.ts';
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

test('the file is plain safetensors with the graph in its metadata', async () => {
  const path = files.path('plain');
  await saveModel(path, snapshot(await fittedModel()));
  const { tensors, metadata } = readSafetensors(readFileSync(path), path);
  expect(tensors.get('embedding.V')!.shape).toEqual([16, 3]);
  expect(JSON.parse(metadata.graph)).toEqual(nfm);
  expect(metadata.version).toBe('1');
});
