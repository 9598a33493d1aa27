/** Optimizers and penalties on whole models. */

import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/kernel/base/random.ts';
import { type Optimizer, optimizer } from '../../../src/kernel/engine/optimizers.ts';
import { type ReferenceModel, reference } from './reference.ts';
import { updateCoordinate } from './referenceUpdate.ts';
import { scatter } from './scatter.ts';
import { allRows, dataOf, tinyData } from './tinyData.ts';
import { tinyFm, tinyLr, tinyNfm } from './tinyModels.ts';

const data = tinyData('numbers', 20);
const rows = allRows(data);
const network = tinyNfm({ hidden: [{ units: 5, activation: 'tanh' }] });

/** `steps` steps on random batches of 6 rows. */
function train(model: ReferenceModel, steps: number): ReferenceModel {
  const random = new Random(3, 'batches');
  for (let step = 0; step < steps; step++) {
    const batch = Int32Array.from({ length: 6 }, () => random.below(data.rows));
    model.step(data, batch, 0, 6);
  }
  return model;
}

/** One coordinate that sees the gradients in turn; its value after each. */
function path(o: Optimizer, gradients: readonly number[], start = 0): number[] {
  const value = Float64Array.of(start);
  const slots = [Float64Array.of(o.name === 'adagrad' ? o.initialAccumulator : 0), Float64Array.of(0)];
  return gradients.map((g, t) => {
    updateCoordinate(o, { l1: 0, l2: 0 }, value, slots, 0, g, t + 1);
    return value[0];
  });
}

describe('by hand', () => {
  test('SGD', () => {
    expect(path(optimizer('sgd', { learningRate: 0.1 }), [2, -1], 1)).toEqual([0.8, 0.9]);
  });

  test('momentum: u = μ u + g', () => {
    const [first, second] = path(optimizer('momentum', { learningRate: 0.1, momentum: 0.5 }), [2, -1]);
    expect(first).toBeCloseTo(-0.2, 12); // u = 2
    expect(second).toBeCloseTo(-0.2, 12); // u = 0.5 · 2 - 1 = 0
  });

  test('Adagrad: the first step is -η sign(g), later ones shrink', () => {
    const o = optimizer('adagrad', { learningRate: 0.05 });
    for (const g of [0.1, -0.5, 3, -400]) expect(path(o, [g])[0]).toBeCloseTo(-0.05 * Math.sign(g), 6);
    expect(path(o, [3, 4])[1]).toBeCloseTo(-0.05 - (0.05 * 4) / 5, 8);
  });

  test('Adagrad from accumulator 0 with gradient 0 stays finite and in place', () => {
    expect(path(optimizer('adagrad', { initialAccumulator: 0 }), [0, 0], 0.3)).toEqual([0.3, 0.3]);
  });

  test('Adam with bias correction by the step', () => {
    const o = optimizer('adam', { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 });
    const [first, second] = path(o, [2, -1]);
    expect(first).toBeCloseTo(-0.1, 6); // (m / 0.1) / √(q / 0.01) = sign(g)
    const m = 0.9 * 0.2 + 0.1 * -1;
    const q = 0.99 * 0.04 + 0.01 * 1;
    const step = ((0.1 * Math.sqrt(1 - 0.99 ** 2)) / (1 - 0.9 ** 2)) * (m / (Math.sqrt(q) + 1e-8));
    expect(second).toBeCloseTo(first - step, 12);
  });
});

test('an SGD step of the model is θ - η g (eq. 10 with reduction sum)', () => {
  const model = scatter(reference(network, { reduction: 'sum', optimizer: optimizer('sgd', { learningRate: 0.01 }) }));
  const before = structuredClone(model.values);
  const gradients = model.exactGradients(data, rows, 0, 6);
  model.step(data, rows, 0, 6);
  for (const [id, gradient] of gradients)
    expect(model.values.get(id)).toEqual(before.get(id)!.map((v, i) => v - 0.01 * gradient[i]));
});

describe('rows of tables', () => {
  test.each(['sgd', 'adagrad'] as const)('%s: updating the rows of the batch equals updating all, exactly', (name) => {
    const o = optimizer(name, { learningRate: 0.02 });
    const [touched, all] = (['touched', 'all'] as const).map((form) =>
      train(reference(network, { optimizer: o, rows: form }), 100),
    );
    expect(touched.values).toEqual(all.values);
    expect(touched.slots).toEqual(all.slots);
  });

  test.each(['momentum', 'adam'] as const)('%s: updating the rows of the batch only is another algorithm', (name) => {
    const [touched, all] = (['touched', 'all'] as const).map((form) => {
      const model = reference(tinyFm(), { optimizer: optimizer(name, { learningRate: 0.01 }), rows: form });
      model.step(data, rows, 0, 2);
      const before = model.values.get('linear.w')![7];
      model.step(data, rows, 4, 6); // without item 7
      return { before, after: model.values.get('linear.w')![7] };
    });
    expect(touched.before).toBe(all.before);
    expect(touched.after).toBe(touched.before); // lazy: waits for its next batch
    expect(all.after).not.toBe(all.before); // dense: still carried by its average
  });

  test('gradients of one id are summed before its only update of the step', () => {
    const twice = dataOf([[[3, 1]], [[3, 1]]], () => -1); // ŷ = 0: gradients 1 and 1
    const model = reference(tinyLr(), { optimizer: optimizer('adagrad', { initialAccumulator: 0 }) });
    model.step(twice, allRows(twice), 0, 2);
    expect(model.slots.get('linear.w/accumulator')![3]).toBe(4); // not 1 + 1
    expect(model.values.get('linear.w')![3]).toBe(-0.05);
  });
});

test('Adagrad from a tiny accumulator takes the same path for half sum and half mean', () => {
  const o = optimizer('adagrad', { initialAccumulator: 1e-30 });
  const [sum, mean] = (['halfSum', 'halfMean'] as const).map((reduction) =>
    train(reference(network, { optimizer: o, reduction }), 30),
  );
  for (const [id, values] of sum.values)
    values.forEach((v, i) => {
      expect(mean.values.get(id)![i]).toBeCloseTo(v, 9);
    });
});

describe('penalties', () => {
  const sgd = optimizer('sgd', { learningRate: 0.1 });
  const l2 = 0.3;

  /** How far L2 alone moved each weight in one step: with it minus without it. */
  function pull(form: 'touched' | 'all') {
    const [penalised, plain] = [{ l2 }, {}].map((penalty) =>
      scatter(reference(tinyFm({ penalty }), { optimizer: sgd, rows: form })),
    );
    const start = structuredClone(plain.values);
    penalised.step(data, rows, 0, 2);
    plain.step(data, rows, 0, 2);
    return { start, moved: (id: string, i: number) => penalised.values.get(id)![i] - plain.values.get(id)![i] };
  }

  test('L2 on all rows is the gradient of λ/2 Σ θ²', () => {
    const { start, moved } = pull('all');
    for (const id of ['embedding.V', 'linear.w'])
      start.get(id)!.forEach((v, i) => {
        expect(moved(id, i)).toBeCloseTo(-0.1 * l2 * v, 12);
      });
    expect(moved('linear.w0', 0)).toBe(0); // biases have no penalty
  });

  test('L2 on touched rows pulls each row of the batch once, however often it occurs', () => {
    const { start, moved } = pull('touched');
    const touched = new Set(data.ids.subarray(0, data.rowStart[2]));
    expect(touched.size).toBeLessThan(data.rowStart[2]); // user 0 is in both rows
    start.get('linear.w')!.forEach((v, id) => {
      expect(moved('linear.w', id)).toBeCloseTo(touched.has(id) ? -0.1 * l2 * v : 0, 12);
    });
  });

  test.each(['sgd', 'momentum', 'adagrad', 'adam'] as const)(
    'L1 by %s makes exact zeros and shrinks the rest',
    (name) => {
      const trainWith = (l1: number) => {
        const penalised = tinyNfm({ penalty: { l1 }, hidden: [{ units: 5, activation: 'tanh', l1 }] });
        return train(reference(penalised, { optimizer: optimizer(name, { learningRate: 0.02 }), rows: 'all' }), 40);
      };
      const [free, shrunk] = [trainWith(0), trainWith(2)];
      for (const id of ['embedding.V', 'hidden1.W']) {
        const zeros = (model: ReferenceModel) => model.values.get(id)!.filter((v) => v === 0).length;
        expect(zeros(free), id).toBe(0);
        expect(zeros(shrunk), id).toBeGreaterThan(0);
      }
    },
  );

  test('the proximal step shrinks by the effective rate of the coordinate', () => {
    const l1 = 0.5;
    const shrunk = (o: Optimizer, slots: readonly number[], start: number, g: number, step = 1) => {
      const value = Float64Array.of(start);
      updateCoordinate(
        o,
        { l1, l2: 0 },
        value,
        slots.map((slot) => Float64Array.of(slot)),
        0,
        g,
        step,
      );
      return value[0];
    };
    expect(shrunk(sgd, [], 1, 2)).toBeCloseTo(1 - 0.2 - 0.05, 12);
    expect(shrunk(sgd, [], -1, 2)).toBeCloseTo(-1 - 0.2 + 0.05, 12);
    expect(shrunk(sgd, [], 0.22, 2)).toBe(0); // 0.02 < 0.05
    const adagrad = optimizer('adagrad', { learningRate: 0.1, initialAccumulator: 0 });
    expect(shrunk(adagrad, [9], 1, 4)).toBeCloseTo(1 - (0.1 / 5) * 4 - (0.1 / 5) * l1, 12);
    const adam = optimizer('adam', { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 0 });
    const rate = (0.1 * Math.sqrt(1 - 0.99)) / (1 - 0.9) / Math.sqrt(0.01 * 16);
    expect(shrunk(adam, [0, 0], 1, 4)).toBeCloseTo(1 - rate * 0.4 - rate * l1, 12);
  });
});
