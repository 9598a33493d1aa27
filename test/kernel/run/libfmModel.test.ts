import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fit, fm, importLibfm, loadModel, nfm } from '../../../src/kernel/index.ts';
import { readLibfmModel } from '../../../src/kernel/run/libfmModel.ts';
import { temporaryFolder } from '../data/temporary.ts';

const files = temporaryFolder();
const whole = '#global bias W0\n0.5\n#unary interactions Wj\n1\n2\n#pairwise interactions Vj,f\n1 2 3\n4 5 6\n';

describe('reads', () => {
  test.each([
    ['as libFM writes it', whole],
    ['with Windows line ends and spaces at the end', whole.replaceAll('\n', ' \r\n')],
    ['without the last line end', whole.trimEnd()],
    ['as C++ writes numbers', whole.replace('0.5', '5e-01').replace('1 2 3', '1.0e+00 +2 3.')],
  ])('%s', async (_, text) => {
    const { graph, weights, ...rest } = await readLibfmModel(files.write('model.txt', text));
    expect(weights).toEqual(
      new Map([
        ['linear.w', Float32Array.of(1, 2)],
        ['linear.w0', Float32Array.of(0.5)],
        ['embedding.V', Float32Array.of(1, 2, 3, 4, 5, 6)],
      ]),
    );
    expect(graph).toEqual(
      JSON.parse(JSON.stringify(fm({ a: 2 }, { factors: 3 }).graph).replace(/\{"name":"a".*?\}/, '')),
    );
    expect(rest).toMatchObject({ loss: 'squared', dictionary: null, config: { engine: 'libFM' } });
  });

  test('gzip, and sections that were switched off as zeros', async () => {
    const path = files.write('model.txt.gz', gzipSync('#pairwise interactions Vj,f\n1\n2\n'));
    const { weights } = await readLibfmModel(path);
    expect([...weights.values()]).toEqual([Float32Array.of(0, 0), Float32Array.of(0), Float32Array.of(1, 2)]);
    const linear = await readLibfmModel(
      files.write('linear.txt', '#unary interactions Wj\n1\n2\n#pairwise interactions Vj,f\n\n'),
    );
    expect([linear.graph.name, linear.weights.get('linear.w')]).toEqual(['LR', Float32Array.of(1, 2)]);
  });

  test('names and a meaning that are given', async () => {
    const featureMap = { features: 2, fields: [{ name: 'a', offset: 0, size: 2 }], values: [['x', 'y']] };
    const model = await importLibfm(files.write('named.txt', whole), { featureMap, task: 'binary' });
    expect(model.predict({ a: 'y' })).toEqual({ logit: 2.5, probability: 1 / (1 + Math.exp(-2.5)) });
    await expect(importLibfm(files.path('named.txt'), { featureMap: { ...featureMap, features: 3 } })).rejects.toThrow(
      'expected the 3 features of the feature map, got 2',
    );
    await expect(importLibfm(files.path('named.txt'), { tsk: 1 } as object)).rejects.toThrow('did you mean "task"?');
  });
});

describe('refuses, with file and line', () => {
  test.each([
    ['0.5\n', /bad.txt:1:1: expected "#global bias W0", got "0.5"; check that this is libFM's text model/],
    ['', 'expected the section "#pairwise interactions Vj,f", got the end of the file'],
    ['#global bias W0\n0.5\n', 'expected the section "#pairwise'],
    ['#bias\n0.5\n', /bad.txt:1:1: expected "#global bias W0" or "#unary .* or "#pairwise .*, got "#bias"/],
    [whole.replace('0.5', '0.5\n0.5'), 'expected one global bias, got 2'],
    [whole.replace('0.5\n', ''), 'expected one global bias, got 0'],
    [whole.replace('0.5', 'half'), /bad.txt:2:1: expected a number, got "half"/],
    [whole.replace('0.5', 'inf'), /bad.txt:2:1: expected a number, got "inf"/],
    [whole.replace('0.5', '1e39'), /bad.txt:2:1: expected a number, got "1e39"/],
    [whole.replace('2\n#', '\n#'), /bad.txt:5:1: expected a number, got ""/],
    [whole.replace('4 5 6', '4 5'), /bad.txt:8:1: expected 3 factors as in the first line, got 2/],
    [whole.replace('4 5 6', '4 x 6'), /bad.txt:8:3: expected a number, got "x"/],
    [whole.replace('4 5 6\n', ''), 'expected 2 lines of factors, one for each unary interaction, got 1'],
    [`${whole}7 8 9\n`, 'expected 2 lines of factors, one for each unary interaction, got 3'],
    [`${whole}#unary interactions Wj\n1\n`, /bad.txt:9:1: expected no further section, got "#unary/],
    ['#pairwise interactions Vj,f\n', 'expected at least one feature, got none'],
  ])('%j', async (text, message) => {
    await expect(readLibfmModel(files.write('bad.txt', text))).rejects.toThrow(message);
  });
});

test('loadModel reads it too, saves it as a model file, and trainings start from it by its path', async () => {
  const path = files.write('start.txt', whole);
  const model = await loadModel(path);
  await model.save(files.path('start.safetensors'));
  const again = await loadModel(files.path('start.safetensors'));
  expect([again.weights, again.graph, again.config]).toEqual([model.weights, model.graph, model.config]);
  expect(again.predict([0, 1])).toBe(0.5 + 1 + 2 + (1 * 4 + 2 * 5 + 3 * 6));

  const rows = {
    ...{ rows: 2, features: 2, fields: [], source: 'rows', group: null, values: null },
    ...{ rowStart: Int32Array.of(0, 1, 2), ids: Int32Array.of(0, 1), target: Float32Array.of(1, -1) },
  };
  const design = nfm(rows, { factors: 3, hidden: [], batchNorm: false, dropout: 0 });
  for (const initFrom of [path, files.path('start.safetensors'), await importLibfm(path)]) {
    const run = await fit(design, { train: rows }, { initFrom, signal: AbortSignal.abort() });
    expect(run.weights.get('embedding.V')).toEqual(model.weights.get('embedding.V'));
    expect(run.weights.get('linear.w0')).toEqual(Float32Array.of(0.5));
  }
  const wrong = nfm({ ...rows, features: 3 }, { factors: 3 });
  await expect(fit(wrong, { train: { ...rows, features: 3 } }, { initFrom: path })).rejects.toThrow(
    'it has 3 features, the other 2',
  );
});
