import { expect, test } from 'vitest';
import { mimeBundle } from '../../../src/kernel/format/display.ts';
import { mime } from '../../../src/kernel/format/mime.ts';
import { compare, fm, lr, planted, splitDataset, splitRandom } from '../../../src/kernel/index.ts';
import type { Contender } from '../../../src/kernel/library/compare.ts';

const log = planted({ rows: 1000 });
const data = splitDataset(log, splitRandom(log.rows));
const models = {
  LR: lr(data.train),
  FM: fm(data.train, { factors: 4 }),
  'FM, slow': { model: fm(data.train, { factors: 4 }), options: { learningRate: 0.001 } },
};

test('compares designs, with options of their own, and shows a table', async () => {
  const seen = new Set<string>();
  const comparison = await compare(models, data, {
    seeds: [1, 2],
    epochs: 4,
    onEvent: ({ model, seed, event }) => seen.add(`${model} ${seed} ${event.type}`),
  });
  const [lrRuns, fmRuns, slowRuns] = comparison.models;
  expect(slowRuns.mean!).toBeGreaterThan(fmRuns.mean!);
  expect([comparison.baseline, comparison.part, lrRuns.values.length]).toEqual(['LR', 'test', 2]);
  expect(seen).toContain('FM, slow 2 finished');

  const bundle = mimeBundle(comparison, String);
  expect(bundle[mime.text].split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual(
    expect.arrayContaining(['model', 'LR', 'FM', 'FM, slow', '']),
  );
  expect(bundle[mime.comparison]).toEqual({
    ...{ metric: 'rmse', lowerIsBetter: true, baseline: 'LR', part: 'test', rows: 100, seeds: [1, 2] },
    data: comparison.data,
    models: comparison.models.map(
      ({ model, graph, parameters, values, mean, deviation, byRows, bestEpochs, seconds, config }) => ({
        ...{ name: model, graph, parameters, values, mean, stdev: deviation, bestEpochs, seconds, config },
        ...{ pValue: byRows?.p ?? null, pGroups: null, pSeeds: null }, // seeds need three
      }),
    ),
  });
  expect(slowRuns.config).not.toHaveProperty('data');
  expect(slowRuns.config.defaults).toMatchObject({ epochs: 200, optimizer: { learningRate: 0.05 } });
  expect(slowRuns.config.options).toMatchObject({ epochs: 4, optimizer: { learningRate: 0.001 } });
});

test.each([
  [{}, 'compare(): expected models by name, such as { FM: fm(data.train) }, got none'],
  [{ FM: 'fm' }, 'compare(), model "FM": expected a model, got "fm" (string)'],
])('refuses %j', async (wrong, message) => {
  await expect(compare(wrong as unknown as Record<string, Contender>, data)).rejects.toThrow(message);
});
