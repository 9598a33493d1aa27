import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OptionError } from '../../../src/kernel/base/options.ts';
import { compare } from '../../../src/kernel/run/compare.ts';
import { record } from '../../../src/kernel/run/eventFile.ts';
import { encodeEvent, type Setting, scalar, sessionStart, text } from '../../../src/kernel/run/eventProto.ts';
import type { RunEvent } from '../../../src/kernel/run/events.ts';
import { train } from '../../../src/kernel/run/train.ts';
import type { TrainOptions } from '../../../src/kernel/run/trainOptions.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { tinyFm, tinyLr } from '../engine/tinyModels.ts';
import { eventsOf, type ReadEvent, recordsOf, settingsOf, statusOf } from './eventReader.ts';
import { collect, tinyOptions, tinySplit } from './runs.ts';

const { folder } = temporaryFolder();
let runs = 0;
const fresh = () => join(folder, `run ${runs++}`);
const run = (tensorboard: string, options: Partial<TrainOptions> = {}) =>
  train(tinyFm(), tinySplit(), { ...tinyOptions(), tensorboard, ...options });

/** The events of the only file in a folder. */
function written(path: string): ReadEvent[] {
  const names = readdirSync(path);
  expect(names).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10,}\..+\.\d+\.\d+$/)]);
  return eventsOf(readFileSync(join(path, names[0])));
}

describe('records', () => {
  test('of the known bytes', () => {
    // CRC-32C of "123456789" is e3069283 (RFC 3720).
    const bytes = record(Buffer.from('123456789'));
    const rotated = ((0xe3069283 >>> 15) | (0xe3069283 << 17)) >>> 0;
    expect(Buffer.from(bytes).readUInt32LE(21)).toBe((rotated + 0xa282ead8) >>> 0);
    expect(bytes.length).toBe(25);
  });

  test('any bytes come back, and a byte that changed is found', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (data, at, change) => {
        const file = Buffer.concat([record(data), record(Buffer.from('next'))]);
        expect(recordsOf(file)).toEqual([Buffer.from(data), Buffer.from('next')]);
        file[at % file.length] ^= change;
        expect(() => recordsOf(file)).toThrow();
      }),
      { seed: 1 },
    );
  });

  test('0 is a value', () => {
    const event = {
      wallTime: 0,
      step: 0,
      summary: { value: [scalar('loss', 0), sessionStart({ zero: 0, no: false }, 0)] },
    };
    const [read] = eventsOf(Buffer.from(record(encodeEvent(event))));
    expect(read.scalars).toEqual({ loss: 0 });
    expect(settingsOf(read.plugins['_hparams_/session_start_info'])).toEqual({ zero: 0, no: false });
  });

  test('any values come back', () => {
    const tag = fc.string({ unit: 'grapheme' });
    const setting = fc.oneof(fc.double({ noNaN: true }), fc.string({ unit: 'grapheme' }), fc.boolean());
    const name = tag.filter((word) => word !== '__proto__');
    const settings = fc.dictionary(name, setting, { noNullPrototype: true });
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.tuple(name, fc.float({ noDefaultInfinity: true }), name, tag, settings),
        (step, [curve, value, title, words, options]) => {
          const session = sessionStart(options as Record<string, Setting>, 7);
          const event = {
            wallTime: 0.5,
            step,
            summary: { value: [scalar(curve, value), text(title, words), session] },
          };
          const [read] = eventsOf(Buffer.from(record(encodeEvent(event))));
          expect([read.wallTime, read.step]).toEqual([0.5, step]);
          expect(read.scalars).toEqual({ [curve]: value });
          expect(read.texts).toEqual({ [title]: words });
          expect(settingsOf(read.plugins['_hparams_/session_start_info'])).toEqual(options);
        },
      ),
      { seed: 1 },
    );
  });
});

describe('a run', () => {
  test('writes its metrics by epoch, its model, options and settings', async () => {
    const path = fresh();
    const { events, fitted } = await collect(run(path, { epochs: 3, evaluateTrain: 2, learningRate: 0.25 }));
    const [head, start, ...rest] = written(path);
    expect(head).toMatchObject({ version: 'brain.Event:2', step: 0 });
    expect(start.texts.model).toMatch(/^ {4}FM: regression on 16 features\n/);
    expect(start.texts.model).toContain('\n    embedding  ');
    expect(start.texts.options).toMatch(/^\| option \| value \|\n\|---\|---\|\n/);
    expect(start.texts.options).toContain('\n| optimizer.learningRate | 0.25 |\n');
    expect(settingsOf(start.plugins['_hparams_/session_start_info'])).toMatchObject({
      ...{ seed: 2016, batchSize: 8, 'optimizer.name': 'adagrad', 'optimizer.learningRate': 0.25, dropLast: false },
      ...{ 'embedding.factors': 3, task: 'regression' },
    });

    const epochs = events.filter((e): e is Extract<RunEvent, { type: 'epoch' }> => e.type === 'epoch');
    expect(rest.map(({ step }) => step)).toEqual([1, 2, 3, fitted.result.bestEpoch]);
    for (const [e, { train: trained, validation, rowsPerSecond }] of epochs.entries())
      expect(rest[e].scalars).toEqual(
        rounded({
          ...Object.fromEntries(Object.entries(trained).map(([name, value]) => [`${name}/train`, value])),
          ...Object.fromEntries(Object.entries(validation).map(([name, value]) => [`${name}/validation`, value])),
          learning_rate: 0.25,
          rows_per_second: rowsPerSecond,
        }),
      );
    expect(Object.keys(rest[1].scalars)).toContain('rmse/train');
    expect(Object.keys(rest[0].scalars)).not.toContain('rmse/train');
    expect(rest[3].scalars).toMatchObject(rounded({ 'rmse/test': fitted.result.test.rmse }));
    expect(statusOf(rest[3].plugins['_hparams_/session_end_info'])).toBe(1);
  });

  test('has every epoch in the file when its event comes', async () => {
    const path = fresh();
    const seen: number[] = [];
    for await (const { type } of run(path, { epochs: 3 })) if (type === 'epoch') seen.push(written(path).length);
    expect(seen).toEqual([3, 4, 5]);
  });

  test('changes nothing about the training', async () => {
    const [plain, logged] = await Promise.all([
      collect(train(tinyFm(), tinySplit(), tinyOptions())),
      collect(run(fresh())),
    ]);
    expect(logged.events).toEqual(plain.events);
    expect(logged.fitted.model.weights()).toEqual(plain.fitted.model.weights());
  });

  test('that is stopped, that fails, or whose reader breaks off keeps what it had', async () => {
    const stopped = fresh();
    const stop = new AbortController();
    for await (const event of run(stopped, { signal: stop.signal }))
      if (event.type === 'epoch' && event.epoch === 2) stop.abort();
    expect(written(stopped).map(({ step }) => step)).toEqual([0, 0, 1, 2, expect.any(Number)]);

    const failed = fresh();
    const { fitted } = await collect(run(failed, { optimizer: 'sgd', learningRate: 1e30 }));
    expect(fitted.result.reason).toBe('failed');
    expect(statusOf(written(failed).at(-1)!.plugins['_hparams_/session_end_info'])).toBe(2);

    const left = fresh();
    for await (const event of run(left)) if (event.type === 'epoch') break;
    expect(written(left).map(({ step }) => step)).toEqual([0, 0, 1]);
  });

  test('needs a folder that can be written, before it starts', async () => {
    const file = join(folder, 'a file');
    writeFileSync(file, 'kept');
    const events = run(join(file, 'logs'));
    await expect(events.next()).rejects.toThrow(
      new OptionError(
        `tensorboard: cannot write event files into ${join(file, 'logs')} (ENOTDIR); choose a folder that can be written`,
      ),
    );
    expect(readFileSync(file, 'utf8')).toBe('kept');
    await expect(run('').next()).rejects.toThrow('"tensorboard" must be the path of a folder, got ""');
  });

  test('of a comparison has a folder of its own', async () => {
    const path = fresh();
    const comparison = compare({ 'FM / 3': tinyFm(), LR: tinyLr() }, tinySplit(), {
      ...{ ...tinyOptions(), epochs: 1, seeds: [1, 2], tensorboard: path },
    });
    for (;;) if ((await comparison.next()).done) break;
    expect(readdirSync(path).sort()).toEqual(['FM_3-seed-1', 'FM_3-seed-2', 'LR-seed-1', 'LR-seed-2']);
    for (const name of readdirSync(path)) expect(written(join(path, name))).toHaveLength(4);
  });
});

/** Curves hold floats of 32 bits; metrics without a value are left out. */
const rounded = (values: Readonly<Record<string, number | null | undefined>>) =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === 'number' ? [[name, Math.fround(value)]] : [])),
  );
