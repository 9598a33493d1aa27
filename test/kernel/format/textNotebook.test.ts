import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  notebookOfText,
  parseTextNotebook,
  type TextNotebookCell,
  textOfNotebook,
  writeTextNotebook,
} from '../../../src/kernel/format/textNotebook.ts';

const withoutRaw = (cells: readonly TextNotebookCell[]) => cells.map(({ raw: _, ...cell }) => cell);

/** Texts rich in what the format has to get right: markers, escapes, comments, line ends, a byte-order mark. */
const text = fc
  .array(
    fc.constantFrom(
      '// %%',
      '// \\%%',
      '// \\\\%%',
      '// %% [markdown]',
      ' tags=["a"]',
      'title="x"',
      '//',
      '// ',
      '%%',
      'x',
      ' ',
      '\n',
      '\n',
      '\n',
      '\r\n',
      '\r',
      '\uFEFF',
      '\u2028',
      'é😀',
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

const cell = fc.record({
  kind: fc.constantFrom('code' as const, 'markdown' as const),
  source: text,
  title: text,
  tags: fc.array(text, { maxLength: 2 }),
});

test('reading and writing any text gives it back byte for byte', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (given) => {
      expect(writeTextNotebook(parseTextNotebook(given))).toBe(given);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('writing and reading any cells gives them back', () => {
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 4 }), (cells) => {
      expect(withoutRaw(parseTextNotebook(writeTextNotebook(cells)))).toEqual(cells);
    }),
    { seed: 2, numRuns: 2000 },
  );
});

test('changing, moving and adding cells of a file that was read gives what was meant', () => {
  fc.assert(
    fc.property(text, cell, fc.nat(), fc.nat(), (given, added, at, change) => {
      const cells = parseTextNotebook(given)
        .toReversed()
        .toSpliced(at % 4, 0, added);
      const index = change % cells.length;
      const edited = cells.with(index, { ...cells[index], source: `${cells[index].source}!` });
      const withLf = (text: string) => text.replaceAll('\r\n', '\n');
      const meant = withoutRaw(edited).map((each) => ({ ...each, source: withLf(each.source) }));
      const read = withoutRaw(parseTextNotebook(writeTextNotebook(edited)));
      expect(read.map((each) => ({ ...each, source: withLf(each.source) }))).toEqual(meant);
      if (!/\r\n/.test(given)) expect(read).toEqual(withoutRaw(edited));
    }),
    { seed: 3, numRuns: 2000 },
  );
});

test('changed and added cells get the line ends of the file', () => {
  const cells = parseTextNotebook('// %%\r\na\r\nb\r\n\r\n// %%\r\nc\r\n');
  const added = { kind: 'markdown' as const, source: 'x\ny', title: '', tags: [] };
  expect(writeTextNotebook([{ ...cells[0], source: 'a\nb' }, { ...cells[1], source: 'c\nd' }, added])).toBe(
    '// %%\r\na\r\nb\r\n\r\n// %%\r\nc\r\nd\r\n\r\n// %% [markdown]\r\n// x\r\n// y\r\n',
  );
});

test('what it looks like', () => {
  const file = [
    '// before the first marker',
    '// %% Load the data tags=["parameters"]',
    "const path = 'train.libfm';",
    '',
    '// %% [markdown] Notes',
    '// ## Results',
    '//',
    '// text',
    '',
    '// %%',
    '// \\%% not a marker',
    '',
  ].join('\n');
  const cells = parseTextNotebook(file);
  expect(withoutRaw(cells)).toEqual([
    { kind: 'code', title: '', tags: [], source: '// before the first marker' },
    { kind: 'code', title: 'Load the data', tags: ['parameters'], source: "const path = 'train.libfm';" },
    { kind: 'markdown', title: 'Notes', tags: [], source: '## Results\n\ntext' },
    { kind: 'code', title: '', tags: [], source: '// %% not a marker' },
  ]);
  expect(writeTextNotebook(withoutRaw(cells))).toBe(`// %%\n${file.replace('marker\n', 'marker\n\n')}`);
});

test('to a notebook and back', () => {
  const file = '// %% Title tags=["parameters"]\nconst a = 1;\n\n// %% [markdown]\n// text\n';
  const notebook = notebookOfText(file);
  expect(notebook.cells.map((c) => [c.cell_type, c.source, c.metadata])).toEqual([
    ['code', 'const a = 1;', { tags: ['parameters'], title: 'Title' }],
    ['markdown', 'text', {}],
  ]);
  expect(textOfNotebook(notebook)).toBe(file);
  expect(notebookOfText('').cells).toEqual([]);
});
