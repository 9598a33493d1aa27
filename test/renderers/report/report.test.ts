/** The report of a notebook as data: what it says, in which order, and where everything stands. */

import { expect, test } from 'vitest';
import { mime } from '../../../src/kernel/format/mime.ts';
import type { Block } from '../../../src/renderers/report/model/blocks.ts';
import { captionOf } from '../../../src/renderers/report/model/figures.ts';
import { reportOf } from '../../../src/renderers/report/model/report.ts';
import { code, compared, finished, notebook, payload, prints, source, study } from './notebooks.ts';

const report = reportOf(study, source);
const sectionOf = (id: string, of = report) => of.sections.find((section) => section.id === id);
const blocksOf = (id: string, of = report): readonly Block[] => sectionOf(id, of)?.blocks ?? [];
/** All that a section says. */
const textOf = (blocks: readonly Block[]): string => JSON.stringify(blocks);
const tablesOf = (id: string, of = report) =>
  blocksOf(id, of).flatMap((block) => (block.kind === 'table' ? [block.table] : []));

test('its sections come in order, and its title is that of the notebook', () => {
  expect(report.title).toBe('A study of NFM');
  expect(report.sections.map(({ id }) => id)).toEqual([
    ...['results', 'curves', 'architecture', 'interactions', 'data', 'settings', 'environment', 'notebook', 'repeat'],
  ]);
});

test('the verdict is of the comparison: metric, spread, baseline, tests', () => {
  expect(report.verdict).toEqual([
    'NFM-1 has the lowest test RMSE of 3 models: 0.3925 ± 0.0007 over 3 seeds, 8.9 % below the baseline FM (0.4310 ± 0.0010).',
    'Chance alone does not explain the difference (two-sided paired t-test, p = 0.0130 over 28,860 test rows).',
  ]);
});

test('results are a table of the models, their picture, and the single runs', () => {
  expect(blocksOf('results').map(({ kind }) => kind)).toEqual(['table', 'figure', 'table']);
  const [models, runs] = tablesOf('results');
  expect(models.caption).toBe('Models against the baseline FM, on the test rows');
  expect(models.rows.map(({ cells }) => cells.slice(0, 4))).toEqual([
    ['LR', '5,056', '0.5951 ± 0.0002', '+38.1 %'],
    ['FM', '349,000', '0.4310 ± 0.0010', ''],
    ['NFM-1 ◆ best', '355,160', '0.3925 ± 0.0007', '-8.9 %'],
  ]);
  expect(models.remarks).toContain('The 2 tests are not corrected for their number.');
  expect(runs.rows[0].cells).toEqual([
    'NFM-1',
    '5',
    '2016',
    '355,160',
    '0.4100',
    '0.4123',
    '13 of 20',
    'stopped early',
    '27 s',
  ]);
});

test('figures are numbered as they come, and say in sentences what they show', () => {
  const figures = report.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure] : [])),
  );
  expect(figures.map(({ number, shown }) => [number, shown.kind])).toEqual([
    ...[
      [1, 'comparison'],
      [2, 'run'],
      [3, 'graph'],
      [4, 'interactions'],
    ],
  ]);
  for (const figure of figures) for (const sentence of captionOf(figure)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(captionOf(figures[3]).join(' ')).toMatch(
    /Main effects are taken out\..*2,000 rows of train.*epoch 12.*seed 2016.*18\.4 % of the variance.*It is one trained model/s,
  );
});

test('the data: rows, vocabularies, unseen features, hash, terms, warnings', () => {
  const [parts, fields] = tablesOf('data');
  expect(parts.rows[1].cells).toEqual(['test', '28,860', '9,000', '-0.3100', '4,000', '40 (1.0 %)', '3', 'test.libfm']);
  expect(fields.rows[0].cells).toEqual(['user', '957', '950', '100.0 %', '1.0 %']);
  expect(textOf(blocksOf('data'))).toContain('for research only');
  expect(textOf(blocksOf('data'))).toContain('ef'.repeat(32));
  expect(textOf(blocksOf('data'))).toContain('3 test rows are also training rows');
});

test('without a card the data are those that the runs recorded', () => {
  const other = reportOf(notebook(code('', [payload(mime.run, finished)])), source);
  const [parts, fields] = tablesOf('data', other);
  expect(parts.rows[1].cells).toEqual(['test', '28,860', '4,000', '40 (1.0 %)', '2222', 'test.libfm']);
  expect(fields.rows.map(({ cells }) => cells)).toContainEqual(['item', '4,082']);
  expect(textOf(blocksOf('data', other))).toContain('not recorded');
});

test('settings: where runs differ, and what is not the default', () => {
  const [differ, common] = tablesOf('settings');
  expect(differ.columns.map(({ title }) => title)).toEqual([
    'setting',
    'LR',
    'FM',
    'NFM-1',
    'NFM-1 (cell 5)',
    'default',
  ]);
  expect(differ.rows.find(({ cells }) => cells[0] === 'batchSize')?.cells).toEqual([
    'batchSize',
    '128',
    '512',
    '128',
    '128',
    '128',
  ]);
  expect(differ.rows.find(({ cells }) => cells[0] === 'seed')?.cells.slice(0, 5)).toEqual([
    ...['seed', '1, 2, 3', '1, 2, 3', '1, 2, 3', '2016'],
  ]);
  expect(differ.rows.find(({ cells }) => cells[0] === 'embedding factors')?.cells[1]).toBe('—');
  expect(common.rows.map(({ cells }) => cells)).toEqual([['epochs', '20', '200']]);
  expect(textOf(blocksOf('settings'))).toContain('optimizer learningRate');
  expect(textOf(blocksOf('settings'))).not.toContain('meaning');
});

test('environment, command and hashes', () => {
  expect(textOf(blocksOf('environment'))).toMatch(/wasm, 1 thread.*NFM Notebooks 1\.2\.3.*v20\.20\.2.*linux x64/);
  const repeat = textOf(blocksOf('repeat'));
  for (const part of [source.command, source.sha256, 'data/train.libfm', 'cd'.repeat(32), '1111', '2222'])
    expect(repeat).toContain(part);
});

test('cells keep their places; what stands above is named, not repeated; code is folded', () => {
  expect(blocksOf('notebook').map(({ kind }) => kind)).toEqual([
    ...['markdown', 'code', 'markdown', 'code', 'reference', 'code', 'reference', 'code', 'reference'],
    ...['code', 'printed', 'reference', 'code', 'reference', 'code', 'table'],
  ]);
  expect(blocksOf('notebook')[0]).toMatchObject({ source: 'What it is about.' });
  expect(blocksOf('notebook')).toContainEqual({ kind: 'printed', text: 'epoch 2', stream: 'output' });
  expect(blocksOf('notebook').find(({ kind }) => kind === 'code')).toMatchObject({
    label: 'Cell 1, 1 line',
    preview: 'const rows = 10;',
  });
  expect(tablesOf('notebook')[0]).toMatchObject({
    caption: '120 rows, the first 1 shown',
    rows: [{ cells: ['a', '1.23457'] }],
  });
});

test('a cell tagged "hide" leaves nothing but the word that it is left out', () => {
  expect(JSON.stringify(report)).not.toContain('secret');
  expect(report.warnings).toEqual(['1 cell tagged "hide" is left out of this report.']);
  const hidden = notebook(code('', [payload(mime.comparison, compared)], ['hide']), code('', [prints('x')]));
  expect(reportOf(hidden, source).verdict).toEqual([
    'This notebook shows no training run and no comparison of models.',
  ]);
});

test('equal notebooks give equal reports', () => {
  expect(JSON.stringify(reportOf(study, source))).toBe(JSON.stringify(report));
});
