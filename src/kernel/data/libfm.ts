/**
 * libFM and libSVM text: reading and writing `target index:value ...` (Rendle's libFM manual; SVMlight's `qid:` and
 * comments are read too). Files are streamed, never held as text.
 */

import { boolean, integer, OptionError, oneOf, readOptions, text, value } from '../base/options.ts';
import type { Dataset } from './dataset.ts';
import { DataError, dataError } from './errors.ts';
import type { FeatureMap } from './featureMap.ts';
import { readChunks, writeFileAtomically } from './files.ts';
import { LibfmScanner } from './libfmScanner.ts';
import { libfmLines } from './libfmText.ts';

/** How libFM text is read. */
export interface LibfmOptions {
  /** Smallest index of the files: 0 as libFM writes (default), 1 as libSVM and SVMlight do (subtracted from each). */
  readonly base?: 0 | 1;
  /** Number of features n; default 1 + the largest index over all files read together. */
  readonly features?: number;
  /** Names of the features; fixes n and gives the fields. */
  readonly featureMap?: FeatureMap;
  /** A repeated index in a row is an error (default) or adds its value. */
  readonly duplicates?: 'error' | 'sum';
  /** Broken rows stop the reading (default) or are left out and counted in the data set's `report`. */
  readonly onError?: 'error' | 'skip';
  /** Lines to leave out at the top of each file, for example 1 for a header row; default 0. */
  readonly skipLines?: number;
}

/**
 * Reads one libFM file, or several of one data set, which then share one id space.
 * @throws DataError with file, line and column of the first 20 broken rows; OptionError
 */
export async function readLibfm(path: string, options?: LibfmOptions): Promise<Dataset>;
export async function readLibfm(paths: readonly string[], options?: LibfmOptions): Promise<Dataset[]>;
export async function readLibfm(paths: string | readonly string[], options?: LibfmOptions) {
  const read = readerOptions('readLibfm()', options);
  const files: Scanned[] = [];
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    const scanner = new LibfmScanner(path, read);
    for await (const chunk of readChunks(path)) scanner.push(chunk);
    files.push(finish(scanner));
  }
  const datasets = inOneSpace(files, read);
  return typeof paths === 'string' ? datasets[0] : datasets;
}

/**
 * Reads libFM text from memory.
 * @param source how messages and the data set call it
 * @throws DataError, OptionError
 */
export function parseLibfm(bytes: Uint8Array | string, options?: LibfmOptions, source = 'libFM text'): Dataset {
  const read = readerOptions('parseLibfm()', options);
  const scanner = new LibfmScanner(source, read);
  scanner.push(typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes);
  return inOneSpace([finish(scanner)], read)[0];
}

/**
 * Writes a data set as libFM text: indices ascending from 0, the shortest numbers that read back to the same float32,
 * LF, and `qid:` where the data set has groups (off with `groups: false`). The file appears whole or not at all.
 * @param options `comment`: a text for the first line, after `# `
 */
export async function writeLibfm(
  dataset: Dataset,
  path: string,
  options?: { readonly comment?: string; readonly groups?: boolean },
): Promise<void> {
  const { comment, groups } = readOptions('writeLibfm()', options, { comment: text(''), groups: boolean(true) });
  if (/[\r\n]/.test(comment)) throw new OptionError('writeLibfm(): "comment" must be one line');
  await writeFileAtomically(path, libfmFile(dataset, comment, groups));
}

function* libfmFile(dataset: Dataset, comment: string, groups: boolean): Generator<string, void, undefined> {
  if (comment !== '') yield `# ${comment}\n`;
  yield* libfmLines(dataset, groups);
}

type ReaderOptions = ReturnType<typeof readerOptions>;
type Scanned = ReturnType<typeof finish>;

function readerOptions(call: string, options: LibfmOptions | undefined) {
  const read = readOptions(call, options, {
    base: value<0 | 1, 0>('0 or 1', (v) => v === 0 || v === 1, 0),
    features: integer(null, { min: 1, max: 0x7fffffff }),
    featureMap: value<FeatureMap>('a feature map from readFeatureMap()', isFeatureMap, undefined),
    duplicates: oneOf(['error', 'sum'], 'error' as const),
    onError: oneOf(['error', 'skip'], 'error' as const),
    skipLines: integer(0, { min: 0 }),
  });
  const mapped = read.featureMap?.features;
  if (mapped !== undefined && read.features !== null && read.features !== mapped)
    throw new OptionError(`${call}: "features" is ${read.features}, but the feature map has ${mapped}; leave it out`);
  return { ...read, features: mapped ?? read.features };
}

const isFeatureMap = (v: unknown): boolean => typeof v === 'object' && v !== null && 'features' in v && 'fields' in v;

function finish(scanner: LibfmScanner) {
  scanner.end();
  const { problems, line, zeros, merged, largest } = scanner.rows;
  const read = scanner.rows.finish();
  const source = problems.file;
  if (read.rows === 0 && problems.count > 0)
    throw new DataError(`${problems.texts().join('\n')}\n${source}: no rows are left; mend the file`, source);
  if (read.rows === 0)
    throw dataError(
      source,
      0,
      0,
      'expected at least one row with a target, got no rows; check that this is the right file',
    );
  const report = { lines: line, skippedRows: problems.count, zeros, merged, problems: problems.texts() };
  return { ...read, report, largest, source };
}

/** Gives the files of one data set the same number of features. */
function inOneSpace(files: readonly Scanned[], read: ReaderOptions): Dataset[] {
  const features = read.features ?? 1 + Math.max(0, ...files.map((file) => file.largest));
  const { featureMap } = read;
  const names = featureMap ? { fields: featureMap.fields, featureMap } : { fields: [] };
  return files.map(({ largest: _, ...file }) => ({ ...file, features, ...names }));
}
