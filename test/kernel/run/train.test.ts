import { describe, expect, test } from 'vitest';
import type { Engine, Weights } from '../../../src/kernel/engine/engine.ts';
import { evaluate } from '../../../src/kernel/run/evaluate.ts';
import type { RunEvent } from '../../../src/kernel/run/events.ts';
import { contextOf } from '../../../src/kernel/run/fittedModel.ts';
import { train } from '../../../src/kernel/run/train.ts';
import type { TrainOptions } from '../../../src/kernel/run/trainOptions.ts';
import { ReferenceModel } from '../engine/reference.ts';
import { tinyFm, tinyLr, tinyNfm } from '../engine/tinyModels.ts';
import { float32Engine } from './float32Engine.ts';
import { collect, steadyClock, tinyOptions, tinySplit } from './runs.ts';

const nfm = tinyNfm({
  pooled: { batchNorm: true, dropout: 0.3 },
  hidden: [{ units: 4, activation: 'relu', dropout: 0.2 }],
});
const only = <T extends RunEvent['type']>(events: RunEvent[], type: T) =>
  events.filter((e): e is Extract<RunEvent, { type: T }> => e.type === type);
const run = (options: Partial<TrainOptions> = {}, graph = nfm, split: Parameters<typeof train>[1] = tinySplit()) =>
  collect(train(graph, split, { ...tinyOptions(), ...options }));
const hash = (weights: Weights) =>
  JSON.stringify([...weights].map(([id, w]) => [id, Buffer.from(w.buffer).toString('hex')]));

describe('a run', () => {
  test('goes from started over epochs to finished, and repeats exactly', async () => {
    const { events, fitted } = await run();
    expect(events.map((e) => e.type)).toEqual(['started', ...Array(5).fill('epoch'), 'finished']);
    expect(only(events, 'started')[0]).toMatchObject({
      parameters: 16 + 1 + 48 + 16 + 4,
      rows: 40,
      metric: 'rmse',
      epochs: 5,
    });
    expect(only(events, 'finished')[0]).toEqual({ type: 'finished', ...fitted.result });
    expect(fitted.result.history.map((e) => e.epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(fitted.result.rowsPerSecond).toBeGreaterThan(0);

    const again = await run();
    expect(again.events).toEqual(events);
    expect(hash(again.fitted.model.weights())).toBe(hash(fitted.model.weights()));
    const other = await run({ seed: 1 });
    expect(other.fitted.result.validation).not.toEqual(fitted.result.validation);
  });

  test('learns: linear regression finds the line', async () => {
    const split = tinySplit();
    const line = (data: typeof split.train) => ({
      ...data,
      target: data.target.map((_, r) => {
        let y = 0.5;
        for (let e = data.rowStart[r]; e < data.rowStart[r + 1]; e++) y += data.values![e] * (data.ids[e] - 7) * 0.1;
        return y;
      }),
    });
    const lined = { train: line(split.train), validation: line(split.validation) };
    const options = { epochs: 400, optimizer: { name: 'sgd', learningRate: 0.02 }, clip: false } as const;
    const { fitted } = await run(options, tinyLr(), lined);
    expect(fitted.result.validation.rmse).toBeLessThan(0.02);
    expect(fitted.model.weights().get('linear.w0')![0]).toBeCloseTo(0.5, 1);
  });

  test('returns the weights of the best epoch, and their validation and test metrics', async () => {
    const split = tinySplit();
    const { fitted, events } = await run({ epochs: 12, learningRate: 0.3 }, nfm, split);
    const { history, bestEpoch, validation, test: tested } = fitted.result;
    const values = history.map((e) => e.validation.rmse!);
    expect(bestEpoch).toBe(values.indexOf(Math.min(...values)) + 1);
    expect(bestEpoch).toBeLessThan(12);
    expect(validation).toEqual(history[bestEpoch - 1].validation);
    const judge = (data: typeof split.train) => evaluate(fitted.model, data, ['rmse'], contextOf(fitted));
    expect((await judge(split.validation)).rmse).toBe(validation.rmse);
    expect((await judge(split.test)).rmse).toBe(tested.rmse);
    expect(
      only(events, 'epoch')
        .filter((e) => e.best)
        .at(-1)?.epoch,
    ).toBe(bestEpoch);
  });

  test('stops early by its rule', async () => {
    const { fitted } = await run({ epochs: 60, learningRate: 0.3, earlyStopping: { patience: 3 } });
    expect(fitted.result.reason).toBe('earlyStopping');
    expect(fitted.result.history.length).toBe(fitted.result.bestEpoch + 3);
  });

  test('without validation rows keeps the last weights and says so', async () => {
    const { train: rows } = tinySplit();
    const { fitted, events } = await run({ earlyStopping: { rises: 1 } }, nfm, { train: rows });
    expect(fitted.result).toMatchObject({ bestEpoch: 5, reason: 'epochs', validation: {}, test: {} });
    expect(only(events, 'started')[0].config.options.earlyStopping).toBe(
      'none: no validation rows; the last weights are kept',
    );
  });

  test('records every option, the rows, and features that training never saw', async () => {
    const split = tinySplit();
    const ids = split.train.ids.map((id) => (id === 9 || id === 10 ? 8 : id));
    const { events } = await run({ evaluateTrain: 2 }, nfm, { ...split, train: { ...split.train, ids } });
    const { config } = only(events, 'started')[0];
    expect(config.options).toMatchObject({ batchSize: 8, reduction: 'halfSum', sampler: 'epoch', rows: 'touched' });
    expect(config.options).toMatchObject({
      optimizer: { name: 'adagrad', learningRate: 0.05, initialAccumulator: 1e-8 },
    });
    expect(config.data.validation).toMatchObject({ rows: 12, source: 'tiny data', unseenFeatures: 2 });
    expect(config.data.train.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(config.data.train.hash).not.toBe(config.data.validation.hash);
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
    const withMetrics = only(events, 'epoch').filter((e) => 'rmse' in e.train);
    expect(withMetrics.map((e) => e.epoch)).toEqual([2, 4]);
  });

  test('reports progress within an epoch by the clock', async () => {
    const { events } = await run({ now: steadyClock(200), epochs: 1, batchSize: 4 });
    const progress = only(events, 'progress');
    expect(progress.length).toBeGreaterThan(2);
    for (const e of progress) expect(e).toMatchObject({ epoch: 1, of: 40 });
    expect(progress[0].rowsPerSecond).toBeCloseTo(4 / 0.2, 6); // 4 rows between two looks 200 ms apart
    expect(progress[0].etaSeconds).toBeCloseTo((40 - progress[0].rows) / 20, 6);
  });

  test('trains binary and ranking models with the metrics of their losses', async () => {
    const binary = await run({}, tinyFm({ task: 'binary' }), tinySplit('signs'));
    expect(binary.fitted.result).toMatchObject({ metric: 'logLoss' });
    expect(Object.keys(binary.fitted.result.test)).toEqual(['logLoss', 'auc', 'gauc']);
    const ranking = await run({}, tinyFm({ task: 'ranking' }), tinySplit('pairs'));
    expect(ranking.fitted.result).toMatchObject({ metric: 'ndcg@10' });
    expect(ranking.events[0]).toMatchObject({
      rows: 40,
      config: { data: { train: { groups: { used: 20, skipped: 0 } } } },
    });
    expect(ranking.fitted.result.history[4].train.loss).toBeLessThan(Math.log(2));
  });
});

describe('an aborted run', () => {
  test('keeps its history and its best weights', async () => {
    const control = new AbortController();
    const events: RunEvent[] = [];
    const stream = train(nfm, tinySplit(), { ...tinyOptions(), epochs: 50, learningRate: 0.3, signal: control.signal });
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) {
      events.push(next.value);
      if (next.value.type === 'epoch' && next.value.epoch === 9) control.abort();
    }
    const { result, model } = next.value;
    expect(result).toMatchObject({ reason: 'aborted', test: {} });
    expect(result.history.length).toBe(9);
    expect(events.at(-1)).toEqual({ type: 'stopped', ...result });
    expect(result.bestEpoch).toBeLessThan(9);
    const fewer = await run({ epochs: result.bestEpoch, learningRate: 0.3 });
    expect(hash(model.weights())).toBe(hash(fewer.fitted.model.weights()));
  });

  test('before its first epoch has the initial weights', async () => {
    const { fitted } = await run({ signal: AbortSignal.abort() });
    expect(fitted.result).toMatchObject({ reason: 'aborted', bestEpoch: 0, history: [], validation: {} });
    expect(hash(fitted.model.weights())).toBe(hash(new ReferenceModel(nfm, await optionsOf(nfm)).weights()));
  });

  test('broken off by its reader gives the model back', async () => {
    let disposed = 0;
    const engine: Engine = {
      ...float32Engine,
      compile: async (...given) => {
        const model = await float32Engine.compile(...given);
        model.dispose = () => void disposed++;
        return model;
      },
    };
    for await (const event of train(nfm, tinySplit(), { ...tinyOptions(), engine })) if (event.type === 'epoch') break;
    expect(disposed).toBe(1);
    await run({ engine });
    expect(disposed).toBe(1);
  });
});

/** Compile options as `train` passes them, caught from a run. */
async function optionsOf(graph: typeof nfm) {
  let caught: Parameters<Engine['compile']>[1];
  const engine: Engine = {
    name: 'catch',
    compile(compiled, options) {
      caught = options;
      return float32Engine.compile(compiled, options);
    },
  };
  await run({ engine, epochs: 1 }, graph);
  return caught!;
}

describe('a loss that is no number', () => {
  test('fails the run with place, parameter and advice, and restores the best weights', async () => {
    const split = tinySplit();
    const values = split.train.values!.map((x, e) => (e === 30 ? 1e30 : x));
    const huge = { ...split, train: { ...split.train, values } };
    const { fitted, events } = await run({ optimizer: 'sgd', learningRate: 1e-3 }, tinyFm(), huge);
    const failed = only(events, 'failed')[0];
    expect(failed.message).toMatch(
      /^the loss is (NaN|Infinity) in epoch 1, batch \d+ \(rows [\d, ]+ of tiny data\); .*Scale the numeric features \(the largest value is 1\.000e\+30\), or lower the learning rate \(sgd, now 0\.001\)$/,
    );
    expect(fitted.result).toMatchObject({ reason: 'failed', bestEpoch: 0, history: [] });
    for (const values of fitted.model.weights().values()) expect(values.every(Number.isFinite)).toBe(true);
  });

  test('names the first parameter that is not finite', async () => {
    const { events, fitted } = await run({ optimizer: 'sgd', learningRate: 1e20, epochs: 3 }, tinyFm());
    expect(only(events, 'failed')[0].message).toMatch(
      /the first parameter that is not finite is (linear|embedding)\.\w+, element \d+ \(-?(NaN|Infinity)\)/,
    );
    expect(fitted.result.reason).toBe('failed');
  });
});

describe('what cannot be trained is refused before the first event', () => {
  const split = tinySplit();
  const refused = (options: object, graph = nfm, rows: Parameters<typeof train>[1] = split) =>
    expect(run(options, graph, rows)).rejects;

  test('options', async () => {
    await refused({ epoch: 3 }).toThrow('train(): unknown option "epoch"; did you mean "epochs"?');
    await refused({ engine: 'tensorflw' }).toThrow(
      '"engine" must be one of "auto", "wasm", "tensorflow" (did you mean "tensorflow"?), or an engine, got "tensorflw"',
    );
    await refused({ metric: 'rsme' }).toThrow('did you mean "rmse"?');
    await refused({ optimizer: 'adagard' }).toThrow('"optimizer" must be an optimizer: sgd');
    await refused({ optimizer: { name: 'sgd', beta1: 0.5 } }).toThrow('unknown option "beta1"');
    await refused({ learningRate: 0 }).toThrow('"learningRate" must be a number above 0');
    await refused({ earlyStopping: { patience: 0 } }).toThrow('"patience" must be an integer at least 1');
    await refused({ earlyStopping: true }).toThrow('{ rises }, { patience, minDelta } or false');
    await refused({ checkpoint: {} }).toThrow('"checkpoint" must be { path, every }');
    await refused({ checkpoint: { path: 'no/such/folder/x' } }).toThrow('expected a folder "no/such/folder"');
    await refused({ metric: 'logLoss' }).toThrow('metric "logLoss" has no value on the validation rows of tiny data');
    await refused({ freeze: ['nothing'] }).toThrow('has no parameters "nothing"');
  });

  test('rows', async () => {
    const { train: rows } = split;
    const bad = (change: Partial<typeof rows>) => ({ ...split, train: { ...rows, ...change } });
    const first = <T extends Float32Array | Int32Array>(array: T, x: number) => array.with(0, x) as T;
    await refused({}, nfm, bad({ target: first(rows.target, Number.NaN) })).toThrow(
      'train rows of tiny data: row 0: expected a finite target, got NaN',
    );
    await refused({}, nfm, bad({ values: first(rows.values!, Infinity) })).toThrow('row 0 has a value');
    await refused({}, nfm, bad({ ids: first(rows.ids, 16) })).toThrow('feature id 16 is outside 0 .. 15');
    await refused({}, nfm, bad({ features: 99 })).toThrow('expected at most 16 features, the size of NFM-1, got 99');
    await refused({}, nfm, bad({ rows: 0 })).toThrow('expected at least one row, got none');
    await refused({}, tinyFm({ task: 'binary' })).toThrow('loss "log" needs labels 1 and 0, or 1 and -1, got');
    await refused({ batchSize: 1 }).toThrow(
      'batch normalisation, which needs at least 2 rows a batch; got batchSize 1',
    );
  });
});
