import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type CsvOptions, parseCsv, readCsv } from '../../../src/kernel/data/csv.ts';
import { concatTables, numbersOf, type Table, tableOf } from '../../../src/kernel/data/table.ts';
import { sharedData } from './sharedData.ts';
import { temporaryFolder } from './temporary.ts';

const here = temporaryFolder();
const cellsOf = (table: Table): Record<string, (string | number | null)[]> =>
  Object.fromEntries(
    [...table.columns].map(([name, column]) => [
      name,
      column.kind === 'text' ? Array.from(column.codes, (c) => column.values[c] ?? null) : [...column.numbers],
    ]),
  );

describe('separated text that is read', () => {
  it('reads quotes, doubled quotes, separators and line breaks inside quotes, empty cells, blank lines', () => {
    const table = parseCsv('a,b\n1,"x, ""y""\nz"\n\n2,\n"",w\n');
    expect(cellsOf(table)).toEqual({ a: ['1', '2', null], b: ['x, "y"\nz', null, 'w'] });
    expect([...table.lines]).toEqual([2, 5, 6]);
  });

  it('reads CRLF, a byte order mark, a last line without line break, one column', () => {
    expect(cellsOf(parseCsv('\uFEFFa,b\r\n1,2\r\n3,4'))).toEqual({ a: ['1', '3'], b: ['2', '4'] });
    expect(cellsOf(parseCsv('a\nx\ny\n'))).toEqual({ a: ['x', 'y'] });
  });

  it('keeps text as it is', () => {
    expect(cellsOf(parseCsv('zip\n007\n 7.0\n')).zip).toEqual(['007', ' 7.0']);
  });

  it('knows no quotes with other separators, and separators of several characters', async () => {
    const path = here.write('a.tsv', 'a\tb\n"x\ty"\n');
    expect(cellsOf(await readCsv(path))).toEqual({ a: ['"x'], b: ['y"'] });
    const dat = parseCsv('1::Alien (1979)::Horror|Sci-Fi\n', { separator: '::', columns: ['id', 'title', 'genres'] });
    expect(cellsOf(dat)).toEqual({ id: ['1'], title: ['Alien (1979)'], genres: ['Horror|Sci-Fi'] });
  });

  it('gives the rest to the column that may contain the separator', () => {
    const options = { separator: ';', columns: ['user', 'movie', 'tag', 'time'], restOf: 'tag', numbers: ['time'] };
    expect(cellsOf(parseCsv('1;2;a;b;;9\n1;3;c;8\n', options))).toEqual({
      user: ['1', '1'],
      movie: ['2', '3'],
      tag: ['a;b;', 'c'],
      time: [9, 8],
    });
  });

  it('reads numbers, keeps only the columns asked for, and lists the others', () => {
    const table = parseCsv('a,b,c,d\n1,-2.5e1,x,\n', { only: ['b', 'd'], numbers: ['b', 'd'] });
    expect(cellsOf(table)).toEqual({ b: [-25], d: [Number.NaN] });
    expect(table.ignored).toEqual(['a', 'c']);
  });

  it('reads files as it reads text, in chunks, gzip and latin1 too', async () => {
    const text = `a,b\n${Array.from({ length: 15_000 }, (_, i) => `${i},"${'é'.repeat(50)} ${i % 10}"`).join('\n')}\n`;
    const whole = parseCsv(text, { numbers: ['a'] });
    expect(whole.rows).toBe(15_000);
    for (const [name, bytes, encoding] of [
      ['u.csv', Buffer.from(text), 'utf8'],
      ['u.csv.gz', gzipSync(text), 'utf8'],
      ['l.csv', Buffer.from(text, 'latin1'), 'latin1'],
    ] as const) {
      const { source: _, ...read } = await readCsv(here.write(name, bytes), { numbers: ['a'], encoding });
      const { source: __, ...expected } = whole;
      expect(read).toEqual(expected);
    }
  });
});

describe('separated text that is refused', () => {
  const cases: [string, string, CsvOptions?][] = [
    [
      'a,b\n1,2\n1,2,3\n',
      ':3: expected 2 cells, got 3; check the separator, or name the column that contains it as restOf',
    ],
    ['a,b\n1\n', ':2: expected 2 cells, got 1; check the separator'],
    ['a,b\n"x\n\ny",2\n1\n', ':5: expected 2 cells, got 1; check the separator'],
    ['a;b;c\n1;2\n', ':2: expected 3 cells, got 2; check the separator', { separator: ';', restOf: 'b' }],
    ['a,a\n1,2\n', ':1: expected different column names, got "a" twice; rename one'],
    ['a,\n1,2\n', ':1: expected a name for column 2, got none; name it, or give columns'],
    ['', ': expected a header row, got an empty file; check the file'],
    ['a,b\n', ': expected at least one row below the header, got no rows; check the file'],
    ['a,b\n1,2\n3,"4\n5,6\n', ':3: expected a closing quote, got the end of the file; close it'],
    [
      'a,b\n1,12px\n',
      ':2: expected a number in column "b", got "12px"; mend the cell or read the column as categorical',
      { numbers: ['b'] },
    ],
    [
      'user,rating\n1,2\n',
      ': expected a column "ratng", got the columns "user", "rating"; did you mean "rating"?',
      { only: ['ratng'] },
    ],
  ];
  for (const [text, message, options] of cases)
    it(JSON.stringify(text), () => expect(() => parseCsv(text, options, 'f.csv')).toThrow(`f.csv${message}`));

  it('quotes inside a cell', () => {
    expect(() => parseCsv('a,b\n1,x"y"\n', {}, 'f.csv')).toThrow(/^f\.csv:2: expected quotes only around whole cells/);
  });

  it('bytes that are no UTF-8, with the line and the way out', async () => {
    const path = here.write('bad.csv', Buffer.from('a,b\n1,x\n2,\xe9\n', 'latin1'));
    await expect(readCsv(path)).rejects.toThrow(/bad\.csv:3: expected UTF-8 text, .*use encoding: 'latin1'/);
    const cut = here.write('cut.csv', Buffer.from('a,b\n1,é').subarray(0, 7));
    await expect(readCsv(cut)).rejects.toThrow('expected UTF-8 text');
  });

  it('gzip under a text name, a missing file, an unknown option', async () => {
    await expect(readCsv(here.write('z.csv', gzipSync('a,b\n')))).rejects.toThrow('gzip bytes (0x1F 0x8B)');
    await expect(readCsv(here.path('none.csv'))).rejects.toThrow('got nothing of this name');
    expect(() => parseCsv('a\n1\n', { seperator: ';' } as CsvOptions)).toThrow('did you mean "separator"?');
  });
});

describe('tables', () => {
  it('are made of plain objects', () => {
    expect(
      cellsOf(
        tableOf([
          { a: 1, b: 'x' },
          { a: true, b: null },
        ]),
      ),
    ).toEqual({ a: ['1', 'true'], b: ['x', null] });
    expect(() => tableOf([{ a: 1 }, { a: 1, b: 2 }])).toThrow('rows:2: expected the columns of row 1, got "b" too');
    expect(() => tableOf([{ a: [1] }])).toThrow('rows:1: expected a text, a number or a boolean in column "a"');
  });

  it('are put below each other', () => {
    const both = concatTables([
      parseCsv('a,n\nx,1\ny,2\n', { numbers: ['n'] }),
      parseCsv('n,a\n3,y\n4,\n', { numbers: ['n'] }),
    ]);
    expect(cellsOf(both)).toEqual({ a: ['x', 'y', 'y', null], n: [1, 2, 3, 4] });
    expect([...numbersOf(both, 'n')]).toEqual([1, 2, 3, 4]);
    expect([...both.lines]).toEqual([2, 3, 2, 3]);
  });
});

const tags = sharedData('ml-10m-tags/tags.dat');
it.skipIf(!tags)('reads the tag file, whose tags contain the separator on 44 lines', async () => {
  const table = await readCsv(tags!, {
    separator: ';',
    columns: ['user', 'movie', 'tag', 'time'],
    restOf: 'tag',
    numbers: ['time'],
  });
  expect(table.rows).toBe(95_580);
  const tag = table.columns.get('tag')!;
  const user = table.columns.get('user')!;
  if (tag.kind !== 'text' || user.kind !== 'text') throw new Error('expected text columns');
  expect([user.values.length, tag.values.length]).toEqual([4009, 16_529]);
  const withSeparator = tag.values.map((value) => value.includes(';'));
  expect(tag.codes.filter((code) => withSeparator[code])).toHaveLength(44);
  const times = numbersOf(table, 'time');
  expect([times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))]).toEqual([
    1_135_313_387, 1_231_128_790,
  ]);
});

const ratings = sharedData('ml-100k/u.data');
const items = sharedData('ml-100k/u.item');
describe.skipIf(!ratings || !items)('MovieLens 100K', () => {
  it('has 100,000 ratings', async () => {
    const table = await readCsv(ratings!, {
      separator: '\t',
      columns: ['user', 'item', 'rating', 'time'],
      numbers: ['rating'],
    });
    const counts = new Map<number, number>();
    for (const y of numbersOf(table, 'rating')) counts.set(y, (counts.get(y) ?? 0) + 1);
    expect([1, 2, 3, 4, 5].map((y) => counts.get(y))).toEqual([6110, 11_370, 27_145, 34_174, 21_201]);
  });

  it('has movie titles in latin1, refused as UTF-8', async () => {
    const columns = Array.from({ length: 24 }, (_, i) => `c${i}`);
    await expect(readCsv(items!, { separator: '|', columns })).rejects.toThrow('u.item:543: expected UTF-8 text');
    expect((await readCsv(items!, { separator: '|', columns, encoding: 'latin1' })).rows).toBe(1682);
  });
});
