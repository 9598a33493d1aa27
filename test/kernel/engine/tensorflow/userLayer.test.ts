/** Layers that users write: they train as the built-in ones do, and what is wrong with one is said before any step. */

import { describe, expect, test } from 'vitest';
import { engineFor } from '../../../../src/kernel/engine/choose.ts';
import { tensorflowEngine } from '../../../../src/kernel/engine/tensorflow/tensorflowEngine.ts';
import { wasmEngine } from '../../../../src/kernel/engine/wasm/wasmEngine.ts';
import type { Graph, OpAttributes } from '../../../../src/kernel/graph/graph.ts';
import { compileOptions } from '../reference.ts';
import { Sketch } from '../sketch.ts';
import { allRows, tinyData } from '../tinyData.ts';
import { cpu } from './javascriptTensorflow.ts';
import { modelOn } from './modelOn.ts';

const { tf } = cpu;
const data = tinyData('numbers', 33);
const order = allRows(data);

/** NFM with a layer of its own between pooling and prediction. */
function withLayer(attributes: Partial<OpAttributes['layer']>): Graph {
  const sketch = new Sketch();
  sketch.input();
  const linear = sketch.linear();
  const pooled = sketch.node('pooled', 'biInteraction', [sketch.embedding(4)], {});
  const own = sketch.node('own', 'layer', [pooled], {
    name: 'own',
    code: '(x) => x',
    parameters: {},
    shape: [4],
    ...attributes,
  });
  const score = sketch.node('deep', 'prediction', [own], { bias: false, init: 'normal' });
  return sketch.output('own model', [linear, score], 'regression');
}

const gated = withLayer({
  code: '(x, { strength }, tf) => tf.mul(x, tf.sigmoid(strength))',
  parameters: { strength: { shape: [4], init: 'normal' } },
});

test('a dense layer written by hand trains as the built-in one', async () => {
  const written = withLayer({
    code: '(x, p, tf) => tf.tanh(tf.add(tf.matMul(x, p.W), p.b))',
    parameters: { W: { shape: [4, 5], init: 'glorot' }, b: { shape: [5], init: 'zeros' } },
    shape: [5],
  });
  const sketch = new Sketch();
  sketch.input();
  const linear = sketch.linear();
  const pooled = sketch.node('pooled', 'biInteraction', [sketch.embedding(4)], {});
  const own = sketch.node('own', 'dense', [pooled], { units: 5, biasInit: 'zeros' });
  const tanh = sketch.node('tanh', 'activation', [own], { function: 'tanh' });
  const score = sketch.node('deep', 'prediction', [tanh], { bias: false, init: 'normal' });
  const builtIn = await wasmEngine.compile(sketch.output('built in', [linear, score], 'regression'), compileOptions());

  const model = modelOn(cpu, written);
  expect(model.weights()).toEqual(builtIn.weights());
  for (let step = 0; step < 10; step++) {
    const [loss, expected] = [model, builtIn].map((m) => m.step(data, order, 0, 33));
    expect(loss / expected).toBeCloseTo(1, 4);
  }
  for (const [id, values] of builtIn.weights())
    expect([...model.weights().get(id)!], id).toEqual([...values].map((v) => expect.closeTo(v, 3)));
});

test('its gradient agrees with central differences, and 50 steps leave no tensor', () => {
  const before = tf.memory().numTensors;
  const model = modelOn(cpu, gated, { reduction: 'sum' });
  const start = model.weights();
  start.set(
    'embedding.V',
    start.get('embedding.V')!.map((v) => 3 * v),
  );
  start.set('own.strength', Float32Array.of(0.5, -0.3, 0.1, 1));
  model.setWeights(start);
  const objective = () => model.predict(data).reduce((sum, p, r) => sum + (p - data.target[r]) ** 2, 0);
  const gradient = model.gradients(data, order, 0, 33).get('own.strength')!;
  const strength = start.get('own.strength')!;
  strength.forEach((v, i) => {
    const at = (value: number) => {
      model.setWeights(new Map([['own.strength', strength.with(i, value)]]));
      return objective();
    };
    const difference = (at(v + 1e-2) - at(v - 1e-2)) / 2e-2;
    expect(Math.abs(difference - gradient[i])).toBeLessThan(0.01 * Math.max(...gradient.map(Math.abs)));
  });
  for (let step = 0; step < 50; step++) model.step(data, order, 0, 33);
  expect(tf.memory().numTensors).toBe(before);
});

test('auto is wasm, and TensorFlow for a graph with such a layer, which wasm refuses', async () => {
  expect(engineFor(gated)).toBe(tensorflowEngine);
  expect(engineFor(gated, 'wasm')).toBe(wasmEngine);
  const { nodes, ...rest } = gated;
  const plain = { ...rest, nodes: nodes.filter(({ op }) => op !== 'layer') };
  expect(engineFor(plain)).toBe(wasmEngine);
  expect(engineFor(plain, 'tensorflow')).toBe(tensorflowEngine);
  expect(() => engineFor(plain, 'torch' as 'wasm')).toThrow(
    'unknown engine "torch"; expected one of auto, wasm, tensorflow',
  );
  await expect(async () => wasmEngine.compile(gated, compileOptions())).rejects.toThrow("engine: 'tensorflow'");
});

test('parameters of any rank, and parameters or an input that the function does not use', () => {
  const graph = withLayer({
    code: '(x, p, tf) => tf.add(tf.zerosLike(x), p.scale)',
    parameters: { scale: { shape: [], init: 'ones' }, idle: { shape: [2, 2, 2], init: 'normal' } },
  });
  const model = modelOn(cpu, graph);
  const gradients = model.gradients(data, order, 0, 33);
  expect(gradients.get('own.scale')!.length).toBe(1);
  expect(gradients.get('own.scale')![0]).not.toBe(0);
  for (const id of ['own.idle', 'embedding.V'])
    expect(
      gradients.get(id)!.every((g) => g === 0),
      id,
    ).toBe(true);
});

describe('what is wrong with a layer is one error that names it', () => {
  const outside = '(x, p, tf) => tf.mul(x, strength)';
  test.each([
    ['throws', '() => { throw new RangeError("no\\nway") }', 'layer "own": its function fails with RangeError: no'],
    [
      'uses a name of a cell',
      outside,
      'strength is not defined; the function is kept as text, so it may use only its arguments (x, p, tf) and globals',
    ],
    ['is no code', '(x) => {', 'layer "own": its code is no function: SyntaxError'],
    ['is no function', '42', 'layer "own": expected the code of a function (x, p, tf) => tensor, got a number'],
    ['returns nothing', '() => {}', 'must return a tensor of shape [2, 4], it returned undefined'],
    ['is asynchronous', 'async (x) => x', 'it returned a promise'],
    [
      'has another shape',
      '(x, p, tf) => tf.sum(x, 1)',
      'must return shape [2, 4] of float32 for a batch of 2 rows, it returned [2] of float32',
    ],
    ['has another type', '(x, p, tf) => tf.cast(x, "int32")', 'it returned [2, 4] of int32'],
    ['has no derivative', '(x, p, tf) => tf.cumprod(x, 1)', 'TensorFlow cannot differentiate it'],
    ['keeps tensors', '(x, p, tf) => tf.keep(tf.add(x, 1))', 'each call keeps 1 tensors in memory'],
  ])('%s', (_, code, message) => {
    const before = tf.memory().numTensors;
    expect(() => modelOn(cpu, withLayer({ code }))).toThrow(message);
    if (!code.includes('keep')) expect(tf.memory().numTensors).toBe(before);
  });

  test('and one that fails only later leaves no tensor and the next step works', () => {
    const before = tf.memory().numTensors;
    const code = '(x, p, tf) => { const y = tf.square(x); if (x.shape[0] === 3) throw new Error("three"); return y }';
    const model = modelOn(cpu, withLayer({ code }));
    expect(() => model.step(data, order, 0, 3)).toThrow('layer "own": its function fails with Error: three');
    expect(tf.memory().numTensors).toBe(before);
    expect(model.step(data, order, 0, 4)).toBeGreaterThan(0);
  });
});
