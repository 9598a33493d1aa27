import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Problems } from '../../../src/kernel/data/errors.ts';
import { fileHash, readChunks, textHash, writeFileAtomically } from '../../../src/kernel/data/files.ts';
import { Growing } from '../../../src/kernel/data/growing.ts';
import { temporaryFolder } from './temporary.ts';

const here = temporaryFolder();
const contents = async (path: string): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const chunk of readChunks(path)) parts.push(Buffer.from(chunk)); // a copy: chunks are reused
  return Buffer.concat(parts);
};

it('reads files of several chunks, plain and gzip', async () => {
  const bytes = Buffer.from(Uint8Array.from({ length: 2_500_000 }, (_, i) => (i * 7919) % 251));
  expect((await contents(here.write('a.bin', bytes))).equals(bytes)).toBe(true);
  expect((await contents(here.write('a.bin.gz', gzipSync(bytes)))).equals(bytes)).toBe(true);
});

it('hashes files and texts with SHA-256', async () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(await fileHash(here.write('abc', 'abc'))).toBe(abc);
  expect(textHash('abc')).toBe(abc);
  expect(textHash(['a', 'bc'])).toBe(abc);
});

it('writes a file whole, replacing the old one', async () => {
  const path = here.write('b.txt', 'old');
  await writeFileAtomically(path, ['ne', Buffer.from('w')]);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

it('keeps the old file and leaves nothing behind when the pieces fail', async () => {
  const path = here.write('c.txt', 'old');
  const pieces = function* () {
    yield 'half of it';
    throw new Error('no more');
  };
  await expect(writeFileAtomically(path, pieces())).rejects.toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(here.folder).filter((name) => name.includes('tmp'))).toEqual([]);
});

it('fails without a trace where the folder is missing', async () => {
  await expect(writeFileAtomically(here.path('none/d.txt'), 'x')).rejects.toThrow('ENOENT');
});

it('grows over block borders by single numbers, parts and fills alike', () => {
  const growing = new Growing<Int32Array>(Int32Array);
  const expected: number[] = [];
  for (let i = 0; i < 5; i++) {
    growing.append(Int32Array.from({ length: 100_000 }, (_, j) => i * j));
    for (let j = 0; j < 100_000; j++) expected.push(i * j);
    growing.push(-i);
    growing.fill(7, 50_000);
    expected.push(-i, ...new Array<number>(50_000).fill(7));
  }
  expect(growing.length).toBe(expected.length);
  const joined = growing.join(1);
  expect(joined.length).toBe(expected.length + 1);
  expect(joined[0]).toBe(0);
  expect(joined.subarray(1).every((x, i) => x === expected[i])).toBe(true);
  expect(growing.length).toBe(0);
});

it('lists problems by place and counts those beyond 20', () => {
  const problems = new Problems('x.csv');
  problems.throwIfAny();
  for (let line = 1; line <= 21; line++) problems.add(line, line === 1 ? 0 : 4, 'bad');
  expect(() => problems.throwIfAny()).toThrow(/^x\.csv:1: bad\nx\.csv:2:4: bad\n[\s\S]*\nand 1 more error in x\.csv$/);
});
