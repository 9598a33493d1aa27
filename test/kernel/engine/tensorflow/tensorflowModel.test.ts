/** What a model on TensorFlow promises beside its numbers, which `conformance.ts` holds against the wasm engine's. */

import { expect, test } from 'vitest';
import type { Dataset } from '../../../../src/kernel/data/dataset.ts';
import { dropoutMask, dropoutMultiplier } from '../../../../src/kernel/engine/dropout.ts';
import { optimizer } from '../../../../src/kernel/engine/optimizers.ts';
import { repairTensorflow } from '../../../../src/kernel/engine/tensorflow/repair.ts';
import { wasmEngine } from '../../../../src/kernel/engine/wasm/wasmEngine.ts';
import { compileOptions } from '../reference.ts';
import { allRows, dataOf, tinyData, tinyDataFor } from '../tinyData.ts';
import { tinyAfm, tinyCases, tinyNfm } from '../tinyModels.ts';
import { cpu } from './javascriptTensorflow.ts';
import { modelOn } from './modelOn.ts';

const { tf } = cpu;
const data = tinyData('numbers', 33);
const order = allRows(data);
const published = tinyCases.find(({ name }) => name === 'NFM-1, as published')!.graph;

test('no tensor is left by steps, predictions and gradients of any model', () => {
  const before = tf.memory().numTensors;
  for (const { name, graph, loss } of tinyCases) {
    const rows = tinyDataFor(loss, 12);
    const model = modelOn(cpu, graph, { loss });
    for (let step = 0; step < 3; step++) model.step(rows, allRows(rows), 0, rows.rows);
    model.gradients(rows, allRows(rows), 0, rows.rows);
    model.predict(rows);
    expect(tf.memory().numTensors, name).toBe(before);
  }
});

test('the start is that of the wasm engine, and so is the state after a change of engine', async () => {
  const options = compileOptions({ seed: 9, optimizer: optimizer('adam') });
  const ours = modelOn(cpu, published, options);
  const wasm = await wasmEngine.compile(published, options);
  expect(ours.state()).toEqual(wasm.state());
  wasm.step(data, order, 0, 20);
  ours.setState(wasm.state());
  expect(ours.state()).toEqual(wasm.state());
  ours.step(data, order, 20, 33);
  wasm.setState(ours.state());
  expect(wasm.state()).toEqual(ours.state());
});

test('the model says what runs', () => {
  expect(tf.getBackend()).toBe('cpu');
  expect(modelOn(cpu, published).engine).toBe('tensorflow 4.22.0 (pure JavaScript cpu backend)');
});

test('a prediction that is made in parts is the same', () => {
  const long = Array.from({ length: 15 }, (_, id) => [id, 1] as const);
  const rows = dataOf(Array.from({ length: 1700 }, (_, r) => long.slice(0, r % 16)));
  const graph = tinyAfm({ factors: 24 }); // 105 pairs of 24 numbers a row: two parts
  const model = modelOn(cpu, graph);
  const all = model.predict(rows);
  const parts = [0, 1, 400, 1699, 1700].flatMap((to, i, ends) => (i ? [...model.predict(rows, ends[i - 1], to)] : []));
  expect([...all]).toEqual(parts.map((v) => expect.closeTo(v, 6)));
});

test('bad batches, weights and states are refused before anything changes', () => {
  const model = modelOn(cpu, published, { loss: 'log', optimizer: optimizer('adam') });
  const before = model.state();
  const refused = (act: () => unknown, message: string) => expect(act).toThrow(message);
  refused(() => model.step(data, Int32Array.of(33, 0), 0, 2), 'expected a row number in 0 .. 32');
  refused(() => model.step(data, order, 0, 2), 'loss "log" needs labels 1 and 0, or 1 and -1');
  refused(() => model.step(data, order, 0, 1), 'needs at least 2 rows in a training batch');
  refused(() => model.predict({ ...data, ids: data.ids.map(() => 16) }), 'feature id 16 is outside 0 .. 15');
  refused(() => model.predict(data, 4, 99), 'expected rows within 0 .. 33');
  refused(() => model.setWeights(new Map([['embeding.V', new Float32Array(3)]])), 'has no parameter "embeding.V"');
  const sgd = modelOn(cpu, published).state();
  refused(() => model.setState({ ...sgd, slots: new Map() }), 'the state belongs to another optimizer');
  expect(model.state()).toEqual(before);
});

test('a model of which everything is frozen still has a loss', () => {
  const graph = tinyNfm({ pooled: { batchNorm: true } });
  const model = modelOn(cpu, graph, {
    freeze: graph.nodes.map(({ id }) => id).filter((id) => /linear|emb|Norm|pred/.test(id)),
  });
  expect(model.gradients(data, order, 0, 33)).toEqual(new Map());
  expect(model.step(data, order, 0, 33)).toBeGreaterThan(0);
  expect(
    model
      .weights()
      .get('biNorm.mean')!
      .some((v) => v !== 0),
  ).toBe(true);
});

test('masks made at once are those of single units', () => {
  for (const width of [1, 5, 16, 23])
    expect([...dropoutMask(77, 0.3, 4, width)]).toEqual(
      Array.from({ length: 4 * width }, (_, i) =>
        Math.fround(dropoutMultiplier(77, 0.3, width, Math.floor(i / width), i % width)),
      ),
    );
});

test('scopes and gradients that a termination left open are closed', () => {
  const kept = tf.memory().numTensors;
  const model = modelOn(cpu, published);
  const expected = model.gradients(data, order, 0, 33);
  // What a termination in the middle of a gradient leaves: no `finally` ran.
  const engine = tf.engine() as unknown as {
    startTape(): void;
    startScope(name: string): void;
    readonly state: { kernelDepth: number };
  };
  engine.startScope('step');
  engine.startTape();
  engine.startScope('forward');
  tf.square(tf.tensor1d([1, 2, 3]));
  engine.state.kernelDepth++;
  expect(() => model.gradients(data, order, 0, 33)).toThrow('TensorFlow recorded nothing to differentiate');
  repairTensorflow(tf);
  expect(model.gradients(data, order, 0, 33)).toEqual(expected);
  expect(tf.memory().numTensors).toBe(kept);
});

test('rows of every length in one batch: the padding has no part', async () => {
  const rows: Dataset = dataOf([
    [[0, 2]],
    [],
    [
      [1, 1],
      [2, -1],
      [3, 0.5],
      [12, 1],
      [15, 2],
    ],
  ]);
  for (const { name, graph, loss } of tinyCases) {
    if (loss === 'bpr') continue;
    const model = modelOn(cpu, graph, { loss });
    const alone = [0, 1, 2].map((row) => model.predict(rows, row, row + 1)[0]);
    expect([...model.predict(rows)], name).toEqual(alone.map((v) => expect.closeTo(v, 6)));
  }
});
