/** Files of planted data for the command, and the report that `nfm train --json` prints of them. */

import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { writeFeatureMap } from '../../../src/kernel/data/featureMap.ts';
import { writeLibfm } from '../../../src/kernel/data/libfm.ts';
import { splitDataset, splitRandom } from '../../../src/kernel/data/split.ts';
import { planted } from '../../../src/kernel/data/synthetic.ts';
import { frappeShaped } from '../../../src/kernel/data/syntheticLogs.ts';
import type { RunResult } from '../../../src/kernel/run/events.ts';
import { buildCommand, nfm, type Running, temporaryFolder } from './nfm.ts';

export const folder = temporaryFolder();
export const cwd = { cwd: folder };

/** 6 fields of 12 values: 72 features. */
export const log = planted({ rows: 900 });
/** 630, 180 and 90 rows. */
export const split = splitDataset(log, splitRandom(log.rows));

export const files = ['--train', 'train.libfm', '--validation', 'validation.libfm'];
export const quick = [...files, '--factors', '4', '--epochs', '2'];

/** The built command, and in the folder `train`, `validation`, `test` (.libfm) with `features.tsv`, `labels.libfm` with `labels.tsv`. */
export function plantFiles(): void {
  beforeAll(async () => {
    buildCommand();
    for (const part of ['train', 'validation', 'test'] as const)
      await writeLibfm(split[part]!, join(folder, `${part}.libfm`));
    await writeFeatureMap(log.featureMap!, join(folder, 'features.tsv'));
    const labelled = frappeShaped({ scale: 0.004 });
    await writeLibfm(labelled, join(folder, 'labels.libfm'));
    await writeFeatureMap(labelled.featureMap!, join(folder, 'labels.tsv'));
  });
}

export type Report = RunResult & {
  readonly model: string;
  readonly engine: string;
  readonly secondsPerEpoch: number;
  readonly config: {
    readonly options: Record<string, unknown>;
    readonly data: Record<string, { readonly rows: number }>;
  };
};

/** The one JSON document that `--json` prints. */
export async function report(args: readonly string[], running: Running = cwd, code = 0): Promise<Report> {
  const finished = await nfm(['train', ...args, '--json'], running);
  expect([finished.code, finished.stderr]).toEqual([code, expect.stringMatching(/parameters/)]);
  return JSON.parse(finished.stdout);
}
