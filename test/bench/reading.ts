/** Reading speed: libFM text in megabytes a second, and the memory of ten million rows. */

import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../src/kernel/base/random.ts';
import { parseLibfm, readLibfm } from '../../src/kernel/data/libfm.ts';

/** Parses about 200 MB of libFM text from memory and from disk: Frappe's training file repeated, or generated rows like it. */
export async function measureParsing(folder: string, sharedData: string | null): Promise<void> {
  const text = sharedData
    ? await readFile(join(sharedData, 'frappe', 'frappe.train.libfm'))
    : Buffer.from(generated(200_000));
  const copies = Math.ceil(200e6 / text.length);
  const bytes = Buffer.concat(Array.from({ length: copies }, () => text));
  parseLibfm(text);
  const inMemory = await speed(bytes.length, async () => parseLibfm(bytes).rows);
  const path = join(folder, 'large.libfm');
  await writeFile(path, bytes);
  const fromDisk = await speed(bytes.length, async () => (await readLibfm(path)).rows);
  console.log(
    `\nlibFM text, ${(bytes.length / 1e6).toFixed(0)} MB: ${inMemory.toFixed(0)} MB/s from memory, ${fromDisk.toFixed(0)} MB/s from disk`,
  );
}

async function speed(size: number, read: () => Promise<number>): Promise<number> {
  let best = 0;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    if ((await read()) === 0) throw new Error('no rows were read');
    best = Math.max(best, size / 1e6 / ((performance.now() - start) / 1000));
  }
  return best;
}

/** Loads ten million rows of ten entries in a process with a 2 GB heap and tells its peak memory. */
export async function measureLoading(folder: string): Promise<void> {
  const path = join(folder, 'ten-million.libfm');
  const block = generated(100_000);
  await writeFile(path, '');
  for (let i = 0; i < 100; i++) await writeFile(path, block, { flag: 'a' });
  const program = process.argv[1];
  const child = spawnSync(process.execPath, ['--max-old-space-size=2048', program, '--load', path], {
    encoding: 'utf8',
  });
  console.log(child.status === 0 ? `\n${child.stdout.trim()}` : `\nten million rows: failed\n${child.stderr}`);
}

/** The child's side of `measureLoading`. */
export async function loadAndReport(path: string): Promise<void> {
  const start = performance.now();
  const data = await readLibfm(path);
  const seconds = (performance.now() - start) / 1000;
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${data.rows} rows, ${data.ids.length} entries: ${seconds.toFixed(1)} s, peak memory ${peak.toFixed(0)} MB with a 2 GB heap limit`,
  );
}

function generated(rows: number): string {
  const random = new Random(1, 'libFM text');
  const lines: string[] = [];
  for (let r = 0; r < rows; r++) {
    const entries = Array.from({ length: 10 }, (_, f) => `${f * 600 + random.below(600)}:1`);
    lines.push(`${random.below(3) ? -1 : 1} ${entries.join(' ')}`);
  }
  return `${lines.join('\n')}\n`;
}
