/**
 * The wasm engine against the Float64 reference: outputs, losses, gradients, and one step of every optimizer, for every
 * model family. Single steps from equal weights are compared, not trajectories: a rounding difference that flips one
 * ReLU parts two right engines.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { capacityFor, type Dataset } from '../../../src/kernel/data/dataset.ts';
import type { CompileOptions } from '../../../src/kernel/engine/engine.ts';
import { losses } from '../../../src/kernel/engine/losses.ts';
import { type OptimizerName, optimizer, optimizerNames } from '../../../src/kernel/engine/optimizers.ts';
import { compileWith } from '../../../src/kernel/engine/wasm/wasmEngine.ts';
import type { WasmModel } from '../../../src/kernel/engine/wasm/wasmModel.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { compileOptions, type ReferenceModel, reference } from './reference.ts';
import { scatter } from './scatter.ts';
import { allRows, tinyDataFor } from './tinyData.ts';
import { tinyCases, tinyNfm } from './tinyModels.ts';

type Both = { readonly wasm: WasmModel; readonly exact: ReferenceModel };

async function both(graph: Graph, data: Dataset, options: Partial<CompileOptions>): Promise<Both> {
  const all = compileOptions({ ...options, capacity: capacityFor([data], data.rows) });
  const wasm = await compileWith(graph, all, all.threads);
  const exact = scatter(reference(graph, all));
  wasm.setWeights(exact.weights());
  exact.setWeights(wasm.weights()); // the same float32 values
  return { wasm, exact };
}

/** Largest difference, relative to the largest value or to `floor`. */
function difference(got: ArrayLike<number>, expected: ArrayLike<number>, floor = 1e-3): number {
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(got[i] - expected[i]));
    if (Number.isNaN(got[i])) return Number.NaN;
  }
  return worst / Math.max(floor, largest(expected));
}

const largest = (values: ArrayLike<number>) => Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);

/** Within a tolerance of each parameter's largest value, or of 10 % of the largest of all: gradients that cancel keep the rounding of what they cancelled from. */
function expectClose(
  got: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
  tolerance = 1e-5,
) {
  const floor = Math.max(1e-3, 0.1 * Math.max(...[...expected.values()].map(largest)));
  for (const [id, values] of expected) expect(difference(got.get(id)!, values, floor), id).toBeLessThan(tolerance);
}

const rows = 135; // two whole chunks of 64 rows and a part

describe.each(tinyCases.map((c) => [c.name, c] as const))('%s', (_, { graph, loss: ownLoss }) => {
  const data = tinyDataFor(ownLoss, rows);
  let models: Both;
  beforeAll(async () => {
    models = await both(graph, data, { loss: ownLoss });
  });

  test('outputs', () => {
    expect(difference(models.wasm.predict(data), models.exact.predict(data))).toBeLessThan(1e-5);
    expect(difference(models.wasm.predict(data, 5, 40), models.exact.predict(data, 5, 40))).toBeLessThan(1e-5);
  });

  test.each(losses)('gradients with loss %s', async (loss) => {
    const lossData = tinyDataFor(loss, rows);
    const { wasm, exact } = await both(graph, lossData, { loss });
    const order = allRows(lossData);
    expectClose(wasm.gradients(lossData, order, 0, order.length), exact.gradients(lossData, order, 0, order.length));
  });

  test.each(optimizerNames)('two steps of %s', async (name: OptimizerName) => {
    const { wasm, exact } = await both(graph, data, {
      loss: ownLoss,
      optimizer: optimizer(name, { learningRate: 0.01 }),
    });
    const order = allRows(data);
    for (let s = 0; s < 2; s++) {
      exact.setState(wasm.state());
      const half = s * 2 * Math.floor(data.rows / 4);
      const loss = wasm.step(data, order, half, order.length);
      expect(difference([loss], [exact.step(data, order, half, order.length)])).toBeLessThan(1e-5);
      // Adam divides by the root of a gradient's square: where gradients cancel, rounding shows more.
      expectClose(wasm.weights(), exact.weights(), name === 'adam' ? 2e-4 : 3e-5);
      expectClose(wasm.state().slots, exact.state().slots, 3e-5);
    }
  });
});

test('rows "all" with L2 moves every row of the tables; "touched" only the batch', async () => {
  const graph = tinyNfm({ penalty: { l2: 0.1 } });
  const data = tinyDataFor('squared', 9);
  const order = Int32Array.of(0, 1);
  for (const setting of ['all', 'touched'] as const)
    for (const name of optimizerNames) {
      const { wasm, exact } = await both(graph, data, {
        rows: setting,
        optimizer: optimizer(name, { learningRate: 0.01 }),
      });
      const before = wasm.weights().get('embedding.V')!;
      for (let s = 0; s < 2; s++) {
        exact.setState(wasm.state());
        wasm.step(data, order, 0, 2);
        exact.step(data, order, 0, 2);
        expectClose(wasm.weights(), exact.weights(), 3e-5);
      }
      const after = wasm.weights().get('embedding.V')!;
      const width = after.length / 16;
      const moved = (id: number) =>
        after.subarray(id * width, (id + 1) * width).some((v, i) => v !== before[id * width + i]);
      expect(moved(0)).toBe(true);
      expect(moved(3)).toBe(setting === 'all'); // feature 3 is in neither row
    }
});

test('row numbers outside the data are refused before anything changes, whatever the rows look like', async () => {
  const graph = tinyNfm({});
  const mixed = tinyDataFor('squared', 40);
  const same = {
    ...mixed,
    rowStart: Int32Array.from({ length: 41 }, (_, r) => r),
    ids: new Int32Array(40),
    values: null,
  };
  for (const data of [mixed, same]) {
    const { wasm } = await both(graph, mixed, {});
    const before = wasm.weights();
    for (const row of [-1, 40, 1_000_000])
      expect(() => wasm.step(data, Int32Array.of(0, row), 0, 2)).toThrow('expected a row number in 0 .. 39');
    expect(wasm.weights()).toEqual(before);
  }
});
