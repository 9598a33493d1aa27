/** Parameter counts: the NFM paper's Table 3 to the last digit, and the AFM paper's, without training anything. */

import { expect, test } from 'vitest';
import type { Architecture } from '../../../src/kernel/builder/architecture.ts';
import { afm, deepCross, fm, hiddenShape, hofm, lr, nfm, wideDeep } from '../../../src/kernel/models/index.ts';

/** Fields by name only: the counts depend on the number of features and of fields. */
const space = (features: number, fields: readonly string[]) => ({
  features,
  fields: fields.map((name, i) => ({ name, offset: i, size: 1 })),
});
const frappe = space(5_382, [
  ...['user', 'item', 'daytime', 'weekday', 'isweekend', 'homework', 'cost', 'weather', 'country', 'city'],
]);
const movieLens = space(90_445, ['user', 'movie', 'tag']);
type Space = typeof frappe;

const nfmOf = (layers: number) => (data: Space, factors: number) =>
  nfm(data, { factors, hidden: layers ? hiddenShape.constant(factors, layers) : [] });

type Model = (data: Space, factors: number) => Architecture;
const table3: readonly [
  string,
  Model,
  frappe128: number,
  frappe256: number,
  movieLens128: number,
  movieLens256: number,
][] = [
  ['FM', (data, factors) => fm(data, { factors }), 694_279, 1_383_175, 11_667_406, 23_244_366],
  ['HOFM', (data, factors) => hofm(data, { factors }), 1_383_175, 2_760_967, 23_244_366, 46_398_286],
  ['Wide&Deep', (data, factors) => wideDeep(data, { factors }), 2_662_408, 4_662_024, 12_718_031, 24_688_207],
  ['DeepCross', (data, factors) => deepCross(data, { factors }), 4_466_369, 8_931_265, 12_711_233, 25_420_993],
  ['NFM-1', (data, factors) => nfm(data, { factors }), 710_919, 1_449_223, 11_684_046, 23_310_414],
];
/** The same cells in millions, as printed in the paper. */
const printed: Readonly<Record<string, readonly string[]>> = {
  FM: ['0.69', '1.38', '11.67', '23.24'],
  HOFM: ['1.38', '2.76', '23.24', '46.40'],
  'Wide&Deep': ['2.66', '4.66', '12.72', '24.69'],
  DeepCross: ['4.47', '8.93', '12.71', '25.42'],
  'NFM-1': ['0.71', '1.45', '11.68', '23.31'],
};
const further: typeof table3 = [
  ['LR', (data) => lr(data), 5_383, 5_383, 90_446, 90_446],
  ['NFM-0', nfmOf(0), 694_407, 1_383_431, 11_667_534, 23_244_622],
  ['NFM-1', nfmOf(1), 710_919, 1_449_223, 11_684_046, 23_310_414],
  ['NFM-2', nfmOf(2), 727_431, 1_515_015, 11_700_558, 23_376_206],
  ['NFM-3', nfmOf(3), 743_943, 1_580_807, 11_717_070, 23_441_998],
  ['NFM-4', nfmOf(4), 760_455, 1_646_599, 11_733_582, 23_507_790],
  ['AFM, t = K', (data, factors) => afm(data, { factors }), 711_047, 1_449_479, 11_684_174, 23_310_670],
  ['AFM, t = 64', (data, factors) => afm(data, { factors, attention: 64 }), 702_727, 1_399_943, 11_675_854, 23_261_134],
  ['AFM, t = 8', (data, factors) => afm(data, { factors, attention: 8 }), 695_447, 1_385_495, 11_668_574, 23_246_686],
];

const cells = (model: Model) =>
  [frappe, movieLens].flatMap((data) => [128, 256].map((factors) => model(data, factors).parameters.weights));

test.each(table3)('Table 3: %s', (name, model, ...counts) => {
  expect(cells(model)).toEqual(counts);
  expect(counts.map((count) => (count / 1e6).toFixed(2))).toEqual(printed[name]);
});

test.each(further)('%s', (_, model, ...counts) => {
  expect(cells(model)).toEqual(counts);
});

test('K = 64', () => {
  const models: readonly Model[] = [...table3.slice(0, 4).map(([, model]) => model), nfmOf(0), nfmOf(1)];
  const counts = (data: Space) => models.map((model) => model(data, 64).parameters.weights);
  expect(counts(frappe)).toEqual([349_831, 694_279, 1_662_600, 2_233_921, 349_895, 354_055]);
  expect(counts(movieLens)).toEqual([5_878_926, 11_667_406, 6_732_943, 6_356_353, 5_878_990, 5_883_150]);
});

test('batch normalisation is counted apart: 2 K + 2 times the hidden widths', () => {
  expect(nfm(frappe, { factors: 128 }).parameters).toEqual({ weights: 710_919, batchNorm: 512 });
  expect(nfm(frappe, { factors: 128, hidden: [] }).parameters.batchNorm).toBe(256);
  expect(nfm(frappe, { factors: 128, hidden: [64, 32] }).parameters.batchNorm).toBe(448);
  expect(nfm(frappe, { factors: 128, batchNorm: false }).parameters).toEqual({ weights: 710_919, batchNorm: 0 });
  expect(fm(frappe, { factors: 128, batchNorm: true }).parameters.batchNorm).toBe(256);
});

test('HOFM with one table for all orders has the parameters of FM', () => {
  expect(hofm(frappe, { factors: 128, shareTables: true, order: 4 }).parameters.weights).toBe(694_279);
  expect(hofm(frappe, { factors: 128, order: 4 }).parameters.weights).toBe(5_383 + 3 * 5_382 * 128);
});

test("published counts on BARS's own dictionaries, K = 10", () => {
  const bars = space(
    5_389,
    frappe.fields.map((f) => f.name),
  );
  const barsTags = space(90_239, ['user', 'movie', 'tag']);
  const k10 = { factors: 10 };
  expect(lr(bars).parameters.weights).toBe(5_390);
  expect(fm(bars, k10).parameters.weights).toBe(59_280);
  expect(hofm(bars, k10).parameters.weights).toBe(113_170);
  expect(afm(bars, { ...k10, attention: 128 }).parameters.weights).toBe(60_826);
  // There: a score bias in place of w0, the same number of parameters.
  expect(nfm(bars, { ...k10, hidden: [400, 400, 400] }).parameters.weights).toBe(384_880);
  // There: batch normalisation counted, and no w0.
  const wide = wideDeep(bars, { ...k10, hidden: [400, 400, 400], batchNorm: true }).parameters;
  expect(wide.weights + wide.batchNorm - 1).toBe(423_280);
  expect(lr(barsTags).parameters.weights).toBe(90_240);
  expect(fm(barsTags, k10).parameters.weights).toBe(992_630);
  expect(afm(barsTags, { ...k10, attention: 16 }).parameters.weights).toBe(992_832);
});
