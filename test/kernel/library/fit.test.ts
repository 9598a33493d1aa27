import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mimeBundle } from '../../../src/kernel/format/display.ts';
import { mime } from '../../../src/kernel/format/mime.ts';
import type { Dataset, ModelDesign, Split } from '../../../src/kernel/index.ts';
import {
  fit,
  fm,
  frappeShaped,
  groupByField,
  input,
  loadModel,
  lr,
  nfm,
  planted,
  type Run,
  type RunEvent,
  splitDataset,
  splitRandom,
  train,
} from '../../../src/kernel/index.ts';

const log = planted({ rows: 2000 });
const data = splitDataset(log, splitRandom(log.rows)) as Required<Split>;
const options = { epochs: 3, earlyStopping: false } as const;
const folder = mkdtempSync(join(tmpdir(), 'nfm-library-'));
afterAll(() => rmSync(folder, { recursive: true }));
const plain = (value: unknown) => mimeBundle(value, String);

let run: Run;
const events: RunEvent[] = [];
beforeAll(async () => {
  const design = nfm(data.train, { factors: 8, dropout: 0 });
  run = await fit(design, data, { ...options, epochs: 20, onEvent: (event) => events.push(event) });
});

describe('fit', () => {
  test('passes every event on and gives the run that they are of', () => {
    const types = events.map(({ type }) => type).filter((type) => type !== 'progress');
    expect(types).toEqual(['started', ...new Array(20).fill('epoch'), 'finished']);
    expect(events.at(-1)).toEqual({ type: 'finished', ...run.result });
    expect(run.config).toMatchObject({ model: 'NFM-1', engine: expect.stringContaining('wasm') });
  });

  test('takes a graph, a design, a split or one data set, and keeps the hash of the feature names', async () => {
    const design = lr(data.train);
    const [a, b] = [await fit(design, data, options), await fit(design.graph, data, options)];
    expect(a.result.validation).toEqual(b.result.validation);
    const alone = await fit(design, data.train, options);
    expect([alone.result.bestEpoch, alone.result.validation, alone.dictionary]).toEqual([3, {}, run.dictionary]);
    expect(run.dictionary).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a loss that is no number gives a run that says why it failed', async () => {
    const failed = await fit(fm(data.train), data, { ...options, optimizer: 'sgd', learningRate: 1e30 });
    expect([failed.result.reason, failed.message]).toEqual(['failed', expect.stringContaining('epoch 1')]);
    expect(plain(failed)[mime.text]).toContain(`it failed: ${failed.message}`);
  });

  test('an aborted signal stops before the first epoch', async () => {
    const stopped = await fit(lr(data.train), data, { ...options, signal: AbortSignal.abort() });
    expect(stopped.result.reason).toBe('aborted');
    expect(String(stopped)).toBe(
      'LR (73 parameters) trained for 0 epochs on 1,400 rows with seed 2016; it was stopped. Its weights are untrained.',
    );
  });

  test.each([
    [
      input(data.train).linear() as unknown,
      data,
      'expected a model, got one without an output; end it with .output(task)',
    ],
    ['nfm', data, 'expected a model, got "nfm" (string)'],
    [lr(data.train), { training: data.train }, 'expected a split { train, validation, test } or a data set'],
    [lr(data.train), undefined, 'expected a split'],
  ])('refuses %s on %s', async (design, split, message) => {
    await expect(fit(design as ModelDesign, split as Split, options)).rejects.toThrow(message);
    expect(() => train(design as ModelDesign, split as Split, options)).toThrow(message);
  });

  test('refuses options that do not exist', async () => {
    const wrong = { epoch: 3 } as object;
    await expect(fit(lr(data.train), data, wrong)).rejects.toThrow('unknown option "epoch"; did you mean "epochs"?');
  });
});

test('train yields the events and returns the fitted model', async () => {
  const events = train(lr(data.train), data, { epochs: 1 });
  const types: string[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done) {
      expect(next.value.result.history.length).toBe(1);
      break;
    }
    types.push(next.value.type);
  }
  expect(types).toEqual(['started', 'epoch', 'finished']);
});

describe('a run', () => {
  test('shows itself as a sentence, the table of its epochs and its data', () => {
    const bundle = plain(run);
    const { bestEpoch, history, validation, test } = run.result;
    const [sentence, , head, rule, ...rows] = bundle[mime.text].split('\n');
    expect(sentence).toBe(
      'NFM-1 (729 parameters) trained for 20 epochs on 1,400 rows with seed 2016; all epochs were done. ' +
        `Its weights are those of epoch ${bestEpoch}: validation RMSE ${validation.rmse!.toFixed(4)}, test RMSE ${test.rmse!.toFixed(4)}.`,
    );
    expect(head).toBe('epoch  train loss  validation RMSE  validation MAE  validation AUC  seconds');
    expect(rule).toMatch(/^-{5}( {2}-+){5}$/);
    const shown = rows.map((row) => Number.parseInt(row, 10)).filter(Boolean);
    expect(shown).toEqual(expect.arrayContaining([1, 2, 3, bestEpoch, 18, 19, 20]));
    expect(shown.length).toBeLessThan(12);
    expect(rows[0]).toContain(history[0].validation.rmse!.toFixed(4));
    expect(bundle[mime.run]).toMatchObject({ graph: { name: 'NFM-1' }, state: 'epochs', bestEpoch, epochs: 20 });
    expect(JSON.parse(JSON.stringify(bundle))).toEqual(bundle);
  });

  test('predicts rows by names, by ids, and whole data sets alike', () => {
    const whole = run.predict(data.test);
    const rows = Array.from({ length: 5 }, (_, r) => [...data.test.ids.subarray(6 * r, 6 * r + 6)]);
    const names = rows.map((ids) =>
      Object.fromEntries(ids.map((id, f) => [log.fields[f].name, `${log.fields[f].name}${id - 12 * f + 1}`])),
    );
    const expected = [...whole.subarray(0, 5)];
    expect(run.predict(rows)).toEqual(expected);
    expect(run.predict(names)).toEqual(expected);
    expect(run.predict(rows[3])).toBe(expected[3]);
    expect(run.predict(names[3])).toBe(expected[3]);
    expect(run.predict({ ids: rows[3], values: [1, 1, 1, 1, 1, 1] })).toBe(expected[3]);
    const beyond: Dataset = { ...data.test, ids: data.test.ids.map((id) => id + 60) };
    expect(() => run.predict(beyond)).toThrow(/feature id \d+ is outside 0 .. 71/);
  });

  test('is measured on other rows as on its own', async () => {
    expect(await run.evaluate(data.test)).toEqual(run.result.test);
    expect(Object.keys(await run.evaluate(data.test, ['mae']))).toEqual(['mae']);
  });

  test('finds the planted interaction', () => {
    const [first, second, ...rest] = run.interactions();
    expect(first.fields).toBe(log.truth.interaction.join(' x '));
    expect(first.strength).toBeGreaterThan(2 * second.strength);
    expect([first, second, ...rest].reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  test('is saved and loaded with its names, and starts another run', async () => {
    const path = join(folder, 'fm.nfm');
    const pretrained = await fit(fm(data.train, { factors: 8 }), data, options);
    await pretrained.save(path);
    const loaded = await loadModel(path);
    const row = { a: 'a1', b: 'b2', d: 'd3' };
    expect(loaded.predict(row)).toBe(pretrained.predict(row));
    expect(loaded.predict(data.test)).toEqual(pretrained.predict(data.test));
    expect(await loaded.evaluate(data.test)).toEqual(pretrained.result.test);
    expect(loaded.interactions(data.train)).toEqual(pretrained.interactions());
    expect(plain(loaded)).toMatchObject({ [mime.graph]: { name: 'FM' }, [mime.text]: expect.stringMatching(/^FM: /) });

    const design = nfm(data.train, { factors: 8, hidden: [], dropout: 0, batchNorm: false });
    const losses = [];
    for (const initFrom of [undefined, pretrained, loaded, path]) {
      const { result } = await fit(design, data, { epochs: 1, initFrom });
      losses.push(result.history[0].train.loss!);
    }
    expect(losses[1]).toBeLessThan(losses[0] / 2);
    expect([losses[2], losses[3]]).toEqual([losses[1], losses[1]]);
  });
});

test('predictions of a binary and of a ranking model', async () => {
  const rows = groupByField(frappeShaped({ scale: 0.003 }), 'user');
  const binary = await fit(lr(rows, { task: 'binary' }), rows, { epochs: 1 });
  const { logit, probability } = binary.predict([0, 20]) as { logit: number; probability: number };
  expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logit)), 12);
  const first = [...rows.ids.subarray(0, rows.rowStart[1])];
  expect(binary.predict(rows)[0]).toBeCloseTo((binary.predict(first) as { probability: number }).probability, 6);
  const ranking = await fit(lr(rows, { task: 'ranking' }), rows, { epochs: 1 });
  expect(ranking.predict([[0], [1]])).toEqual([{ score: expect.any(Number) }, { score: expect.any(Number) }]);
});
