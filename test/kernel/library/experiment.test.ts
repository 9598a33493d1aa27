/** The papers' experiments as cells call them: every one runs, says what holds, and is a chart that can be drawn. */

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { describe, expect, test } from 'vitest';
import { mimeBundle } from '../../../src/kernel/format/display.ts';
import { mime } from '../../../src/kernel/format/mime.ts';
import {
  type Experiment,
  experiment,
  experimentNames,
  frappeShaped,
  splitDataset,
  splitRandom,
} from '../../../src/kernel/index.ts';
import { claims } from '../../../src/kernel/library/experimentFindings.ts';

const log = frappeShaped({ scale: 0.01 });
const { train, validation } = splitDataset(log, splitRandom(log.rows));
const data = { train, validation };
const small = { scale: 'small', train: { epochs: 2, batchSize: 256 } } as const;

const svgOf = (chart: Experiment['chart']): Promise<string> =>
  new View(parse(compile(chart as unknown as TopLevelSpec).spec), { renderer: 'none' }).toSVG();

describe('every experiment', () => {
  test.each(experimentNames)('%s runs on small settings', async (name) => {
    const found = await experiment(name, data, small);
    const { models } = found.comparison;
    expect(models.map(({ model }) => model)).toEqual(found.runs.map(({ trial }) => trial.name));
    expect(new Set(models.map(({ model }) => model)).size).toBe(models.length);
    for (const { mean, history } of found.runs) {
      expect(mean).toBeGreaterThan(0);
      expect(history).toHaveLength(2);
    }
    expect(found.comparison.part).toBe('validation');
    expect(found.claims.length).toBeGreaterThan(0);
    expect(found.toString()).toMatch(new RegExp(`^${found.title}\n\nmodel +parameters`));
    const svg = await svgOf(found.chart);
    expect(svg).toContain('<svg');
    expect(svg).not.toContain('NaN');
  });
});

describe('one with curves', async () => {
  const events: string[] = [];
  const found = await experiment('pretraining', data, {
    ...small,
    seeds: [1, 2],
    train: { ...small.train, epochs: 3 },
    onEvent: ({ model, seed, event }) => events.push(`${model} ${seed} ${event.type}`),
  });

  test('has training and validation errors, a start from an FM, and says what cannot be told', () => {
    const [random, started] = found.runs;
    expect(random.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(random.history[0].train.rmse).toBeGreaterThan(0);
    expect(started.history[0].validation.rmse).toBeLessThan(random.history[0].validation.rmse!);
    expect(found.comparison.seeds).toEqual([1, 2]);
    expect(events).toContain('FM start 2 finished');
    expect(found.claims[0]).toEqual({ claim: 'from an FM it is better at each of epochs 1 to 5', holds: null });
    expect(found.toString()).toContain('cannot be told: from an FM it is better at each of epochs 1 to 5');
  });

  test('is a chart of both parts with a diamond at the best epoch', async () => {
    const bundle = mimeBundle(found, String);
    expect(bundle[mime.vegaLite]).toMatchObject({ title: { text: found.title } });
    const svg = await svgOf(found.chart);
    expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(2);
    expect(svg).toContain('epoch');
  });
});

test('one with a sweep has a panel an axis, and published values as lines with names', async () => {
  const found = await experiment('dropout', data, { ...small, published: 'frappe' });
  const { hconcat } = found.chart as unknown as { hconcat: readonly { readonly layer: readonly unknown[] }[] };
  expect(hconcat).toHaveLength(2);
  const svg = await svgOf(found.chart);
  for (const text of ['drop ratio of the Bi-Interaction layer', 'L2 penalty λ of the embeddings', 'published: best L2'])
    expect(svg).toContain(text);
  expect(await svgOf((await experiment('dropout', data, small)).chart)).not.toContain('published');
});

test('claims hold, do not hold, or cannot be told', () => {
  expect(claims('a', [1, 2]).holds).toBe(true);
  expect(claims('a', [1, 2], [3, 2]).holds).toBe(false);
  expect(claims('a', [3, 2], [1, Number.NaN]).holds).toBe(null);
});

test('what it refuses', async () => {
  const refused = (name: string, rows: Parameters<typeof experiment>[1], options = {}) =>
    expect(experiment(name as 'dropout', rows, options)).rejects;
  await refused('figure3', data).toThrow('experiment(): expected one of deepModels, dropout, ');
  await refused('dropout', train).toThrow('the data have no validation rows; split them');
  await refused('dropout', data, { scale: 'large' }).toThrow('"scale"');
});
