/**
 * Writing reports: what was there before stays until all of the new one is on the disk, and every failure is a sentence.
 */

import { constants } from 'node:fs';
import { access, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import packageFile from '../../../package.json' with { type: 'json' };
import { writeFileAtomically } from '../data/files.ts';
import { ReportError, type ReportFiles, type ReportSource } from '../format/report.ts';

/** Which program makes a report, and on which day. */
export const madeNow = (): Pick<ReportSource, 'version' | 'date'> => ({
  version: packageFile.version,
  date: new Date().toISOString().slice(0, 10),
});

/**
 * Checks a report's path before the work that leads to it.
 * @param force an existing file may be replaced
 * @throws ReportError
 */
export async function checkReportPath(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new ReportError(`${path}: ${reasonOf(error)}`);
  });
  if (found && !found.isFile())
    throw new ReportError(
      `${path}: expected a file to write, found ${found.isDirectory() ? 'a folder' : 'a device'}; choose another path`,
    );
  if (found && !force)
    throw new ReportError(
      `${path}: this file exists and was not changed; give --force to replace it, or --out with another path`,
    );
  const folder = dirname(path);
  await access(folder, constants.W_OK).catch(() => {
    throw new ReportError(`${path}: expected a folder "${folder}" to write into; make it, or change the path`);
  });
}

/**
 * Writes a report, its pictures first. On any failure the old report is as it was.
 * @throws ReportError that says why
 */
export async function writeReport(path: string, { main, assets }: ReportFiles): Promise<void> {
  const folder = dirname(path);
  const added: string[] = [];
  try {
    for (const [name, content] of assets) {
      const asset = join(folder, name);
      if (await isThere(asset)) continue; // its name holds the hash of its content
      await mkdir(dirname(asset), { recursive: true });
      added.push(asset);
      await writeFileAtomically(asset, content);
    }
    await writeFileAtomically(path, main);
  } catch (error) {
    for (const asset of added) await rm(asset, { force: true });
    throw new ReportError(`${path}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
  await removeStale(folder, [...assets.keys()]);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** Pictures of the report that was replaced: of our names, in the folder of ours, and no longer shown. */
async function removeStale(folder: string, assets: readonly string[]): Promise<void> {
  for (const each of new Set(assets.map(dirname))) {
    const ours = (await readdir(join(folder, each))).filter((name) =>
      /^(?:figure-\d+(?:-\w+)?|picture)-[0-9a-f]{8}\.\w+$/.test(name),
    );
    for (const name of ours)
      if (!assets.includes(`${each}/${name}`)) await rm(join(folder, each, name), { force: true });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room, or choose another place',
  EDQUOT: 'your quota of this disk is used up; make room, or choose another place',
  EACCES: 'no permission to write here; choose another place',
  EPERM: 'no permission to write here; choose another place',
  EROFS: 'this disk can only be read; choose another place',
  ENOTDIR: 'a part of this path is a file, not a folder; choose another place',
  ENAMETOOLONG: 'this path is too long; choose a shorter one',
};

const reasonOf = ({ code = '', message }: NodeJS.ErrnoException): string =>
  `the report was not written: ${Object.hasOwn(reasons, code) ? reasons[code] : message}`;
