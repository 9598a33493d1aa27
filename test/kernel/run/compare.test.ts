import { expect, test } from 'vitest';
import type { Engine } from '../../../src/kernel/engine/engine.ts';
import {
  type CompareOptions,
  type Comparison,
  type ComparisonEvent,
  type Contender,
  compare,
} from '../../../src/kernel/run/compare.ts';
import { comparisonTable } from '../../../src/kernel/run/comparisonTable.ts';
import { train } from '../../../src/kernel/run/train.ts';
import { tinyFm, tinyLr } from '../engine/tinyModels.ts';
import { float32Engine } from './float32Engine.ts';
import { collect, tinyOptions, tinySplit } from './runs.ts';

const split = tinySplit();
const options = { ...tinyOptions(), seeds: [1, 2, 3] };

async function run(
  models: Record<string, Contender>,
  given: Partial<CompareOptions> = {},
  rows: Parameters<typeof compare>[1] = split,
) {
  const stream = compare(models, rows, { ...options, ...given });
  const events: ComparisonEvent[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { events, comparison: next.value };
    events.push(next.value);
  }
}

test('every model runs with every seed on the same rows, and is held against the baseline', async () => {
  const { events, comparison } = await run({ LR: tinyLr(), FM: { graph: tinyFm(), options: { learningRate: 0.1 } } });
  expect(comparison).toMatchObject({ metric: 'rmse', part: 'test', rows: 8, baseline: 'LR' });
  const [lr, fm] = comparison.models;
  const alone = await collect(train(tinyFm(), split, { ...tinyOptions(), learningRate: 0.1, seed: 2 }));
  expect(fm.values[1]).toBe(alone.fitted.result.test.rmse);
  expect(comparison.data).toEqual(alone.fitted.config.data);
  expect(fm.bestEpochs[1]).toBe(alone.fitted.result.bestEpoch);
  expect(fm.mean).toBeCloseTo((fm.values[0]! + fm.values[1]! + fm.values[2]!) / 3, 12);
  expect(fm.difference).toBeCloseTo(fm.mean! / lr.mean! - 1, 12);
  expect(fm.parameters).toBe(16 + 1 + 48);
  expect(fm.byRows).toMatchObject({ n: 8, degreesOfFreedom: 7 });
  const meanSquares = (values: readonly (number | null)[]) => values.reduce((sum: number, v) => sum + v! ** 2, 0) / 3;
  expect(fm.byRows!.meanDifference).toBeCloseTo(meanSquares(fm.values) - meanSquares(lr.values), 6);
  expect(fm.byGroups!.n).toBe(4);
  expect(fm.bySeeds!.n).toBe(3);
  expect(lr).toMatchObject({ difference: null, byRows: null, byGroups: null, bySeeds: null });
  expect(events.filter((e) => e.event.type === 'finished').map((e) => `${e.model} ${e.seed}`)).toEqual([
    'LR 1',
    'LR 2',
    'LR 3',
    'FM 1',
    'FM 2',
    'FM 3',
  ]);
});

test('a run that fails is counted, not averaged', async () => {
  const broken = { graph: tinyFm(), options: { optimizer: 'sgd', learningRate: 1e20 } } as const;
  const { comparison } = await run({ LR: tinyLr(), FM: broken }, { seeds: [1, 2] });
  expect(comparison.models[1]).toMatchObject({ values: [null, null], mean: null, difference: null, byRows: null });
  expect(comparisonTable(comparison)).toMatch(/^FM +65 +- +2 of 2 /m);
});

test('broken off by its reader, it gives the running model back', async () => {
  let alive = 0;
  const engine: Engine = {
    ...float32Engine,
    compile: async (...given) => {
      const model = await float32Engine.compile(...given);
      alive++;
      model.dispose = () => void alive--;
      return model;
    },
  };
  for await (const { event } of compare({ FM: tinyFm() }, split, { ...options, engine }))
    if (event.type === 'epoch') break;
  expect(alive).toBe(0);
  await run({ FM: tinyFm() }, { engine });
  expect(alive).toBe(0);
});

test('what cannot be compared is refused', async () => {
  await expect(run({ FM: tinyFm() }, { baseline: 'LR' })).rejects.toThrow('"baseline" must be one of FM, got LR');
  await expect(run({ FM: tinyFm() }, { seeds: [1, 1] })).rejects.toThrow('"seeds" must be different integers');
  await expect(run({ FM: tinyFm() }, {}, { train: split.train })).rejects.toThrow('neither test nor validation rows');
  const mixed = { FM: tinyFm(), LR: { graph: tinyLr(), options: { metric: 'mae' } } };
  await expect(run(mixed, { seeds: [1] })).rejects.toThrow('different metrics (rmse, mae); give "metric"');
});

test('the table', () => {
  const test = { n: 57983, meanDifference: -0.02, t: -9, degreesOfFreedom: 57982, interval: [-0.03, -0.01] } as const;
  const recorded = { graph: tinyFm(), config: { model: 'FM', engine: 'wasm', seed: 1, options: {} } };
  const comparison: Comparison = {
    metric: 'rmse',
    part: 'test',
    rows: 57983,
    data: {},
    seeds: [1, 2, 3],
    baseline: 'FM',
    models: [
      {
        ...recorded,
        model: 'FM',
        parameters: 349831,
        values: [0.34, 0.35, 0.36],
        mean: 0.35,
        deviation: 0.01,
        bestEpochs: [20, 22, 31],
        seconds: 12.34,
        difference: null,
        byRows: null,
        byGroups: null,
        bySeeds: null,
      },
      {
        ...recorded,
        model: 'NFM-1',
        parameters: 354055,
        values: [0.31, 0.31, null],
        mean: 0.31,
        deviation: 0,
        bestEpochs: [30, 30, 30],
        seconds: 20,
        difference: -0.04 / 0.35,
        byRows: { ...test, p: 1e-9 },
        byGroups: null,
        bySeeds: { ...test, p: 0.0312 },
      },
    ],
  };
  expect(`\n${comparisonTable(comparison)}\n`).toBe(`
model  parameters        test RMSE  against FM     p (rows)  p (seeds)  unfinished  best epoch  seconds
-----  ----------  ---------------  ----------  -----------  ---------  ----------  ----------  -------
FM        349,831  0.3500 ± 0.0100                                                       20-31     12.3
NFM-1     354,055  0.3100 ± 0.0000     -11.4 %  < 0.0001 **   0.0312 *      1 of 3          30     20.0

seeds 1, 2, 3; mean ± standard deviation over seeds
p (rows): two-sided paired t-test on the errors of 57,983 test rows, * < 0.05, ** < 0.01; rows of one user are not independent
p (seeds): the same on one difference a seed
`);
});
