/** A folder of files that appears whole or not at all, and that takes the place of nothing but an earlier one of its kind. */

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { writeFileAtomically } from '../data/files.ts';
import { ExportError } from './exportError.ts';

export type Pieces = Iterable<string | Uint8Array>;

/**
 * Writes a folder. It is made beside its place under a temporary name, and then renamed.
 * @param files contents by name
 * @param force replace a folder that is there; it must hold no other files than these
 * @throws ExportError when something is there
 */
export async function writeFolder(path: string, files: ReadonlyMap<string, Pieces>, force: boolean): Promise<void> {
  const target = resolve(path);
  const replaces = await checkPlace(target, path, [...files.keys()], force);
  const fresh = join(dirname(target), `.${basename(target)}-${randomBytes(6).toString('hex')}`);
  await mkdir(fresh);
  try {
    for (const [name, pieces] of files) await writeFileAtomically(join(fresh, name), pieces);
    if (replaces) await swap(fresh, target);
    else await rename(fresh, target);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Puts a folder in the place of another one, which lies beside it for a moment. */
async function swap(fresh: string, target: string): Promise<void> {
  const old = `${fresh}-old`;
  await rename(target, old);
  await rename(fresh, target).catch(async (error) => {
    await rename(old, target);
    throw error;
  });
  await rm(old, { recursive: true });
}

/** Whether there is a folder to replace. */
async function checkPlace(target: string, path: string, names: readonly string[], force: boolean): Promise<boolean> {
  const there = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    if (error.code === 'ENOTDIR') throw new ExportError(`${path}: expected a folder or nothing there, got a file`);
    throw error;
  });
  if (there === null) return false;
  const others = there.filter((name) => !names.includes(name));
  if (others.length > 0)
    throw new ExportError(`${path}: the folder holds other files (${others.slice(0, 3).join(', ')}); name another one`);
  if (there.length > 0 && !force)
    throw new ExportError(`${path}: an export is there already; replace it with force, or name another folder`);
  return true;
}
