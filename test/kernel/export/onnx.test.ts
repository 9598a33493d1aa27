import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { lowered } from '../../../src/kernel/export/lowering.ts';
import { onnxFile } from '../../../src/kernel/export/onnx.ts';
import { decoded } from '../../../src/kernel/export/onnxProto.ts';
import { padded } from '../../../src/kernel/export/paddedRows.ts';
import { fit, importLibfm, lr, nfm } from '../../../src/kernel/index.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { largestDifference, modelNames, rawOutputs, train, trained, unseenRows } from './models.ts';

const files = temporaryFolder();

async function predictions(path: string, data: Dataset, output = 'y'): Promise<Float32Array> {
  const session = await InferenceSession.create(path);
  const { rows, slots, ids, values } = padded(data);
  const feeds = {
    ids: new Tensor('int32', ids, [rows, slots]),
    values: new Tensor('float32', values, [rows, slots]),
  };
  const { [output]: found } = await session.run(feeds);
  expect(found.dims).toEqual([rows]);
  return found.data as Float32Array;
}

describe('onnxruntime predicts as this program does, on 1,000 rows with unseen features and missing fields', () => {
  test.each(modelNames)('%s', async (name) => {
    const run = await trained(name);
    const path = files.path(`${name.replace(/\W/g, '-')}.onnx`);
    expect(await run.export('onnx', path)).toEqual([path]);
    expect(largestDifference(await predictions(path, unseenRows), rawOutputs(run, unseenRows))).toBeLessThan(1e-5);
  });
});

test('a binary model has its probability as a second output', async () => {
  const run = await trained('NFM-1, binary');
  const path = files.path('binary.onnx');
  await run.export('onnx', path);
  const probability = await predictions(path, unseenRows, 'probability');
  expect(largestDifference(probability, run.predict(unseenRows))).toBeLessThan(1e-6);
});

test('batches and slots of any size; slots of value 0 have no effect, whatever their id', async () => {
  const run = await trained('AFM');
  const path = files.path('padding.onnx');
  await run.export('onnx', path);
  const session = await InferenceSession.create(path);
  const y = async (ids: readonly number[], values: readonly number[]) => {
    const shape = [1, ids.length];
    const out = await session.run({
      ids: new Tensor('int32', Int32Array.from(ids), shape),
      values: new Tensor('float32', Float32Array.from(values), shape),
    });
    return out.y.data[0] as number;
  };
  const row = { ids: [3, 150, 206], values: [1, 0.5, 2] };
  const expected = run.predict(row) as number;
  expect(await y(row.ids, row.values)).toBeCloseTo(expected, 5);
  expect(await y([3, 7, 150, 0, 206, 9], [1, 0, 0.5, 0, 2, 0])).toBeCloseTo(expected, 5);
  expect(await y([0], [0])).toBeCloseTo(run.predict([]) as unknown as number, 5);
  expect(await y([3], [1])).toBeCloseTo(run.predict([3]) as number, 5);
});

test('a model without names and fields', async () => {
  const rows: Dataset = { ...train, fields: [], dictionary: undefined, featureMap: undefined };
  const run = await fit(nfm(rows, { factors: 4 }), { train: rows }, { epochs: 1 });
  const path = files.path('plain.onnx');
  await run.export('onnx', path);
  expect(largestDifference(await predictions(path, unseenRows), rawOutputs(run, unseenRows))).toBeLessThan(1e-5);
});

test('an imported libFM model', async () => {
  const path = files.write('fm.txt', '#global bias W0\n0.5\n#pairwise interactions Vj,f\n1 2\n3 -4\n0 1\n');
  const model = await importLibfm(path);
  await model.export('onnx', files.path('libfm.onnx'));
  expect(model.predict([0, 1, 2])).toBe(0.5 + (1 * 3 + 2 * -4) + 2 * 1 + -4 * 1);
  const rows = { ...unseenRows, rows: 1, rowStart: Int32Array.of(0, 3), ids: Int32Array.of(0, 1, 2), values: null };
  expect((await predictions(files.path('libfm.onnx'), rows))[0]).toBeCloseTo(-6.5, 6);
});

test('the file says what it is: opset 17, IR 8, the graph, the names and the run', async () => {
  const run = await trained('Wide&Deep');
  const path = files.path('described.onnx');
  await run.export('onnx', path);
  const model = decoded('ModelProto', readFileSync(path));
  expect(model).toMatchObject({ irVersion: 8, producerName: 'nfm-notebooks', opsetImport: [{ version: 17 }] });
  const entries = model.metadataProps as { readonly key: string; readonly value: string }[];
  const metadata = Object.fromEntries(entries.map(({ key, value }) => [key, JSON.parse(value)]));
  expect(metadata['nfm.graph']).toEqual(JSON.parse(JSON.stringify(run.graph)));
  const { names, config, metric, bestEpoch, program } = metadata['nfm.model'];
  expect(names.dictionary.fields.map(({ name }: { name: string }) => name)).toEqual(train.fields.map((f) => f.name));
  expect([config.data.train.hash, metric, bestEpoch]).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), 'rmse', 3]);
  expect(program).toMatch(/^nfm-notebooks \d+\.\d+\.\d+, Node\.js \d+/);
});

test('weights are viewed, not copied, and models that no file can hold are refused', async () => {
  const { graph } = lr(train);
  const weights = new Map([
    ['linear.w', new Float32Array(train.features)],
    ['linear.w0', new Float32Array(1)],
  ]);
  const producer = { name: 'test', version: '1' };
  const pieces = onnxFile(graph, lowered(graph, weights, 'ONNX'), {}, producer);
  expect(pieces.some(({ buffer }) => buffer === weights.get('linear.w')!.buffer)).toBe(true);

  const table = { name: 'V', shape: [2 ** 29], data: new Float32Array(2 ** 29) }; // zeros that nobody touches
  const tooLarge = { constants: [table], operations: [], outputs: [] };
  expect(() => onnxFile(graph, tooLarge, {}, producer)).toThrow(
    /^LR cannot be exported to ONNX: it has 21474837\d\d bytes, and a file holds at most 2147483647$/,
  );
});
