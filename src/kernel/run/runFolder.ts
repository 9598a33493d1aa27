/** Folders for what several runs leave behind. */

import { join } from 'node:path';

/** The folder of one run: `<folder>/<model>-seed-<seed>`. To TensorBoard a folder is a run. */
export const runFolder = (folder: string, model: string, seed: number): string =>
  join(folder, `${model.replace(/[^\p{L}\p{N}.+-]+/gu, '_')}-seed-${seed}`);
