/**
 * `load`: files to the rows that train, choose and test, with a data card. It only puts the readers, the dictionary
 * and the splits together; each can be called alone.
 */

import { OptionError, oneOf, readOptions, text, value } from '../base/options.ts';
import { type CsvOptions, readCsv } from './csv.ts';
import { type DataCard, dataCard, type FileCard, printDataCard } from './dataCard.ts';
import type { Dataset, Split } from './dataset.ts';
import { fitDictionary } from './dictionary.ts';
import { encode } from './encode.ts';
import { DataError, dataError } from './errors.ts';
import { type FeatureMap, readFeatureMap } from './featureMap.ts';
import { entriesInField, groupByField } from './fields.ts';
import { fileHash, readChunks } from './files.ts';
import { inferSchema } from './inferSchema.ts';
import { type LibfmOptions, readLibfm } from './libfm.ts';
import { columnsOf, type Schema } from './schema.ts';
import { type RatioOptions, type RowSplit, splitByGroup, splitByTime, splitDataset, splitRandom } from './split.ts';
import { columnOf, concatTables, numbersOf, type Table } from './table.ts';

/** How one file is split: at random, whole groups of a field at random, or by a time column of a table. */
export type SplitBy =
  | ({ readonly by: 'random' } & RatioOptions)
  | ({ readonly by: 'group'; readonly field: string } & RatioOptions)
  | { readonly by: 'time'; readonly column: string; readonly validationFrom: number; readonly testFrom?: number };

export interface LoadOptions {
  /** File of the validation rows, where the split is given. */
  readonly validation?: string;
  readonly test?: string;
  /** How to split the one file; default all rows train. */
  readonly split?: SplitBy;
  /** Default by extension (`.csv`, `.tsv`, `.libfm`, `.svm`, `.svmlight`, also with `.gz`), else by content. */
  readonly format?: 'libfm' | 'csv';
  /** What the columns of a table mean; needed for CSV. */
  readonly schema?: Schema;
  /** Names of libFM features, or the file that holds them. */
  readonly featureMap?: FeatureMap | string;
  /** The field whose values are the groups of GAUC and ranking metrics, for example user. */
  readonly groupBy?: string;
  /** Under which terms the rows may be used: a licence, a sentence. Kept in data cards and run records. */
  readonly terms?: string;
  readonly csv?: CsvOptions;
  readonly libfm?: LibfmOptions;
}

export interface LoadedData extends Split {
  readonly card: DataCard;
  /** The card as text. */
  toString(): string;
}

/**
 * Loads a data set: one file, or training, validation and test files of one id space.
 * @throws DataError, OptionError
 */
export async function load(path: string, options?: LoadOptions): Promise<LoadedData> {
  const isObject = (v: unknown): boolean => typeof v === 'object' && v !== null;
  const read = readOptions('load()', options, {
    validation: text(undefined),
    test: text(undefined),
    split: value<SplitBy>('{ by: "random" | "group" | "time", ... }', isObject, undefined),
    format: oneOf(['libfm', 'csv'], undefined),
    schema: value<Schema>('a schema from defineSchema()', isObject, undefined),
    featureMap: value<FeatureMap | string>(
      'a feature map or a path',
      (v) => isObject(v) || typeof v === 'string',
      undefined,
    ),
    groupBy: text(undefined),
    terms: text(undefined),
    csv: value<CsvOptions>('options of readCsv()', isObject, undefined),
    libfm: value<LibfmOptions>('options of readLibfm()', isObject, undefined),
  });
  const given = read.validation !== undefined || read.test !== undefined;
  if (given && read.split) throw new OptionError('load(): "split" and given files exclude each other; leave one out');
  const format = read.format ?? (await formatOf(path));
  if (format === 'libfm' && read.schema)
    throw new OptionError('load(): "schema" is for tables, but this is libFM text; give "featureMap" for names');
  const split = await (format === 'libfm' ? loadLibfm : loadCsv)(path, read);
  const { groupBy, terms } = read;
  const named = terms === undefined ? split : eachPart(split, (data) => ({ ...data, terms }));
  const grouped = groupBy === undefined ? named : eachPart(named, (data) => groupByField(data, groupBy));
  const files: FileCard[] = [];
  for (const file of Object.values(givenPaths(path, read))) files.push({ path: file, sha256: await fileHash(file) });
  const card = dataCard(grouped, files);
  return { ...grouped, card, toString: () => printDataCard(card) };
}

async function loadLibfm(path: string, options: LoadOptions): Promise<Split> {
  const featureMap =
    typeof options.featureMap === 'string' ? await readFeatureMap(options.featureMap) : options.featureMap;
  const paths = givenPaths(path, options);
  const datasets = await readLibfm(Object.values(paths), { ...options.libfm, ...(featureMap ? { featureMap } : {}) });
  const { split } = options;
  if (!split) return Object.fromEntries(Object.keys(paths).map((part, i) => [part, datasets[i]])) as unknown as Split;
  const [data] = datasets;
  if (split.by === 'time')
    throw new OptionError('load(): libFM text has no time column; split it by "random" or "group", or give the files');
  return splitDataset(
    data,
    splitRows(split, data.rows, (field) => entriesInField(data, field).map((e) => data.ids[e] ?? -1)),
  );
}

async function loadCsv(path: string, options: LoadOptions): Promise<Split> {
  const { schema, split } = options;
  if (!schema) {
    const { reasons } = inferSchema(await readCsv(path, options.csv));
    throw dataError(
      path,
      0,
      0,
      `expected a schema for this table, got none; a proposal to check:\n  ${reasons.join('\n  ')}`,
    );
  }
  const wanted = columnsOf(schema);
  const only = [
    ...wanted.only,
    ...(split?.by === 'time' ? [split.column] : split?.by === 'group' ? [split.field] : []),
  ];
  const csv = { numbers: wanted.numbers, only: [...new Set(only)], ...options.csv };
  const paths = givenPaths(path, options);
  const tables: Table[] = [];
  for (const file of Object.values(paths)) tables.push(await readCsv(file, csv));
  const [train] = tables;
  if (!split) {
    const dictionary = fitDictionary(schema, schema.dictionary === 'all' ? concatTables(tables) : train);
    const parts = Object.keys(paths).map((part, i) => [part, encode(tables[i], dictionary)]);
    return Object.fromEntries(parts) as unknown as Split;
  }
  const rows =
    split.by === 'time'
      ? splitByTime(numbersOf(train, split.column), cutsOf(split))
      : splitRows(split, train.rows, (field) => codesOf(train, field));
  const dictionary = fitDictionary(schema, train, schema.dictionary === 'all' ? undefined : rows.train);
  const part = (list: Int32Array): Dataset | undefined =>
    list.length > 0 ? encode(train, dictionary, list) : undefined;
  const [validation, test] = [part(rows.validation), part(rows.test)];
  return { train: encode(train, dictionary, rows.train), ...(validation && { validation }), ...(test && { test }) };
}

function splitRows(split: SplitBy, rows: number, groupsOf: (field: string) => ArrayLike<number>): RowSplit {
  const { by, ...rest } = split as { by: string; field?: string } & RatioOptions;
  if (by === 'random') return splitRandom(rows, rest);
  const { field, ...ratios } = rest;
  if (by !== 'group' || field === undefined)
    throw new OptionError('load(): "split" must be by "random", "group" (with "field") or "time" (with "column")');
  return splitByGroup(groupsOf(field), ratios);
}

const cutsOf = ({ by: _, column: __, ...cuts }: Extract<SplitBy, { by: 'time' }>) => cuts;

/** Each distinct cell of a column as a number. */
function codesOf(table: Table, name: string): ArrayLike<number> {
  const column = columnOf(table, name);
  return column.kind === 'text' ? column.codes : column.numbers;
}

const givenPaths = (train: string, { validation, test }: LoadOptions): Readonly<Record<string, string>> => ({
  train,
  ...(validation === undefined ? {} : { validation }),
  ...(test === undefined ? {} : { test }),
});

const eachPart = (split: Split, change: (data: Dataset) => Dataset): Split => ({
  train: change(split.train),
  ...(split.validation && { validation: change(split.validation) }),
  ...(split.test && { test: change(split.test) }),
});

/** The format by the name, or by the first lines where the name says nothing. */
export async function formatOf(path: string): Promise<'libfm' | 'csv'> {
  const extension = /\.(\w+)(\.gz)?$/.exec(path)?.[1]?.toLowerCase();
  if (extension === 'csv' || extension === 'tsv') return 'csv';
  if (extension === 'libfm' || extension === 'svm' || extension === 'svmlight') return 'libfm';
  if (extension === 'jsonl' || extension === 'parquet')
    throw new DataError(
      `${path}: expected libFM text or a separated table, got .${extension}; export the table as CSV`,
      path,
    );
  for await (const chunk of readChunks(path)) {
    const start = Buffer.from(chunk.subarray(0, 4096)).toString('latin1');
    const row = start.split(/\r?\n/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
    // A table starts with the names of its columns; a target, or pairs, start libFM text, even where a pair is broken.
    const targetOrPairs = /^\s*[-+]?[.\d]\S*(\s|$)|^\s*\S+([ \t]+\S+:\S*)+\s*(#.*)?$/;
    return targetOrPairs.test(row) && !/[,;|]|::/.test(row) ? 'libfm' : 'csv';
  }
  return 'libfm';
}
