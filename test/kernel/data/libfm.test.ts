import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../../src/kernel/data/errors.ts';
import { fileHash } from '../../../src/kernel/data/files.ts';
import { type LibfmOptions, parseLibfm, readLibfm, writeLibfm } from '../../../src/kernel/data/libfm.ts';
import { numberForm } from '../../../src/kernel/data/libfmLine.ts';
import { shortestFloat32 } from '../../../src/kernel/data/libfmText.ts';
import { arbitraryDataset } from './arbitraryDataset.ts';
import { sharedData } from './sharedData.ts';
import { temporaryFolder } from './temporary.ts';

const here = temporaryFolder();
const rowsOf = (text: string, options?: LibfmOptions) => {
  const d = parseLibfm(text, options);
  return Array.from({ length: d.rows }, (_, r) => [
    d.target[r],
    ...Array.from({ length: d.rowStart[r + 1] - d.rowStart[r] }, (_, i) => {
      const e = d.rowStart[r] + i;
      return [d.ids[e], d.values ? d.values[e] : 1];
    }),
  ]);
};
const messageOf = (text: string | Uint8Array, options?: LibfmOptions): string => {
  try {
    parseLibfm(text, options, 'f.libfm');
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as Error).message;
  }
  throw new Error(`no error for ${JSON.stringify(text)}`);
};

describe('libFM text that is read', () => {
  it('reads targets, indices and values of every form of the grammar', () => {
    expect(rowsOf('+1 0:1 2:0.5\n-1.5e1\t3:-.25  4:2. \n 7 12:1e-2\n')).toEqual([
      [1, [0, 1], [2, 0.5]],
      [-15, [3, -0.25], [4, 2]],
      [7, [12, Math.fround(0.01)]],
    ]);
  });

  it('reads CRLF, a byte order mark, blank lines, comments and a last line without line break', () => {
    const text = '\uFEFF# a comment\r\n\r\n1 0:1 # user:7 likes\r\n  \t\n-1 5:1#x\n# end\n1 2:1';
    expect(rowsOf(text)).toEqual([
      [1, [0, 1]],
      [-1, [5, 1]],
      [1, [2, 1]],
    ]);
    expect(parseLibfm(text).report?.lines).toBe(7);
  });

  it('keeps a target without pairs as an empty row', () => {
    const d = parseLibfm('1\n0 \n2 1:1\n');
    expect([...d.rowStart]).toEqual([0, 0, 0, 1]);
    expect([...d.target]).toEqual([1, 0, 2]);
  });

  it('holds no values when all are 1, whatever their spelling', () => {
    expect(parseLibfm('1 0:1 1:1.0 2:+1 3:1e0\n').values).toBeNull();
    expect([...parseLibfm('1 0:1\n1 1:2\n1 0:1\n').values!]).toEqual([1, 2, 1]);
  });

  it('drops and counts explicit zeros, which still count for n', () => {
    const d = parseLibfm('1 0:1 9:0 3:0.0\n1 2:-0 1:1e-60\n');
    expect([...d.rowStart]).toEqual([0, 1, 1]);
    expect(d.report?.zeros).toBe(4);
    expect(d.features).toBe(10);
  });

  it('takes n from the largest index, the option, or all files together', async () => {
    expect(parseLibfm('1 4:1\n').features).toBe(5);
    expect(parseLibfm('1 4:1\n', { features: 9 }).features).toBe(9);
    const [a, b] = await readLibfm([here.write('a.libfm', '1 4:1\n'), here.write('b.libfm', '1 11:1\n')]);
    expect([a.features, b.features]).toEqual([12, 12]);
  });

  it('subtracts 1 with base 1', () => {
    expect(rowsOf('1 1:1 5:2\n', { base: 1 })).toEqual([[1, [0, 1], [4, 2]]]);
  });

  it('reads qid as the group', () => {
    expect([...parseLibfm('1 qid:3 0:1\n0 qid:3\n1 qid:2147483647 1:1\n').group!]).toEqual([3, 3, 2147483647]);
    expect(parseLibfm('1 0:1\n').group).toBeNull();
  });

  it('adds duplicates on request', () => {
    const d = parseLibfm('1 3:1 2:5 3:0.5\n', { duplicates: 'sum' });
    expect([[...d.ids], [...d.values!], d.report?.merged]).toEqual([[3, 2], [1.5, 5], 1]);
  });

  it('skips a header on request, and broken rows with their count', () => {
    expect(rowsOf('rating 0:1\n1 2:1\n', { skipLines: 1 })).toEqual([[1, [2, 1]]]);
    const d = parseLibfm('1 0:1\n1 x\n-1 1:1\n1 2:nan\n', { onError: 'skip' }, 'f.libfm');
    expect([...d.target]).toEqual([1, -1]);
    expect(d.report?.skippedRows).toBe(2);
    expect(d.report?.problems[1]).toBe('f.libfm:4:5: expected a finite value, got "nan"; remove the pair');
  });

  it('reads .gz files', async () => {
    const path = here.write('a.libfm.gz', gzipSync('1 0:1\n-1 1:1\n'));
    expect([...(await readLibfm(path)).target]).toEqual([1, -1]);
  });
});

describe('libFM text that is refused', () => {
  const cases: [text: string, message: string, options?: LibfmOptions][] = [
    [
      'rating 0:1 1:1\n',
      '1:1: expected a number, got "rating" (target is not a number); if this is a header row, use skipLines: 1',
    ],
    ['0:1 1:1\n', '1:1: expected a target, got the pair "0:1"; start each row with its target (label)'],
    ['1 3\n', '1:3: expected index:value, got "3" (missing colon); write index:value, for example 3:1'],
    ['1 3: \n', '1:5: expected a number after "3:" (missing value); write index:value'],
    ['1 :2\n', '1:3: expected index:value, got ":2" (missing index); write the index'],
    ['1 -3:1\n', '1:3: index must be a non-negative decimal integer, got "-3"; number the features from 0'],
    ['1 1.5:1\n', '1:3: index must be a non-negative decimal integer, got "1.5"; number the features from 0'],
    ['1 0x1f:1\n', '1:3: index must be a non-negative decimal integer, got "0x1f"; number the features from 0'],
    ['1 99999999999:1\n', '1:3: expected an index up to 2147483646, got 99999999999; renumber or hash the features'],
    ['1 3:nan\n', '1:5: expected a finite value, got "nan"; remove the pair'],
    ['1 0:1 3:inf\n', '1:9: expected a finite value, got "inf"; remove the pair'],
    ['inf 3:1\n', '1:1: expected a finite target, got "inf"; remove or mend the row'],
    ['1 3:1e50\n', '1:5: expected a value within float32 (up to 3.4e38), got "1e50"; scale it down'],
    ['1 3:1 3:1\n', "1:7: expected each index once in a row, got 3 again; use duplicates: 'sum' to add the values"],
    ['1 3:0 3:1\n', "1:7: expected each index once in a row, got 3 again; use duplicates: 'sum' to add the values"],
    [
      '1 2:3:1\n',
      '1:3: expected index:value, got "2:3:1" in three parts; this is libFFM text (field:index:value), which is not read: drop the field part of every token',
    ],
    [
      '1,3:1\n',
      '1:2: expected spaces between target and pairs, got "1,3:1"; this looks like CSV: read it as CSV, or put spaces between',
    ],
    [
      '1;3:1\n',
      '1:2: expected spaces between target and pairs, got "1;3:1"; this looks like CSV: read it as CSV, or put spaces between',
    ],
    [
      '1 user=5:1\n',
      '1:3: expected index:value, got a name instead of an index ("user=5:1"); put names into CSV columns and read the file as CSV',
    ],
    [
      '1 3:1\n1 5:1\n',
      '2:3: expected an index below 5 (n = 5 features), got 5; declare the full number of features, or use the feature map of this file',
      { features: 5 },
    ],
    ['1 0:1\n', '1:3: expected indices from 1 (base: 1), got 0; use base: 0', { base: 1 }],
    [
      '1 3:1\r 4:1\n',
      '1:6: expected a line break only as LF or CRLF, got a CR inside a line (0x0D); convert line breaks',
    ],
    ['1 3:1\0 4:1\n', '1:6: expected text, got a NUL byte (0x00); save the file as UTF-8 text'],
    [
      '1 3:1\n1 4:',
      '2:3: expected a whole row, got a file that ends inside a pair ("4:"); the copy or download was truncated, fetch it again',
    ],
    [
      '1 3:1\n1 3:1 4',
      '2:7: expected a whole row, got a file that ends inside a pair ("4"); the copy or download was truncated, fetch it again',
    ],
    ['1 3:1 qid:2\n', '1:7: expected qid once, right after the target, got "qid:2"; move it'],
    [
      '1 qid:1 3:1\n1 3:1\n',
      '2:1: expected a qid as in the rows before, got a row without; give every row a qid or none',
    ],
    ['', ' expected at least one row with a target, got no rows; check that this is the right file'],
    [
      '# only a comment\n\n',
      ' expected at least one row with a target, got no rows; check that this is the right file',
    ],
  ];
  for (const [text, message, options] of cases)
    it(JSON.stringify(text), () => expect(messageOf(text, options)).toBe(`f.libfm:${message}`));

  it('gzip and UTF-16 bytes under a text name', () => {
    expect(messageOf(gzipSync('1 0:1\n'))).toContain('gzip bytes (0x1F 0x8B); decompress the file');
    expect(messageOf(Uint8Array.of(0xff, 0xfe, 0x31, 0))).toContain(
      'a UTF-16 mark (0xFF 0xFE); save the file as UTF-8',
    );
  });

  it('lists 20 errors and counts the others, with the place of the first as properties', () => {
    const text = `1 0:1\n${'1 -3:1\n'.repeat(25)}`;
    const lines = messageOf(text).split('\n');
    expect(lines).toHaveLength(21);
    expect(lines[20]).toBe('and 5 more errors in f.libfm');
    expect(() => parseLibfm(text, {}, 'f.libfm')).toThrow(
      expect.objectContaining({ file: 'f.libfm', line: 2, column: 3 }),
    );
  });

  it('a missing file, a folder, a file cut inside gzip data', async () => {
    await expect(readLibfm(here.path('none.libfm'))).rejects.toThrow('got nothing of this name; check the path');
    await expect(readLibfm(here.folder)).rejects.toThrow('got a folder; name a file inside it');
    const cut = here.write('cut.libfm.gz', gzipSync('1 0:1\n'.repeat(99)).subarray(0, 30));
    await expect(readLibfm(cut)).rejects.toThrow('got a file that ends inside it');
    await expect(readLibfm(here.write('x.gz', '1 0:1\n'))).rejects.toThrow('got other bytes; rename the file');
  });

  it('unknown options and wrong values of them', () => {
    const misspelt = { bas: 1 } as LibfmOptions;
    expect(() => parseLibfm('1\n', misspelt)).toThrow('parseLibfm(): unknown option "bas"; did you mean "base"?');
    expect(() => parseLibfm('1\n', { base: 2 as 1 })).toThrow('"base" must be 0 or 1, got 2');
  });
});

describe('libFM text in general', () => {
  it('reads lines across chunk borders as it reads them whole', async () => {
    const line = (i: number) => `${i % 7} ${i}:1 ${i + 5}:0.${i + 1} ${i + 900_000}:1\n`;
    const text = Array.from({ length: 60_000 }, (_, i) => line(i)).join('');
    const long = `1 ${Array.from({ length: 60_000 }, (_, i) => `${i}:${i + 1}`).join(' ')}\n`;
    const d = await readLibfm(here.write('long.libfm', text + long + text));
    expect(d.rows).toBe(120_001);
    expect(d.target.subarray(60_001)).toEqual(d.target.subarray(0, 60_000));
    expect(d.ids.subarray(240_000)).toEqual(d.ids.subarray(0, 180_000));
    expect(d.values![239_999]).toBe(60_000);
    expect(d.rowStart[120_001]).toBe(d.ids.length);
  });

  it('rounds every decimal as Number and float32 do', () => {
    const digits = fc.stringMatching(/^[+-]?\d{1,12}(\.\d{0,20})?(e[+-]?\d{1,2})?$/);
    fc.assert(
      fc.property(digits, (text) => {
        const expected = Math.fround(Number(text));
        fc.pre(Number.isFinite(expected) && numberForm.test(text));
        expect(parseLibfm(`${text} 0:1\n`).target[0]).toBe(expected);
        const d = parseLibfm(`1 0:${text}\n`);
        if (expected === 0) expect(d.ids).toHaveLength(0);
        else expect(d.values?.[0] ?? 1).toBe(expected);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('reads the same from plain lines and from lines that take the full grammar', () => {
    const piece = fc.constantFrom(
      '1',
      '-1',
      ' ',
      '  ',
      '3:1',
      '2:0.5',
      '7:1',
      ':',
      '3',
      '\n',
      '\r\n',
      '.',
      'qid:4',
      'e5',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        const read = (t: string) => {
          try {
            const { report, ...rows } = parseLibfm(t, { onError: 'skip' });
            return { ...rows, skipped: report?.skippedRows, zeros: report?.zeros };
          } catch {
            return 'no rows';
          }
        };
        // A space at the start of a line changes nothing, but the scan of plain lines does not take it.
        const indented = text.split('\n').map((line) => ` ${line}`);
        expect(read(indented.join('\n'))).toEqual(read(text));
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it('reads back what it writes', async () => {
    const path = here.path('random.libfm');
    await fc.assert(
      fc.asyncProperty(arbitraryDataset, async (data) => {
        await writeLibfm(data, path, { comment: 'random rows' });
        const { source: _, report: __, ...read } = await readLibfm(path);
        const { source: ___, ...written } = data;
        expect(read).toEqual(written);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('writes ascending indices and the shortest numbers', async () => {
    const path = here.path('short.libfm');
    await writeLibfm(parseLibfm('0.1 7:0.3333333333 2:1\n-1e30 3:16777216 1:1e-7\n'), path);
    expect(readFileSync(path, 'utf8')).toBe('0.1 2:1 7:0.33333334\n-1e+30 1:1e-7 3:16777216\n');
    expect(shortestFloat32(-0)).toBe('-0');
  });

  it('writes groups as qid, or leaves them out, and refuses rows without one', async () => {
    const path = here.path('groups.libfm');
    const data = parseLibfm('1 qid:4 0:1\n');
    await writeLibfm(data, path);
    expect(readFileSync(path, 'utf8')).toBe('1 qid:4 0:1\n');
    const without = { ...data, group: Int32Array.of(-1) };
    await expect(writeLibfm(without, path)).rejects.toThrow('got -1 in row 0; write with groups: false');
    await writeLibfm(without, path, { groups: false });
    expect(readFileSync(path, 'utf8')).toBe('1 0:1\n');
  });

  it('keeps the old file when writing fails', async () => {
    const path = here.write('old.libfm', '1 0:1\n');
    const broken = { ...parseLibfm('1 0:1\n2 1:1\n'), target: Float32Array.of(1, Number.NaN) };
    await expect(writeLibfm(broken, path)).rejects.toThrow('got NaN in row 1');
    expect(readFileSync(path, 'utf8')).toBe('1 0:1\n');
    expect((await readdir(here.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

const train = sharedData('frappe/frappe.train.libfm');
const validation = sharedData('frappe/frappe.validation.libfm');
describe.skipIf(!train || !validation)('the Frappe files', () => {
  it('have the known hashes and counts', async () => {
    expect(await fileHash(train!)).toBe('0d7f6dca36dc1c4668b5b4dcc57d57a439173cdaf224d5fc3ae0a44b5ef850fd');
    expect(await fileHash(validation!)).toBe('fdf4be563a7dd9b15f7a6e8b32671e90e6e7a2a2bd3af4e10bf13c5ad7e76e9e');
    const [a, b] = await readLibfm([train!, validation!]);
    expect([a.rows, b.rows, a.features, b.features]).toEqual([202_027, 57_722, 5382, 5382]);
    expect([a.values, b.values]).toEqual([null, null]);
    expect([a.ids.length, b.ids.length]).toEqual([2_020_270, 577_220]);
    expect(a.target.filter((y) => y === 1)).toHaveLength(67_604);
    expect(b.target.filter((y) => y === 1)).toHaveLength(19_063);
    expect(new Set(a.ids).size).toBe(5379);
    expect(new Set([...a.ids, ...b.ids]).size).toBe(5382);
  });
});
