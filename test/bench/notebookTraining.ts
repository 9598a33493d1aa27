/** One training as a cell and as a program, for how fast it is inside a notebook and without one. */

import { performance } from 'node:perf_hooks';
import { fit, frappeShaped, nfm, splitDataset, splitRandom } from '../../src/kernel/index.ts';

/** Prepares the data, once. */
export const dataCell = `import { fit, frappeShaped, nfm, splitDataset, splitRandom } from 'nfm';
const rows = frappeShaped({ scale: 0.3, seed: 1 });
const data = splitDataset(rows, splitRandom(rows.rows));`;

/** Trains; its value is a `TrainingTime` as JSON. What is drawn and sent meanwhile counts. */
export const trainingCell = `const [began, used] = [performance.now(), process.cpuUsage()];
await fit(nfm(data.train, { factors: 64 }), data, { epochs: 20, earlyStopping: false });
const { user, system } = process.cpuUsage(used);
JSON.stringify({ wall: performance.now() - began, processor: (user + system) / 1000 })`;

/** In milliseconds. On a machine that does other things too, the time of the processor is the fairer one. */
export interface TrainingTime {
  readonly wall: number;
  /** Of the whole process, with the thread that sends what is drawn. */
  readonly processor: number;
}

/** The same without a notebook. */
export async function trainHeadless(): Promise<TrainingTime> {
  const rows = frappeShaped({ scale: 0.3, seed: 1 });
  const data = splitDataset(rows, splitRandom(rows.rows));
  const [began, used] = [performance.now(), process.cpuUsage()];
  await fit(nfm(data.train, { factors: 64 }), data, { epochs: 20, earlyStopping: false });
  const { user, system } = process.cpuUsage(used);
  return { wall: performance.now() - began, processor: (user + system) / 1000 };
}
