/** `run.interactions()` as a cell calls it: the truth of planted data, what it shows, and what it refuses. */

import { describe, expect, test } from 'vitest';
import { mimeBundle } from '../../../src/kernel/format/display.ts';
import { type InteractionsPayload, mime } from '../../../src/kernel/format/mime.ts';
import {
  acrossSeeds,
  afm,
  deepCross,
  type FieldInteractions,
  fit,
  fm,
  hofm,
  lr,
  type ModelDesign,
  nfm,
  planted,
  splitDataset,
  splitRandom,
  wideDeep,
} from '../../../src/kernel/index.ts';
import { plantedData, truePair } from '../run/plantedData.ts';

const log = planted({ rows: 4000 });
const data = splitDataset(log, splitRandom(log.rows));
const [trueA, trueB] = log.truth.interaction;
const trained = (design: ModelDesign, epochs = 12) => fit(design, data, { epochs });
const bundleOf = (interactions: FieldInteractions) => mimeBundle(interactions, String);
const payloadOf = (interactions: FieldInteractions) =>
  bundleOf(interactions)[mime.interactions] as unknown as InteractionsPayload;

/** Strength of the first pair against the worst false one; negative if the first is a false one. */
const lead = (interactions: FieldInteractions, pair: string): number =>
  (interactions[0].fields === pair ? 1 : -1) * (interactions[0].strength / interactions[1].strength);

describe('on data with one true pair among main effects', () => {
  const pair = `f${truePair.a} x f${truePair.b}`;
  const optimizer = { name: 'adagrad', initialAccumulator: 0.01 } as const;
  const options = { epochs: 30, batchSize: 32, optimizer, earlyStopping: false } as const;

  test.for([1, 2, 3, 4, 5])('seed %i: it is at least 5 times above the worst false pair', async (seed) => {
    const rows = plantedData(20_000, seed);
    const designs = {
      FM: fm(rows, { factors: 8, initStdev: 0.1 }),
      NFM: nfm(rows, { factors: 8, hidden: [16], batchNorm: false, dropout: 0, initStdev: 0.1 }),
    };
    for (const [name, design] of Object.entries(designs)) {
      const run = await fit(design, rows, { ...options, seed });
      expect(lead(run.interactions(), pair), name).toBeGreaterThan(5);
      expect(lead(run.interactions({ measure: 'raw' }), pair), `${name}, raw`).toBeLessThan(5);
      expect(lead(run.interactions({ measure: 'shapley', rows: 300 }), pair), `${name}, shapley`).toBeGreaterThan(5);
      run.dispose();
    }
  });
});

describe('what suits each model', () => {
  const cases: readonly [ModelDesign, string][] = [
    [fm(data.train, { factors: 8 }), 'centred'],
    [nfm(data.train, { factors: 8, hidden: [], dropout: 0 }), 'centred'],
    [nfm(data.train, { factors: 8, dropout: 0 }), 'path'],
    [afm(data.train, { factors: 8, attention: 8 }), 'attention'],
    [hofm(data.train, { factors: 8 }), 'centred'],
    [wideDeep(data.train, { factors: 8, hidden: [32] }), 'shapley'],
    [deepCross(data.train, { factors: 8, hidden: [32] }), 'shapley'],
  ];

  test.for(cases)('%o', async ([design, measure]) => {
    const interactions = (await trained(design, 20)).interactions();
    const { pairs, firstOrder, ...payload } = payloadOf(interactions);
    expect(payload).toMatchObject({ measure, seeds: [2016], fields: ['a', 'b', 'c', 'd', 'e', 'f'] });
    expect(interactions[0].fields).toBe(`${trueA} x ${trueB}`);
    expect([pairs.length, firstOrder!.length]).toEqual([15, 6]);
    expect(interactions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  test('a model that adds up its fields has interactions of zero when fields are exchanged', async () => {
    const run = await trained(lr(data.train));
    const swapped = run.interactions({ measure: 'swapped' });
    expect(swapped[0].strength).toBeLessThan(1e-6);
    const [own, seen] = [payloadOf(run.interactions()), payloadOf(swapped)];
    for (const [f, strength] of seen.firstOrder!.entries())
      expect(Math.abs(strength - own.firstOrder![f])).toBeLessThan(0.05);
    run.dispose();
  });
});

describe('FM', async () => {
  const run = await trained(fm(data.train, { factors: 8 }), 20);
  const interactions = run.interactions();

  test('is data for the next cell', () => {
    expect(interactions[0]).toEqual({
      fields: `${trueA} x ${trueB}`,
      strength: expect.any(Number),
      share: expect.any(Number),
    });
    const top = interactions.slice(0, 3);
    expect([top.length, Object.getPrototypeOf(top)]).toEqual([3, Array.prototype]);
    expect(interactions.map(({ share }) => share)).toHaveLength(15);
    expect(mimeBundle(top, String)[mime.text]).toMatch(/^fields +strength +share\n/);
  });

  test('says the result in words, with what it was read from', () => {
    const [verdict, features, source] = bundleOf(interactions)[mime.text].split('\n');
    expect(verdict).toMatch(
      /^FM: b x d acts together most strongly of 15 pairs, [\d.]+, [\d.]+ times the next pair \(/,
    );
    expect(features).toMatch(
      /^Strongest feature pairs of b x d, in at least 20 rows: b\d+ x d\d+ [+-][\d.]+ \(\d+\), /,
    );
    expect(source).toContain(`2,800 rows of train, best epoch ${run.result.bestEpoch}, seed 2016.`);
    expect(bundleOf(interactions)[mime.text]).toMatch(/\nfields +strength +share\n-+ /);
  });

  test('lists feature pairs that the truth has, each seen often enough', () => {
    const { featurePairs, support } = payloadOf(interactions);
    const [strongest] = featurePairs!.filter(({ a, b }) => a === 1 && b === 3);
    expect(strongest.pairs.length).toBeGreaterThan(3);
    for (const { first, second, weight, rows } of strongest.pairs) {
      expect(rows).toBeGreaterThanOrEqual(support!);
      const at = (Number(first.slice(1)) - 1) * 12 + Number(second.slice(1)) - 1;
      expect(Math.abs(weight - log.truth.table[at])).toBeLessThan(0.6);
    }
    const rare = run.interactions({ support: 5000 }); // all are, and are listed, but not told of
    expect(payloadOf(rare).featurePairs![0].pairs).toEqual(strongest.pairs);
    expect(bundleOf(rare)[mime.text]).not.toContain('Strongest feature pairs');
  });

  test('takes other rows, fewer rows and other measures; refuses what it does not know', () => {
    expect(payloadOf(run.interactions(data.validation!)).sample).toEqual({ part: 'train', rows: 800 });
    expect(payloadOf(run.interactions({ rows: 50 })).sample?.rows).toBe(50);
    expect(payloadOf(run.interactions({ measure: 'weights' }))).toMatchObject({ measure: 'weights', sample: null });
    expect(bundleOf(run.interactions({ measure: 'raw' }))[mime.text]).toContain('contain main effects');
    expect(() => run.interactions({ measure: 'attention' })).toThrow('has no attention');
    expect(() => run.interactions({ measures: 'raw' } as never)).toThrow(/interactions\(\).*"measure"/);
  });

  test('says how much worse it is on validation rows without each pair', () => {
    const removed = run.interactions({ measure: 'removed' });
    expect(payloadOf(removed)).toMatchObject({ unit: 'rmse', sample: { part: 'validation', rows: 800 } });
    expect(removed[0].fields).toBe(`${trueA} x ${trueB}`);
    expect(removed[0].strength).toBeGreaterThan(0.1);
    expect(bundleOf(removed)[mime.text]).toContain('without b x d, rmse rises by');
    expect(payloadOf(run.interactions({ measure: 'removed', heldOut: undefined })).sample?.part).toBe('train');
  });

  test('without fields it says what to do', () => {
    const bare = { ...data.train, fields: [], featureMap: undefined };
    const design = fm({ features: bare.features, fields: [] } as never, { factors: 2 });
    return fit(design, bare, { epochs: 1 }).then((r) =>
      expect(() => r.interactions()).toThrow('load the data with a schema or a feature map'),
    );
  });
});

test('HOFM says what share its third order has', async () => {
  const interactions = (await trained(hofm(data.train, { factors: 8 }), 20)).interactions();
  const { higherShare } = payloadOf(interactions);
  expect(higherShare).toBeGreaterThan(0);
  expect(higherShare).toBeLessThan(0.5);
  expect(bundleOf(interactions)[mime.text]).toMatch(/order 3 and higher has [\d.]+ % of the variance/);
});

describe('more than 12 fields', async () => {
  const drawn = planted({ rows: 800, fields: 13, values: 3 });
  const wide = { ...drawn, target: drawn.target.map((y) => (y > drawn.truth.bias ? 1 : -1)) };
  const run = await fit(wideDeep(wide, { factors: 2, hidden: [8], task: 'binary' }), wide, { epochs: 2 });

  test('are read by removing pairs, and refused where all sets of fields are needed', () => {
    expect(payloadOf(run.interactions({ rows: 100 }))).toMatchObject({
      measure: 'removed',
      unit: 'logLoss',
      sample: { part: 'train', rows: 100 },
    });
    expect(() => run.interactions({ measure: 'shapley' })).toThrow(
      'interactions(): "shapley" cannot read Wide&Deep: it asks for all sets of fields, so for 12 fields at most, and ' +
        'the model has 13; choose removed, swapped, firstOrder',
    );
  });
});

describe('over several seeds', async () => {
  const found: FieldInteractions[] = [];
  for (const seed of [1, 2, 3]) {
    const run = await fit(fm(data.train, { factors: 4 }), data, { epochs: 8, seed });
    found.push(run.interactions());
    run.dispose();
  }

  test('strengths and weights are means with their spread', () => {
    const all = acrossSeeds(found);
    const { seeds, pairs, featurePairs, epoch } = payloadOf(all);
    expect([seeds, epoch, all[0].fields]).toEqual([[1, 2, 3], null, `${trueA} x ${trueB}`]);
    for (const { a, b, strength, spread } of pairs) {
      const each = found.map((one) => payloadOf(one).pairs.find((p) => p.a === a && p.b === b)!.strength!);
      const mean = (each[0] + each[1] + each[2]) / 3;
      expect(strength).toBeCloseTo(mean, 12);
      expect(spread).toBeCloseTo(Math.sqrt(each.reduce((sum, x) => sum + (x - mean) ** 2 / 2, 0)), 12);
    }
    expect(featurePairs!.find(({ a, b }) => a === 1 && b === 3)!.pairs[0].spread).toBeGreaterThan(0);
  });

  test('which must be three or more, of one model', () => {
    expect(() => acrossSeeds(found.slice(0, 2))).toThrow('3 or more different seeds, got seeds [1, 2]');
    expect(() => acrossSeeds([found[0], ...found])).toThrow('got seeds [1, 1, 2, 3]');
    const raw = Object.assign([], found[2], { payload: { ...found[2].payload, measure: 'raw' } });
    expect(() => acrossSeeds([found[0], found[1], raw as unknown as FieldInteractions])).toThrow(
      'got FM (centred) and FM (raw)',
    );
  });
});

test('AFM has its attention beside the contributions', async () => {
  const interactions = (await trained(afm(data.train, { factors: 8, attention: 8 }), 20)).interactions();
  expect(interactions.reduce((sum, { attention }) => sum + attention!, 0)).toBeCloseTo(1, 6);
  expect(bundleOf(interactions)[mime.text]).toMatch(/\nfields +strength +share +attention\n/);
  expect(payloadOf(interactions).attention).toHaveLength(15);
});

test('LR says that it has none, and what each field adds', async () => {
  const interactions = (await trained(lr(data.train))).interactions();
  expect(interactions).toHaveLength(0);
  expect(bundleOf(interactions)[mime.text]).toMatch(
    /^LR has no interactions: it adds up the fields, each by itself\.[\s\S]*\nfield +strength\n/,
  );
  expect(payloadOf(interactions)).toMatchObject({ measure: 'firstOrder', pairs: [] });
});
