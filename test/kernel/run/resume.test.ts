import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Weights } from '../../../src/kernel/engine/engine.ts';
import { wasmEngine } from '../../../src/kernel/engine/wasm/wasmEngine.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { train } from '../../../src/kernel/run/train.ts';
import type { TrainOptions } from '../../../src/kernel/run/trainOptions.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { tinyFm, tinyNfm } from '../engine/tinyModels.ts';
import { collect, steadyClock, tinyOptions, tinySplit } from './runs.ts';

const files = temporaryFolder();
const nfm = tinyNfm({
  pooled: { batchNorm: true, dropout: 0.3 },
  hidden: [{ units: 4, activation: 'relu', batchNorm: true, dropout: 0.2 }],
});
const hash = (weights: Weights) =>
  JSON.stringify([...weights].map(([id, w]) => [id, Buffer.from(w.buffer).toString('hex')]));
const metricsOf = (history: readonly { train: object; validation: object }[]) =>
  history.map(({ train, validation }) => ({ train, validation }));

/** A signal that aborts at the `looks`-th look at the clock that comes with it. */
function abortedAt(looks: number) {
  const control = new AbortController();
  const clock = steadyClock(60); // every look is due for a breath
  let left = looks;
  const now = () => {
    if (left-- === 0) control.abort();
    return clock();
  };
  return { now, signal: control.signal };
}

describe('interrupted and resumed equals uninterrupted, bit by bit', () => {
  const cases: [string, Graph, Partial<TrainOptions>][] = [
    ['adagrad, batch norm, dropout', nfm, { epochs: 6, learningRate: 0.2 }],
    ['adam, patience', nfm, { epochs: 30, optimizer: 'adam', learningRate: 0.05, earlyStopping: { patience: 4 } }],
    ['momentum, windows', nfm, { epochs: 4, optimizer: 'momentum', learningRate: 0.01, sampler: 'windows' }],
    ['the wasm engine', nfm, { epochs: 6, learningRate: 0.2, engine: wasmEngine }],
    ['pairs', tinyFm({ task: 'binary' }), { epochs: 8, loss: 'bpr' }],
  ];
  for (const [name, graph, options] of cases)
    test(name, async () => {
      const split = options.loss === 'bpr' ? tinySplit('pairs') : tinySplit();
      const whole = await collect(train(graph, split, { ...tinyOptions(), ...options }));
      for (const looks of [7, 20, 33]) {
        const path = files.path(`${name} ${looks}`);
        const cut = { ...tinyOptions(), ...options, ...abortedAt(looks), checkpoint: { path } };
        const { fitted: part } = await collect(train(graph, split, cut));
        expect(part.result.reason).toBe('aborted');
        const { fitted } = await collect(train(graph, split, { ...tinyOptions(), ...options, resume: path }));
        expect(hash(fitted.model.weights())).toBe(hash(whole.fitted.model.weights()));
        expect(hash(fitted.model.state().slots)).toBe(hash(whole.fitted.model.state().slots));
        expect(metricsOf(fitted.result.history)).toEqual(metricsOf(whole.fitted.result.history));
        expect(fitted.result.bestEpoch).toBe(whole.fitted.result.bestEpoch);
        expect(fitted.result.test).toEqual(whole.fitted.result.test);
      }
    });
});

test('a finished run resumed with more epochs goes on, one that stopped early stays stopped', async () => {
  const path = files.path('more');
  const options = { ...tinyOptions(), checkpoint: { path } };
  await collect(train(nfm, tinySplit(), { ...options, epochs: 2 }));
  const more = await collect(train(nfm, tinySplit(), { ...tinyOptions(), epochs: 5, resume: path }));
  const whole = await collect(train(nfm, tinySplit(), { ...tinyOptions(), epochs: 5 }));
  expect(hash(more.fitted.model.weights())).toBe(hash(whole.fitted.model.weights()));

  const early = { ...options, epochs: 60, learningRate: 0.3, earlyStopping: { patience: 2 } };
  const first = await collect(train(nfm, tinySplit(), early));
  const second = await collect(train(nfm, tinySplit(), { ...early, now: steadyClock(), resume: path }));
  expect(first.fitted.result.reason).toBe('earlyStopping');
  expect(second.fitted.result.history).toEqual(first.fitted.result.history);
  expect(second.events.map((e) => e.type)).toEqual(['started', 'finished']);
});

test('a checkpoint of another run is refused, with everything that differs', async () => {
  const path = files.path('other');
  const split = tinySplit();
  await collect(train(nfm, split, { ...tinyOptions(), epochs: 1, checkpoint: { path } }));
  const resumed = (options: Partial<TrainOptions>, graph = nfm, rows = split) =>
    expect(collect(train(graph, rows, { ...tinyOptions(), resume: path, ...options }))).rejects;
  await resumed({ seed: 3, batchSize: 4 }).toThrow(
    'cannot resume, the checkpoint is of another run: seed 2016, now 3; batchSize 8, now 4',
  );
  await resumed({}, tinyFm()).toThrow('model NFM-1, now FM');
  await resumed({}, tinyNfm({ factors: 4, hidden: [{ units: 4 }] })).toThrow('model with');
  const wider = tinyNfm({
    factors: 5,
    pooled: { batchNorm: true, dropout: 0.3 },
    hidden: [{ units: 4, activation: 'relu', batchNorm: true, dropout: 0.2 }],
  });
  await resumed({}, wider).toThrow('embedding "embedding" factors 3, now 5');
  await resumed({}, nfm, { ...split, train: { ...split.train, target: split.train.target.map((y) => -y) } }).toThrow(
    /train "[0-9a-f]{16}", now "/,
  );
});

test('a damaged checkpoint is refused', async () => {
  const path = files.path('damaged');
  await collect(train(nfm, tinySplit(), { ...tinyOptions(), epochs: 1, checkpoint: { path } }));
  const bytes = readFileSync(path);
  bytes[bytes.length - 3] ^= 4;
  writeFileSync(path, bytes);
  const resumed = collect(train(nfm, tinySplit(), { ...tinyOptions(), resume: path }));
  await expect(resumed).rejects.toThrow('the file is damaged');
});
