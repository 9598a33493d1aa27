/**
 * The TensorFlow engine against the wasm engine, with which it shares no arithmetic, and against the Float64 reference.
 * Single steps from equal states are compared; trajectories only of smooth networks, because a rounding difference that
 * flips one ReLU rightly parts two correct engines.
 */

import { describe, expect, test } from 'vitest';
import { capacityFor, type Dataset } from '../../../../src/kernel/data/dataset.ts';
import type { CompileOptions, Model, Weights } from '../../../../src/kernel/engine/engine.ts';
import { type Loss, losses, reductions } from '../../../../src/kernel/engine/losses.ts';
import { optimizer, optimizerNames } from '../../../../src/kernel/engine/optimizers.ts';
import type { Tensorflow } from '../../../../src/kernel/engine/tensorflow/load.ts';
import { wasmEngine } from '../../../../src/kernel/engine/wasm/wasmEngine.ts';
import type { ActivationName, Graph } from '../../../../src/kernel/graph/graph.ts';
import { compileOptions, reference } from '../reference.ts';
import { scatter } from '../scatter.ts';
import { allRows, tinyDataFor } from '../tinyData.ts';
import { tinyCases, tinyNfm } from '../tinyModels.ts';
import { modelOn } from './modelOn.ts';

const rowsOfBatch = 33; // one more than a chunk of the wasm engine

/** The engines with equal weights, far from their start. */
async function both(tensorflow: Tensorflow, graph: Graph, data: Dataset, options: Partial<CompileOptions>) {
  const all = compileOptions({ ...options, capacity: capacityFor([data], data.rows) });
  const weights = scatter(reference(graph, all)).weights();
  const [ours, wasm] = [modelOn(tensorflow, graph, all), await wasmEngine.compile(graph, all)];
  for (const model of [ours, wasm]) model.setWeights(weights);
  return { ours, wasm };
}

const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);

/** Largest difference, relative to the largest value or to `floor`; NaN where a number is missing. */
function difference(got: ArrayLike<number>, expected: ArrayLike<number>, floor = 1e-3): number {
  if (got.length !== expected.length) return Number.NaN;
  const worst = largest(Array.from(expected, (v, i) => got[i] - v));
  return worst / Math.max(floor, largest(expected));
}

/** Within a tolerance of the largest number of its own, or of a tenth of the largest of all. */
function expectClose(got: Weights, expected: Weights, tolerance: number): void {
  expect([...got.keys()].sort()).toEqual([...expected.keys()].sort());
  const floor = Math.max(1e-3, 0.1 * Math.max(...[...expected.values()].map(largest)));
  for (const [id, values] of expected)
    expect(difference(got.get(id)!, values, floor), id).toBeLessThanOrEqual(tolerance);
}

const gradients = (model: Model, data: Dataset) => model.gradients(data, allRows(data), 0, data.rows);

export function conformance(tensorflow: Tensorflow): void {
  describe.each(tinyCases.map((c) => [c.name, c] as const))('%s', (_, { graph, loss: own }) => {
    test('predictions', async () => {
      const data = tinyDataFor(own, rowsOfBatch);
      const { ours, wasm } = await both(tensorflow, graph, data, { loss: own });
      expect(difference(ours.predict(data), wasm.predict(data))).toBeLessThan(1e-5);
      expect(difference(ours.predict(data, 5, 20), wasm.predict(data, 5, 20))).toBeLessThan(1e-5);
    });

    test.each(losses)('gradients of loss %s', async (loss: Loss) => {
      const data = tinyDataFor(loss, rowsOfBatch);
      const { ours, wasm } = await both(tensorflow, graph, data, { loss });
      const found = gradients(ours, data);
      expectClose(found, gradients(wasm, data), 1e-5);
      if (loss !== own) return;
      const exact = reference(graph, compileOptions({ loss }));
      exact.setWeights(ours.weights());
      expectClose(found, gradients(exact, data), 1e-5);
    });

    test.each(optimizerNames)('two steps of %s', async (name) => {
      const data = tinyDataFor(own, rowsOfBatch);
      const { ours, wasm } = await both(tensorflow, graph, data, {
        loss: own,
        optimizer: optimizer(name, { learningRate: 0.01 }),
      });
      const order = allRows(data);
      for (let step = 0; step < 2; step++) {
        wasm.setState(ours.state());
        const [loss, expected] = [ours, wasm].map((model) => model.step(data, order, 8 * step, order.length));
        expect(difference([loss], [expected])).toBeLessThan(1e-5);
        const [found, other] = [ours.state(), wasm.state()];
        expect(found.steps).toBe(other.steps);
        // Adam divides by the root of a gradient's square: where gradients cancel, rounding shows more.
        expectClose(found.weights, other.weights, name === 'adam' ? 2e-4 : 3e-5);
        expectClose(found.slots, other.slots, 3e-5);
      }
    });
  });

  test.each(reductions)('reduction %s, rows of pairs and rows alone', async (reduction) => {
    const { graph } = tinyCases.find((c) => c.name === 'NFM-1, as published')!;
    for (const loss of ['squared', 'bpr'] as const) {
      const data = tinyDataFor(loss, rowsOfBatch);
      const { ours, wasm } = await both(tensorflow, graph, data, { loss, reduction });
      expectClose(gradients(ours, data), gradients(wasm, data), 1e-5);
    }
  });

  test.each(optimizerNames)('%s with penalties on all rows of the tables, a part of the model frozen', async (name) => {
    const graph = tinyNfm({ penalty: { l2: 0.1, l1: 0.02 }, hidden: [{ units: 5, activation: 'tanh', l2: 0.1 }] });
    const data = tinyDataFor('squared', 9);
    for (const rows of ['all', 'touched'] as const) {
      const options = { rows, freeze: ['hidden1.b', 'linear'], optimizer: optimizer(name, { learningRate: 0.01 }) };
      const { ours, wasm } = await both(tensorflow, graph, data, options);
      const before = ours.weights();
      for (let step = 0; step < 2; step++) {
        wasm.setState(ours.state());
        for (const model of [ours, wasm]) model.step(data, Int32Array.of(0, 1), 0, 2);
        expectClose(ours.weights(), wasm.weights(), 3e-5);
      }
      const after = ours.weights();
      for (const id of ['hidden1.b', 'linear.w', 'linear.w0']) expect(after.get(id), id).toEqual(before.get(id));
      const moved = (feature: number) =>
        [0, 1, 2].some(
          (k) => after.get('embedding.V')![3 * feature + k] !== before.get('embedding.V')![3 * feature + k],
        );
      expect(moved(0)).toBe(true);
      expect(moved(3)).toBe(rows === 'all'); // feature 3 is in neither row
    }
  });

  const network = (activation: ActivationName) =>
    tinyNfm({
      factors: 4,
      pooled: { batchNorm: true, dropout: 0.3 },
      hidden: [{ units: 5, activation, batchNorm: true, dropout: 0.2 }],
    });

  test.each(['tanh', 'sigmoid', 'identity'] as const)('50 steps of a smooth network: %s', async (activation) => {
    const data = tinyDataFor('squared', 64);
    const { ours, wasm } = await both(tensorflow, network(activation), data, {
      optimizer: optimizer('adagrad', { learningRate: 0.02 }),
    });
    const order = allRows(data);
    for (let step = 0; step < 50; step++) {
      const from = 16 * (step % 4);
      const [loss, expected] = [ours, wasm].map((model) => model.step(data, order, from, from + 16));
      expect(difference([loss], [expected]), `loss of step ${step}`).toBeLessThan(1e-3);
    }
    expectClose(ours.weights(), wasm.weights(), 1e-3);
    expect(difference(ours.predict(data), wasm.predict(data))).toBeLessThan(1e-3);
  });

  test('ReLU step by step: each of 20 steps from the same state', async () => {
    const data = tinyDataFor('squared', 64);
    const { ours, wasm } = await both(tensorflow, network('relu'), data, {});
    const order = allRows(data);
    for (let step = 0; step < 20; step++) {
      wasm.setState(ours.state());
      const [loss, expected] = [ours, wasm].map((model) => model.step(data, order, 0, data.rows));
      expect(difference([loss], [expected]), `loss of step ${step}`).toBeLessThan(1e-5);
      expectClose(ours.weights(), wasm.weights(), 3e-5);
    }
  });
}
