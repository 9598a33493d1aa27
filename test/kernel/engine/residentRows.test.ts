/** Rows of one length are trained on from a copy in the engine's memory; rows of several lengths are not. */

import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/kernel/base/random.ts';
import { capacityFor, type Dataset } from '../../../src/kernel/data/dataset.ts';
import type { Kernels } from '../../../src/kernel/engine/wasm/instance.ts';
import { ResidentRows } from '../../../src/kernel/engine/wasm/residentRows.ts';
import { compileWith } from '../../../src/kernel/engine/wasm/wasmEngine.ts';
import { nfm } from '../../../src/kernel/models/index.ts';
import { compileOptions } from './reference.ts';

const features = 50;
const graph = nfm({ features, fields: [] }, { factors: 20, hidden: [9], dropout: [0.5, 0.2] }).graph;
const batch = 70;

/** Drawn rows of `length` entries each. */
function drawn(rows: number, length: number, { valued = false, seed = 1 } = {}): Dataset {
  const random = new Random(seed, 'resident rows');
  const ids = Int32Array.from({ length: rows * length }, (_, e) => (7 * (e % length) + random.below(7)) % features);
  return {
    rows,
    features,
    fields: [],
    rowStart: Int32Array.from({ length: rows + 1 }, (_, r) => r * length),
    ids,
    values: valued ? Float32Array.from(ids, () => random.normal()) : null,
    target: Float32Array.from({ length: rows }, () => random.normal()),
    group: null,
    source: 'drawn rows',
  };
}

/** The same rows and one of another length after them, which nobody trains on. */
function withOddRow(data: Dataset): Dataset {
  const { rows, rowStart, ids, values, target } = data;
  return {
    ...data,
    rows: rows + 1,
    rowStart: Int32Array.from([...rowStart, ids.length + 1]),
    ids: Int32Array.from([...ids, 3]),
    values: values && Float32Array.from([...values, 1]),
    target: Float32Array.from([...target, 0]),
  };
}

/** Weights after some steps on each of `parts` in turn. */
async function train(parts: readonly Dataset[]): Promise<Map<string, Float32Array>> {
  const model = await compileWith(graph, compileOptions({ seed: 3, capacity: capacityFor([...parts], batch) }), 1);
  parts.forEach((data, part) => {
    const random = new Random(part, 'batches');
    for (let step = 0; step < 3; step++) {
      const order = Int32Array.from({ length: batch }, () => random.below(900));
      model.step(data, order, 0, step === 1 ? 41 : batch);
    }
  });
  const weights = model.weights();
  model.dispose();
  return weights;
}

test('where there is no room it says so', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const rows = new ResidentRows(memory, {} as Kernels); // which only `take` needs
  const [large, small] = [drawn(9000, 3), drawn(900, 3)];
  for (let asked = 0; asked < 2; asked++) expect(rows.hold(large, 3)).toBe(false);
  expect(rows.hold(small, 3)).toBe(true);
  expect(memory.buffer.byteLength).toBe(2 * 65536);
});

describe('the copy changes nothing', () => {
  test.each([1, 3, 4, 7])('rows of %i entries, with values and without', async (length) => {
    for (const valued of [false, true]) {
      const data = drawn(900, length, { valued });
      expect(await train([data])).toEqual(await train([withOddRow(data)]));
    }
  });

  test('data sets that take turns: smaller, larger than the memory had room for, with values and without', async () => {
    const parts = [
      drawn(900, 2),
      drawn(30_000, 6, { valued: true, seed: 2 }),
      drawn(1000, 3, { seed: 3 }),
      drawn(900, 2, { valued: true, seed: 4 }),
      drawn(900, 5, { seed: 5 }),
    ];
    expect(await train(parts)).toEqual(await train(parts.map(withOddRow)));
  });
});
