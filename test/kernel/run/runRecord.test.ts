/** What a run's record says of its options, its data and its machine. */

import { expect, test } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
import { planted } from '../../../src/kernel/data/synthetic.ts';
import { fit, lr, splitDataset, splitRandom } from '../../../src/kernel/index.ts';

const log = planted({ rows: 100 });
const data = splitDataset(log, splitRandom(100));

test('the defaults of the options that were changed, and of no others', async () => {
  const { config } = await fit(lr(data.train), data, { epochs: 2, optimizer: 'adam', seed: 2016 });
  expect(Object.keys(config.defaults!).sort()).toEqual(['epochs', 'optimizer']);
  expect(config.defaults).toMatchObject({ epochs: 200, optimizer: { name: 'adagrad', learningRate: 0.05 } });
  expect(config.options).toMatchObject({ epochs: 2, optimizer: { name: 'adam', learningRate: 0.001 } });
  expect(JSON.parse(JSON.stringify(config))).toEqual(config);
});

test('how many features each part has, and how many of them no training row has', async () => {
  const { config } = await fit(lr(data.train), data, { epochs: 1 });
  for (const part of ['train', 'validation', 'test'] as const)
    expect([part, config.data[part].features]).toEqual([part, new Set(data[part]!.ids).size]);
  expect(config.data.train).not.toHaveProperty('unseenFeatures');
  const trained = new Set(data.train.ids);
  const unseen = [...new Set(data.test!.ids)].filter((id) => !trained.has(id));
  expect(config.data.test.unseenFeatures).toBe(unseen.length);
});

test('program and machine', async () => {
  const { config } = await fit(lr(data.train), data, { epochs: 1 });
  expect(config.environment).toEqual({
    version: packageFile.version,
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    cpu: expect.any(String),
  });
});
