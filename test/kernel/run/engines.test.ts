/** Runs on either engine: chosen by name, told in the record, continued on the other one. */

import { describe, expect, test } from 'vitest';
import { engineFor } from '../../../src/kernel/engine/choose.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { compare } from '../../../src/kernel/run/compare.ts';
import { snapshot } from '../../../src/kernel/run/fittedModel.ts';
import { loadModel, openModel, saveModel } from '../../../src/kernel/run/modelFile.ts';
import { train } from '../../../src/kernel/run/train.ts';
import type { TrainOptions } from '../../../src/kernel/run/trainOptions.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { Sketch } from '../engine/sketch.ts';
import { tinyNfm } from '../engine/tinyModels.ts';
import { collect, tinyOptions, tinySplit } from './runs.ts';

const files = temporaryFolder();
const split = tinySplit();
const nfm = tinyNfm({
  pooled: { batchNorm: true, dropout: 0.3 },
  hidden: [{ units: 4, activation: 'tanh', dropout: 0.2 }],
});

const run = (options: TrainOptions, graph: Graph = nfm) =>
  collect(train(graph, split, { ...tinyOptions(), engine: undefined, ...options }));

/** FM with a gate of its own on each factor. */
function gatedFm(): Graph {
  const sketch = new Sketch();
  sketch.input();
  const linear = sketch.linear();
  const pooled = sketch.node('pooled', 'biInteraction', [sketch.embedding(3)], {});
  const gate = sketch.node('gate', 'layer', [pooled], {
    name: 'gate',
    code: '(x, { strength }, tf) => tf.mul(x, tf.sigmoid(strength))',
    parameters: { strength: { shape: [3], init: 'zeros' } },
    shape: [3],
  });
  return sketch.output('gated FM', [linear, sketch.node('second', 'sum', [gate], {})], 'regression');
}

describe('the engine of a run', () => {
  test('by name, and in its record', async () => {
    const engineOf = async (options: TrainOptions, graph?: Graph) =>
      (await run({ epochs: 1, ...options }, graph)).fitted.config.engine;
    expect(await engineOf({})).toBe('wasm plain, 1 thread');
    expect(await engineOf({ engine: 'wasm', fast: true })).toBe('wasm fast, 1 thread');
    expect(await engineOf({ engine: 'tensorflow', threads: 4, fast: true })).toMatch(/^tensorflow 4\.22\.0 \(/);
    expect(await engineOf({}, gatedFm())).toMatch(/^tensorflow 4\.22\.0 \(/);
  });

  test('gives the same curve, as long as rounding does not part them', async () => {
    const [wasm, tensorflow] = await Promise.all(
      (['wasm', 'tensorflow'] as const).map(async (engine) => (await run({ engine })).fitted.result.history),
    );
    for (const [i, { train: own, validation }] of tensorflow.entries()) {
      expect(own.loss!).toBeCloseTo(wasm[i].train.loss!, 3);
      expect(validation.rmse!).toBeCloseTo(wasm[i].validation.rmse!, 3);
    }
  });

  test.each([
    ['wasm', 'tensorflow'],
    ['tensorflow', 'wasm'],
  ] as const)('may change when it is resumed: %s, then %s', async (first, second) => {
    const path = files.path(`${first}.checkpoint`);
    await run({ engine: first, epochs: 3, checkpoint: { path } });
    const { fitted } = await run({ engine: second, epochs: 5, resume: path });
    const { fitted: whole } = await run({ engine: first, epochs: 5 });
    expect(fitted.result.history.length).toBe(5);
    expect(fitted.result.validation.rmse!).toBeCloseTo(whole.result.validation.rmse!, 3);
  });

  test('a run on TensorFlow is resumed with the masks and averages that it would have had', async () => {
    const path = files.path('tensorflow.checkpoint');
    await run({ engine: 'tensorflow', epochs: 2, checkpoint: { path } });
    const { fitted } = await run({ engine: 'tensorflow', epochs: 4, resume: path });
    const { fitted: whole } = await run({ engine: 'tensorflow', epochs: 4 });
    for (const [id, values] of whole.model.weights())
      expect([...fitted.model.weights().get(id)!], id).toEqual([...values].map((v) => expect.closeTo(v, 4)));
  });
});

test("a model with a layer of a user's own trains, is saved, and predicts the same from its file", async () => {
  const { fitted } = await run({}, gatedFm());
  expect(
    fitted.model
      .weights()
      .get('gate.strength')!
      .some((v) => v !== 0),
  ).toBe(true);
  const path = files.path('gated.safetensors');
  await saveModel(path, snapshot(fitted));
  const saved = await loadModel(path);
  const again = await openModel(saved, [split.test], engineFor(saved.graph));
  expect([...again.predict(split.test)]).toEqual(
    [...fitted.model.predict(split.test)].map((v) => expect.closeTo(v, 5)),
  );
  await expect(run({ engine: 'wasm' }, gatedFm())).rejects.toThrow("engine: 'tensorflow'");
});

test('a comparison takes the engine of each model', async () => {
  const events = compare({ 'NFM-1': nfm, gated: gatedFm() }, split, {
    ...tinyOptions(),
    engine: 'auto',
    seeds: [1],
    epochs: 1,
  });
  const engines: string[] = [];
  for await (const { event } of events) if (event.type === 'started') engines.push(event.config.engine.split(' ')[0]);
  expect(engines).toEqual(['wasm', 'tensorflow']);
});
