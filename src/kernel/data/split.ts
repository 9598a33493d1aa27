/**
 * Which rows train, choose and test. A split is lists of row numbers, ascending, so that it applies to a table before
 * its dictionary is learnt as well as to a data set.
 */

import { integer, listOf, number, OptionError, readOptions } from '../base/options.ts';
import { permutation, Random } from '../base/random.ts';
import { type Dataset, type Split, takeRows } from './dataset.ts';
import { DataError } from './errors.ts';
import { textHash } from './files.ts';
import { libfmLines } from './libfmText.ts';

export interface RowSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** Parts of training, validation and test; together 1. Default 0.7, 0.2, 0.1 (NFM section 5.1). */
export interface RatioOptions {
  readonly ratios?: readonly [train: number, validation: number, test: number];
  /** Seed of the run; the split draws from its stream `split`. Default 2016. */
  readonly seed?: number;
}

const ratioRules = {
  ratios: listOf(number(0, { min: 0, max: 1 }), [0.7, 0.2, 0.1]),
  seed: integer(2016),
};

function readRatios(call: string, options: RatioOptions | undefined) {
  const { ratios, seed } = readOptions(call, options, ratioRules);
  const sum = ratios.reduce((a, b) => a + b, 0);
  if (ratios.length !== 3 || Math.abs(sum - 1) > 1e-9)
    throw new OptionError(`${call}: "ratios" must be three numbers that add up to 1, got ${ratios.join(', ')}`);
  return { validation: ratios[1], test: ratios[2], random: new Random(seed, 'split') };
}

/** Splits `rows` rows at random: floor(rows * ratio) for validation and for test, the rest trains. */
export function splitRandom(rows: number, options?: RatioOptions): RowSplit {
  const { validation, test, random } = readRatios('splitRandom()', options);
  return parts(permutation(rows, random), sizeOf(rows, validation), sizeOf(rows, test));
}

/** Splits so that no group (for example user) is in two parts; the ratios count groups. */
export function splitByGroup(groups: ArrayLike<number>, options?: RatioOptions): RowSplit {
  const { validation, test, random } = readRatios('splitByGroup()', options);
  const distinct = [...new Set(Array.from(groups))].sort((a, b) => a - b);
  random.shuffle(distinct);
  const inTest = new Set(distinct.slice(0, sizeOf(distinct.length, test)));
  const inValidation = new Set(distinct.slice(inTest.size, inTest.size + sizeOf(distinct.length, validation)));
  return byPart(groups.length, (row) => (inTest.has(groups[row]) ? 2 : inValidation.has(groups[row]) ? 1 : 0));
}

/**
 * Splits by time: rows before `validationFrom` train, rows from `testFrom` test, those between choose.
 * @param times one per row, in any unit, for example a column of Unix seconds
 */
export function splitByTime(times: ArrayLike<number>, cuts: { validationFrom: number; testFrom?: number }): RowSplit {
  const { validationFrom, testFrom } = readOptions('splitByTime()', cuts, {
    validationFrom: number(Number.NaN),
    testFrom: number(Infinity),
  });
  if (!(validationFrom <= testFrom))
    throw new OptionError(
      `splitByTime(): "validationFrom" must be given and at most "testFrom", got ${validationFrom}`,
    );
  return byPart(times.length, (row) => {
    if (Number.isNaN(times[row])) throw new DataError(`expected a time in every row, got none in row ${row}; fill it`);
    return times[row] >= testFrom ? 2 : times[row] >= validationFrom ? 1 : 0;
  });
}

/** Leaves each group's last row for test and the one before for validation; the later of equal times is the later row. */
export function splitLeaveLastOut(groups: ArrayLike<number>, times: ArrayLike<number>): RowSplit {
  const last = new Map<number, [row: number, before: number]>();
  const order = Array.from({ length: groups.length }, (_, row) => row).sort((a, b) => times[a] - times[b] || a - b);
  for (const row of order) last.set(groups[row], [row, last.get(groups[row])?.[0] ?? -1]);
  return byPart(groups.length, (row) => {
    const [test, validation] = last.get(groups[row])!;
    return row === test ? 2 : row === validation ? 1 : 0;
  });
}

/** The rows of a data set by a split; empty parts are left out. @throws DataError if no row trains */
export function splitDataset(data: Dataset, rows: RowSplit): Split {
  if (rows.train.length === 0)
    throw new DataError(`${data.source}: expected rows to train on, got none in this split; change the ratios or cuts`);
  return {
    train: takeRows(data, rows.train),
    ...(rows.validation.length > 0 ? { validation: takeRows(data, rows.validation) } : {}),
    ...(rows.test.length > 0 ? { test: takeRows(data, rows.test) } : {}),
  };
}

/** SHA-256 over the canonical libFM lines of the splits in order: the identity of what was trained and measured on. */
export const splitHash = (split: Split): string => textHash(splitLines(split));

function* splitLines(split: Split): Generator<string, void, undefined> {
  for (const data of [split.train, split.validation, split.test]) if (data) yield* libfmLines(data, false);
}

// 0.7 * 10 is 7.000000000000001 and 0.29 * 100 is 28.999999999999996: a hair is added before flooring.
const sizeOf = (count: number, ratio: number): number => Math.floor(count * ratio + 1e-9);

function parts(order: Int32Array, validation: number, test: number): RowSplit {
  const train = order.length - validation - test;
  return {
    train: order.slice(0, train).sort(),
    validation: order.slice(train, train + validation).sort(),
    test: order.slice(train + validation).sort(),
  };
}

function byPart(rows: number, partOf: (row: number) => 0 | 1 | 2): RowSplit {
  const lists: [number[], number[], number[]] = [[], [], []];
  for (let row = 0; row < rows; row++) lists[partOf(row)].push(row);
  const [train, validation, test] = lists.map((list) => Int32Array.from(list));
  return { train, validation, test };
}
