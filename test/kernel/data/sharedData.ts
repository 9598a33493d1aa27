/**
 * Licensed data that tests check counts on where it is at hand: `../shared/data` beside the repository, or the folder
 * in NFM_SHARED_DATA. It is never part of the project.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.NFM_SHARED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** The path of a file in the shared data, or null (with a message) where it is missing. */
export function sharedData(name: string): string | null {
  const path = resolve(folder, name);
  if (existsSync(path)) return path;
  console.warn(`skipped: ${name} is not at hand (set NFM_SHARED_DATA to the folder that holds it)`);
  return null;
}
