import { expect, test } from 'vitest';
import {
  dropoutKey,
  dropoutLayers,
  dropoutMultiplier,
  dropoutScale,
  paddedWidth,
} from '../../../src/kernel/engine/dropout.ts';
import { reference } from './reference.ts';
import { scatter } from './scatter.ts';
import { allRows, tinyData } from './tinyData.ts';
import { tinyAfm, tinyNfm } from './tinyModels.ts';

/** The multipliers of `rows` x `width` units. */
function mask(ratio: number, { rows = 200, width = 64, seed = 1, layer = 0, step = 0 } = {}): number[] {
  const key = dropoutKey(seed, layer, step);
  return Array.from({ length: rows * width }, (_, i) =>
    dropoutMultiplier(key, ratio, width, Math.floor(i / width), i % width),
  );
}

test('ratio 0 keeps everything as it is', () => {
  expect(new Set(mask(0))).toEqual(new Set([1]));
});

test.each([0.1, 0.3, 0.5, 0.9])(
  'ratio %d: that share is dropped, the rest is scaled, the expected value stays',
  (ratio) => {
    const units = mask(ratio, { rows: 2000 });
    expect(new Set(units)).toEqual(new Set([0, dropoutScale(ratio)]));
    const n = units.length;
    const dropped = units.filter((m) => m === 0).length / n;
    expect(Math.abs(dropped - ratio)).toBeLessThan(4 * Math.sqrt((ratio * (1 - ratio)) / n));
    const mean = units.reduce((sum, m) => sum + m, 0) / n;
    expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(ratio / (1 - ratio) / n));
  },
);

test('masks of other seeds, layers, steps, rows and columns are independent', () => {
  const base = mask(0.5);
  const equalShare = (other: readonly number[]) =>
    base.filter((m, i) => m === other[i % other.length]).length / base.length;
  const others = [
    mask(0.5, { seed: 2 }),
    mask(0.5, { layer: 1 }),
    mask(0.5, { step: 1 }),
    [...base.slice(1), base[0]], // the next column
    [...base.slice(64), ...base.slice(0, 64)], // the next row
  ];
  for (const other of others) expect(Math.abs(equalShare(other) - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / base.length));
  expect(mask(0.5)).toEqual(base);
});

test('rows start at whole groups of 16 units', () => {
  expect([1, 16, 17, 64].map(paddedWidth)).toEqual([16, 16, 32, 64]);
  expect(mask(0.5, { width: 5, rows: 4 })).toEqual(mask(0.5, { width: 16, rows: 4 }).filter((_, i) => i % 16 < 5));
});

test('layers are numbered in graph order, attention only when it drops', () => {
  const nfm = tinyNfm({ pooled: { dropout: 0.5 }, hidden: [{ units: 3, dropout: 0.2 }] });
  expect([...dropoutLayers(nfm)]).toEqual([
    ['biDropout', 0],
    ['hidden1Dropout', 1],
  ]);
  expect([...dropoutLayers(tinyAfm({ dropout: 0.2, attentionDropout: 0.1 }))]).toEqual([
    ['attention', 0],
    ['pooledDropout', 1],
  ]);
  expect([...dropoutLayers(tinyAfm({ dropout: 0.2 }))]).toEqual([['pooledDropout', 0]]);
});

const data = tinyData();
const rows = allRows(data);

test('the backward pass uses the mask of the forward pass, the next step another one', () => {
  const model = scatter(reference(tinyNfm({ factors: 5, pooled: { dropout: 0.5 } })));
  const forwardMask = () => {
    const outputs = model.activations(data, true);
    return outputs.get('biDropout')!.map((row, r) => row.map((z, c) => z / outputs.get('biInteraction')![r][c]));
  };
  const first = forwardMask();
  expect(forwardMask()).toEqual(first);
  // Row 0 alone: a dropped factor has no gradient in V, a kept one has.
  const gradient = model.exactGradients(data, rows, 0, 1).get('embedding.V')!;
  const [id] = data.ids;
  first[0].forEach((m, f) => {
    expect(gradient[id * 5 + f] === 0).toBe(m === 0);
  });
  expect(new Set(first[0])).toEqual(new Set([0, 2]));
  model.step(data, rows, 0, data.rows);
  expect(forwardMask().flat().map(Math.sign)).not.toEqual(first.flat().map(Math.sign));
});

test('dropout is off at inference, and turning it off does not move the initial weights', () => {
  const [dropped, kept] = [{ dropout: 0.5 }, {}].map((pooled) => reference(tinyNfm({ pooled })));
  expect(dropped.values).toEqual(kept.values);
  expect(dropped.exactOutputs(data)).toEqual(kept.exactOutputs(data));
});
