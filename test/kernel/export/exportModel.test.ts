import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../../src/kernel/engine/initialise.ts';
import { writeFolder } from '../../../src/kernel/export/exportFolder.ts';
import { type ExportFormat, exportFormatNames, exportModel } from '../../../src/kernel/export/exportModel.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { fm } from '../../../src/kernel/index.ts';
import { defaultSeed } from '../../../src/kernel/run/defaultSeed.ts';
import type { SavedModel } from '../../../src/kernel/run/modelFile.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { trained } from './models.ts';

const files = temporaryFolder();

function sourceOf(graph: Graph) {
  const saved: SavedModel = {
    ...{ graph, weights: initialWeights(graph, 1), loss: 'squared', targetRange: [0, 1], dictionary: null },
    ...{ validation: {}, test: {}, metric: null, bestEpoch: null, program: null },
    config: { model: graph.name, engine: 'none', seed: defaultSeed(), options: {}, data: {} },
  };
  return { saved, predict: (rows: { rows: number }) => new Float32Array(rows.rows) };
}
const source = sourceOf(fm({ user: 3, item: 4 }, { factors: 2 }).graph);

describe.each(exportFormatNames)('%s', (format) => {
  test('takes no place that is taken, unless told to', async () => {
    const path = files.path(`taken-${format}`);
    const written = await exportModel(format, path, source);
    const before = written.map((file) => readFileSync(file, 'utf8'));
    expect(before.every((content) => content.length > 0)).toBe(true);
    await expect(exportModel(format, path, source)).rejects.toThrow(/is there already; replace it with force, or name/);
    await exportModel(format, path, source, { force: true });
    expect(written.map((file) => readFileSync(file, 'utf8'))).toEqual(before); // the same bytes again
    expect(readdirSync(files.folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('says where there is no folder to write into', async () => {
    await expect(exportModel(format, files.path('nowhere/model'), source)).rejects.toThrow(
      /nowhere\/model: expected a folder ".*nowhere" to write into; make it, or change the path/,
    );
  });

  test('refuses layers of the user in one sentence and writes nothing', async () => {
    const [input, linear, embedding, pairs, sum, ...rest] = source.saved.graph.nodes;
    const code = '(x, p, tf) => tf.square(x)';
    const attributes = { name: 'square', code, parameters: {}, shape: [2] };
    const layer = { id: 'square', op: 'layer', inputs: [pairs.id], attributes } as const;
    const nodes = [input, linear, embedding, pairs, layer, { ...sum, inputs: ['square'] }, ...rest] as Graph['nodes'];
    const path = files.path(`layer-${format}`);
    await expect(exportModel(format, path, sourceOf({ ...source.saved.graph, nodes }))).rejects.toThrow(
      /^FM cannot be exported to \S+: (its layer "square" is code of yours|only an FM or LR can be, and it has layer "square")$/,
    );
    expect(existsSync(path)).toBe(false);
  });
});

test('an unknown format is an error that names the valid ones', async () => {
  await expect(exportModel('onxx' as ExportFormat, files.path('x'), source)).rejects.toThrow(
    'expected a format (onnx, tfjs, pytorch, libfm), got "onxx"; did you mean "onnx"?',
  );
  const run = await trained('LR');
  await expect(run.export('onnx', files.path('x'), { forse: true } as object)).rejects.toThrow('did you mean "force"?');
});

test('a file in the place of a folder, and a folder in the place of a file', async () => {
  const file = files.write('file', 'mine');
  await expect(exportModel('tfjs', file, source, { force: true })).rejects.toThrow('got a file');
  expect(readFileSync(file, 'utf8')).toBe('mine');
  mkdirSync(files.path('folder'));
  await expect(exportModel('onnx', files.path('folder'), source, { force: true })).rejects.toThrow('got a folder');
});

test('a folder with files of somebody else is left alone, even with force', async () => {
  const folder = files.path('notes');
  await exportModel('pytorch', folder, source);
  writeFileSync(join(folder, 'train.py'), 'mine');
  await expect(exportModel('pytorch', folder, source, { force: true })).rejects.toThrow(
    'the folder holds other files (train.py); name another one',
  );
  expect(readFileSync(join(folder, 'train.py'), 'utf8')).toBe('mine');
  mkdirSync(files.path('empty'));
  await exportModel('tfjs', files.path('empty'), source);
  expect(readdirSync(files.path('empty'))).toEqual(['model.json', 'weights.bin']);
});

test('what breaks in the middle leaves the old export, and nothing beside it', async () => {
  const folder = files.path('old');
  const both = (a: Iterable<string>, b: Iterable<string>) =>
    new Map([
      ['a', a],
      ['b', b],
    ]);
  await writeFolder(folder, both(['old a'], ['old b']), false);
  const broken = function* () {
    yield 'new';
    throw new Error('disk full');
  };
  await expect(writeFolder(folder, both(['new a'], broken()), true)).rejects.toThrow('disk full');
  expect(['a', 'b'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['old a', 'old b']);
  expect(readdirSync(files.folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

const isRoot = process.getuid?.() === 0;
test.skipIf(isRoot || process.platform === 'win32')('a folder that is not writable', async () => {
  const folder = files.path('locked');
  mkdirSync(folder);
  chmodSync(folder, 0o500);
  for (const format of exportFormatNames)
    await expect(exportModel(format, join(folder, 'model'), source)).rejects.toThrow('to write into');
  chmodSync(folder, 0o700);
});

test('Python code is Python', () => {
  const { status } = spawnSync('python3', ['-c', '']);
  if (status !== 0) return console.warn('no python3: model.py is not parsed');
  const parse = 'import ast, sys; [ast.parse(open(path).read()) for path in sys.argv[1:]]';
  const paths = ['model.py', 'check.py'].map((name) => files.path(`taken-pytorch/${name}`));
  expect(spawnSync('python3', ['-c', parse, ...paths], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});
