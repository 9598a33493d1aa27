/**
 * The folder that an installation makes: it grows under another name beside its target and takes the target's name when
 * it is whole. What an interrupted installation has left goes at the start of the next.
 */

import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { grouped } from '../../base/grouped.ts';

/** An installation that is not possible or failed: one sentence that says what to do. */
export class InstallError extends Error {
  override name = 'InstallError';
}

/** What was installed; it lies in the folder and marks it as ours. */
export interface Installed {
  /** Version of TensorFlow.js. */
  readonly version: string;
  /** Version of the TensorFlow library. */
  readonly library: string;
  /** Where the library came from. */
  readonly source: string;
}

const markFile = 'nfm-tensorflow.json';

/** What is installed in a folder by an installation of ours; undefined: nothing. */
export async function installedIn(folder: string): Promise<Installed | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, markFile), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Starts a folder that is to become `target`.
 * @throws InstallError where it cannot be written, has something else in it, or is being installed into
 */
export async function startFolder(target: string): Promise<string> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await clearLeftovers(target);
    if (existsSync(target) && (await readdir(target)).length > 0 && !(await installedIn(target)))
      throw new InstallError(
        `${target} has other files in it; an installation replaces the whole folder, so name a new or empty one`,
      );
    const folder = `${target}${growing}${process.pid}`;
    await mkdir(folder);
    open.add(folder);
    return folder;
  } catch (error) {
    throw unwritable(target, error);
  }
}

/** Puts a finished folder into its place. What was there is gone only when the new one stands. */
export async function finishFolder(folder: string, target: string, installed: Installed): Promise<void> {
  const old = `${target}${replaced}${process.pid}`;
  try {
    await writeFile(join(folder, markFile), `${JSON.stringify(installed, null, 2)}\n`);
    if (await installedIn(target)) await rename(target, old);
    else if (existsSync(target)) await rmdir(target);
    await rename(folder, target);
  } catch (error) {
    if (existsSync(old) && !existsSync(target)) await rename(old, target);
    throw unwritable(target, error);
  }
  await removeFolder(old);
}

/** Removes what is installed in a folder, and what interrupted installations have left. @returns whether there was something */
export async function removeInstalled(target: string): Promise<boolean> {
  try {
    if (existsSync(dirname(target))) await clearLeftovers(target);
    if (!(await installedIn(target))) return false;
    const old = `${target}${removed}${process.pid}`;
    await rename(target, old); // so that nobody finds half of it
    await removeFolder(old);
    return true;
  } catch (error) {
    throw unwritable(target, error);
  }
}

/** Folders that this process has started and not finished. */
const open = new Set<string>();

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  open.delete(folder);
}

const growing = '.installing-';
const replaced = '.replaced-';
const removed = '.removed-';

/** Leftovers beside a target: `<target>.installing-<process id>` and the like. */
async function clearLeftovers(target: string): Promise<void> {
  const names = await readdir(dirname(target));
  for (const kind of [growing, replaced, removed])
    for (const name of names.filter((each) => each.startsWith(basename(target) + kind))) {
      const pid = Number(name.slice((basename(target) + kind).length));
      const leftover = join(dirname(target), name);
      if (pid === process.pid ? open.has(leftover) : runs(pid))
        throw new InstallError(
          `process ${pid} works on ${target}; wait for it, or delete ${leftover} if it is something else`,
        );
      // Between its two renames an installation may have been killed: then the old one is all there is.
      if (kind === replaced && !existsSync(target)) await rename(leftover, target);
      else await removeFolder(leftover);
    }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** @throws InstallError where a folder's disk has less room than an installation takes */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes)
    throw new InstallError(
      `the disk of ${dirname(folder)} has ${megabytes(bavail * bsize)} free, and ${megabytes(bytes)} are needed while the ` +
        'engine is built; make room, or choose a folder on another disk',
    );
}

export const megabytes = (bytes: number): string => `${grouped(Math.round(bytes / 1e6))} MB`;

/** Bytes of all files in a folder; links count nothing. */
export async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) sum += (await lstat(join(entry.parentPath, entry.name))).size;
  return sum;
}

/** A system error in one sentence that names the target; any other error as it is. */
export function unwritable(target: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return error;
  if (code === 'ENOSPC') return new InstallError(`the disk of ${target} is full; make room, or choose another folder`);
  if (code === 'EBUSY' || (code === 'EPERM' && process.platform === 'win32'))
    return new InstallError(`${target} is in use; stop the kernels and commands that use TensorFlow, then try again`);
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new InstallError(`${target} cannot be made, because a part of this path is a file; choose another folder`);
  return new InstallError(`${target} cannot be written (${code}); make it writable, or choose another folder`);
}
