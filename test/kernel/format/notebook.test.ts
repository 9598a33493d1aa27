import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from '../../../src/kernel/format/jsonPosition.ts';
import {
  languageOf,
  type Notebook,
  NotebookError,
  newNotebook,
  parseNotebook,
  tagsOf,
  writeNotebook,
} from '../../../src/kernel/format/notebook.ts';

/** Any JSON value, as `JSON.parse` gives it. */
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const metadata = fc.dictionary(fc.string(), json, { maxKeys: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
const text = fc
  .array(fc.constantFrom('a', '"', '\\', '\n', '\r\n', 'é', '😀', '\u2028', ' '), { maxLength: 12 })
  .map((c) => c.join(''));
const data = fc.record(
  { 'text/plain': text, 'text/html': text, 'image/png': fc.base64String(), 'application/vnd.nfm.run.v1+json': json },
  { requiredKeys: ['text/plain'] },
);
const output = fc.oneof(
  fc.record({ output_type: fc.constant('stream'), name: fc.constantFrom('stdout', 'stderr'), text }),
  fc.record({ output_type: fc.constant('display_data'), data, metadata }),
  fc.record({ output_type: fc.constant('execute_result'), execution_count: fc.nat(), data, metadata }),
  fc.record({
    output_type: fc.constant('error'),
    ename: text,
    evalue: text,
    traceback: fc.array(text, { maxLength: 3 }),
  }),
);
const foreign = fc.record({ id: fc.string({ minLength: 1 }), 'other program': json }, { requiredKeys: [] });
const cell = fc.oneof(
  fc
    .tuple(foreign, metadata, text, fc.option(fc.nat()), fc.array(output, { maxLength: 3 }))
    .map(([rest, meta, source, execution_count, outputs]) => ({
      ...rest,
      cell_type: 'code',
      metadata: meta,
      source,
      execution_count,
      outputs,
    })),
  fc
    .tuple(foreign, fc.constantFrom('markdown', 'raw'), metadata, text, metadata)
    .map(([rest, cell_type, meta, source, attachments]) => ({
      ...rest,
      cell_type,
      metadata: meta,
      source,
      attachments,
    })),
);
const notebook = fc
  .tuple(metadata, fc.array(cell, { maxLength: 4 }), fc.nat(9), foreign)
  .map(
    ([meta, cells, nbformat_minor, rest]) =>
      ({ ...rest, nbformat: 4, nbformat_minor, metadata: meta, cells }) as unknown as Notebook,
  );

test('writing and reading gives the same notebook, whatever other programs put into it', () => {
  fc.assert(
    fc.property(notebook, (given) => {
      const written = writeNotebook(given);
      expect(parseNotebook(written)).toEqual(given);
      expect(writeNotebook(parseNotebook(written))).toBe(written);
    }),
    { seed: 4, numRuns: 200 },
  );
});

test('texts are lines in the file; base64 and JSON are not', () => {
  const written = JSON.parse(
    writeNotebook({
      ...newNotebook(),
      cells: [
        {
          cell_type: 'code',
          metadata: {},
          source: 'a\nb',
          execution_count: 1,
          outputs: [
            {
              output_type: 'display_data',
              data: { 'text/plain': 'x\ny\n', 'image/png': 'AAAA', 'application/json': ['x', 'y'] },
              metadata: {},
            },
          ],
        },
      ],
    }),
  );
  expect(written.cells[0].source).toEqual(['a\n', 'b']);
  expect(written.cells[0].outputs[0].data).toEqual({
    'text/plain': ['x\n', 'y\n'],
    'image/png': 'AAAA',
    'application/json': ['x', 'y'],
  });
});

test('zero bytes are a new notebook', () => {
  expect(parseNotebook('')).toEqual(newNotebook());
  expect(newNotebook().metadata.language_info).toMatchObject({ name: 'typescript' });
});

test('a byte-order mark is no fault', () => {
  expect(parseNotebook(`\uFEFF${writeNotebook(newNotebook())}`)).toEqual(newNotebook());
});

test.each([
  ['{"cells": [\n  {"cell_type": }\n]}', 'a.ipynb:2:17: not JSON, found "}"'],
  ['hello', 'a.ipynb:1:1: not JSON, found "hello"'],
  ['{\n<<<<<<< HEAD\n "a": 1}', 'a.ipynb:2:1: not JSON, found "<<<<<<< HEAD"'],
  ['{"nbformat": 4, "cells": [', 'a.ipynb:1:27: not JSON, found the end of the file'],
  ['   ', 'a.ipynb:1:4: not JSON, found the end of the file'],
  ['[1, 2]', 'a.ipynb: not a notebook: expected an object with "cells", got [1,2] (array)'],
  ['{"a": 1}', 'a.ipynb: not a notebook: it is JSON, but has no "nbformat"'],
  ['{"nbformat": 3, "worksheets": []}', 'expected nbformat 4, got 3 (number); convert it with "jupyter nbconvert'],
  ['{"nbformat": 4}', 'a.ipynb: "cells" must be a list, got undefined'],
  ['{"nbformat": 4, "cells": [5]}', 'a.ipynb: cell 1: expected an object, got 5 (number)'],
  [
    '{"nbformat": 4, "cells": [{"cell_type": "sql"}]}',
    'cell 1: "cell_type" must be "code", "markdown" or "raw", got "sql"',
  ],
  [
    '{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}',
    'cell 1: "source" must be text or lines, got 5 (number)',
  ],
  [
    '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "outputs": [{"output_type": "pyout"}]}]}',
    'cell 1: output 1: "output_type" must be stream, display_data, execute_result or error, got "pyout" (string)',
  ],
])('a file that is not a notebook is an error: %s', (file, message) => {
  expect(() => parseNotebook(file, 'a.ipynb')).toThrow(message);
  expect(() => parseNotebook(file, 'a.ipynb')).toThrow(NotebookError);
});

test('the finder of faults agrees with JSON.parse', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"\\u00e9"',
    '"\\x"',
    '1',
    '-0.5e+3',
    '01',
    '.',
    'true',
    'null',
    'nul',
    ' ',
    '\n',
    '\t',
    '"\n"',
    '\u00a0',
  );
  const isJson = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 8 }).map((p) => p.join('')),
        fc.json(),
      ),
      (text) => {
        expect(jsonFault(text) === undefined).toBe(isJson(text));
      },
    ),
    { seed: 5, numRuns: 2000 },
  );
});

test('language and tags of a cell', () => {
  const code = { cell_type: 'code', metadata: {}, source: '', execution_count: null, outputs: [] } as const;
  const own = { ...code, metadata: { vscode: { languageId: 'nfm-ts' }, tags: ['parameters', 5] } };
  expect(languageOf(newNotebook(), code)).toBe('typescript');
  expect(languageOf({ ...newNotebook(), metadata: { language_info: { name: 'python' } } }, code)).toBe('python');
  expect(languageOf(newNotebook(), own)).toBe('nfm-ts');
  expect([tagsOf(code), tagsOf(own)]).toEqual([[], ['parameters']]);
});
