import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CellOutput, type Notebook, newNotebook } from '../../../src/kernel/format/notebook.ts';
import { outputsFileOf, parseOutputs, withOutputs, writeOutputs } from '../../../src/kernel/format/outputsFile.ts';

const code = (source: string, outputs: readonly CellOutput[] = []): Notebook['cells'][number] => ({
  cell_type: 'code',
  metadata: {},
  source,
  execution_count: null,
  outputs,
});
const notebook = (...cells: Notebook['cells']): Notebook => ({ ...newNotebook(), cells });
const printed = (text: string): CellOutput => ({ output_type: 'stream', name: 'stdout', text });
const outputsOf = ({ cells }: Notebook) => cells.map((cell) => (cell.cell_type === 'code' ? cell.outputs : null));

const text = fc
  .array(fc.constantFrom('a', '\n', '\r\n', 'é😀', '"', '\u2028'), { maxLength: 6 })
  .map((c) => c.join(''));
const anyJson = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const output = fc.oneof(
  text.map(printed),
  fc
    .record({ 'text/plain': text, 'image/png': fc.base64String(), 'application/vnd.nfm.run.v1+json': anyJson })
    .map((data): CellOutput => ({ output_type: 'execute_result', execution_count: null, data, metadata: {} })),
  fc
    .array(text, { maxLength: 3 })
    .map((traceback): CellOutput => ({ output_type: 'error', ename: 'E', evalue: 'e', traceback })),
);
const anyNotebook = fc
  .array(fc.tuple(text, fc.array(output, { maxLength: 2 })), { maxLength: 5 })
  .map((cells) => notebook(...cells.map(([source, outputs]) => code(source, outputs))));

test('the file lies beside the notebook', () => {
  expect(outputsFileOf('/a/b.nfm.ts')).toBe('/a/b.nfm.outputs.json');
  expect(outputsFileOf('/a/b.ts')).toBe('/a/b.nfm.outputs.json');
  expect(outputsFileOf('C:\\a\\b.nfm.ts')).toBe('C:\\a\\b.nfm.outputs.json');
});

test('written outputs come back to their cells, also among cells of the same text', () => {
  fc.assert(
    fc.property(anyNotebook, (given) => {
      const bare = notebook(...given.cells.map(({ source }) => code(source)));
      const read = withOutputs(bare, writeOutputs(given), 'f');
      expect(read.note).toBeUndefined();
      expect(outputsOf(read.notebook)).toEqual(outputsOf(given));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('outputs follow their cell when it moves; those of a changed cell are dropped with a note', () => {
  const side = writeOutputs(notebook(code('a', [printed('1')]), code('b', [printed('2')]), code('c', [printed('3')])));
  const moved = withOutputs(notebook(code('c'), code('new'), code('a')), side, 'x.nfm.outputs.json');
  expect(outputsOf(moved.notebook)).toEqual([[printed('3')], [], [printed('1')]]);
  expect(moved.note).toBe(
    'x.nfm.outputs.json: the outputs of 1 cell are not shown, because the text of these cells has changed or is gone; run them again',
  );
});

test('line ends of the cell do not matter, counts are not kept', () => {
  const result: CellOutput = {
    output_type: 'execute_result',
    execution_count: 7,
    data: { 'text/plain': '1' },
    metadata: {},
  };
  const side = writeOutputs(notebook(code('a\r\nb', [result])));
  expect(side).not.toContain('7,');
  expect(outputsOf(withOutputs(notebook(code('a\nb')), side, 'f').notebook)).toEqual([
    [{ ...result, execution_count: null }],
  ]);
});

test.each([
  ['', 'f: not JSON at 1:1, found the end of the file'],
  ['{ "cells": [', 'f: not JSON at 1:13'],
  ['null', 'f: expected saved outputs with "nfmOutputs": 1, got undefined'],
  ['{"nfmOutputs":2,"cells":[]}', 'got 2'],
  ['{"nfmOutputs":1}', '"cells" must be a list, got undefined'],
  ['{"nfmOutputs":1,"cells":[null]}', 'cell 1: "cell" must be the hash of a text'],
  ['{"nfmOutputs":1,"cells":[{"cell":"a","outputs":[{"output_type":"x"}]}]}', 'cell 1, output 1: "output_type"'],
])('a broken file %j costs the outputs alone, with a sentence', (broken, message) => {
  const given = notebook(code('a'));
  const { notebook: read, note } = withOutputs(given, broken, 'f');
  expect(read).toBe(given);
  expect(note).toContain(message);
  expect(note).toContain('this file was not changed');
});

test('no text makes it throw, or loses a cell', () => {
  const good = writeOutputs(notebook(code('a', [printed('1')])));
  const damaged = fc
    .tuple(fc.nat(good.length), fc.nat(3), fc.string({ maxLength: 3 }))
    .map(([at, cut, put]) => good.slice(0, at) + put + good.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(damaged, fc.json(), fc.string()), (side) => {
      const read = withOutputs(notebook(code('a'), code('b')), side, 'f');
      expect(read.notebook.cells.map(({ source }) => source)).toEqual(['a', 'b']);
      for (const outputs of outputsOf(read.notebook)) expect(Array.isArray(outputs)).toBe(true);
    }),
    { seed: 2, numRuns: 1000 },
  );
});

test('a notebook without outputs has nothing to miss', () => {
  const side = writeOutputs(notebook(code('a')));
  expect(parseOutputs(side, 'f')).toMatchObject([{ outputs: [] }]);
  expect(withOutputs(notebook(), side, 'f').note).toBeUndefined();
});
