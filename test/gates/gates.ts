/**
 * The acceptance gates on Frappe (validation rows): `npm run gates`. Each compares a measured figure with the band
 * that the paper's result and repeated runs give. A value below a band is as suspicious as one above.
 */

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTensorflow } from '../../src/kernel/engine/tensorflow/load.ts';
import { defaultSeed } from '../../src/kernel/run/defaultSeed.ts';
import type { Metrics } from '../../src/kernel/run/events.ts';
import type { FittedModel } from '../../src/kernel/run/fittedModel.ts';
import { loadFrappe, missingFrappe, Runs } from './runs.ts';

interface Outcome {
  readonly found: string;
  /** null: this machine lacks what the gate needs, as `found` says. */
  readonly passed: boolean | null;
}
interface Gate {
  readonly name: string;
  readonly expected: string;
  readonly check: (runs: Runs) => Promise<Outcome>;
}

const rmseOf = (run: FittedModel) => run.result.validation.rmse!;
const within = (value: number, low: number, high: number): Outcome => ({
  found: value.toFixed(4),
  passed: value >= low && value <= high,
});

/** Validation RMSE of a run within a band. */
const band = (name: string, run: string, low: number, high: number): Gate => ({
  name,
  expected: `${low} to ${high}`,
  check: async (runs) => within(rmseOf(await runs.get(run)), low, high),
});

const ratios = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7];

export const gates: readonly Gate[] = [
  band('A1  LR', 'LR', 0.575, 0.585),
  band('A2  FM, K 64', 'FM', 0.381, 0.391),
  band('A3  NFM-0, drop 0.3, BN', 'NFM-0, drop 0.3', 0.345, 0.361),
  band('A4  NFM-0, drop 0.3, no BN', 'NFM-0, no BN', 0.351, 0.361),
  band('A5  NFM-1, K 64', 'NFM-1', 0.303, 0.317),
  band('A6  NFM-1, identity activation', 'NFM-1, identity', 0.348, 0.362),
  band('A7  NFM-1, K 128', 'NFM-1, K 128', 0.296, 0.309),
  {
    name: 'A8  NFM-1 against NFM-0',
    expected: 'at least 8 % lower',
    check: async (runs) => {
      const lower = 100 * (1 - rmseOf(await runs.get('NFM-1')) / rmseOf(await runs.get('NFM-0, drop 0.3')));
      return { found: `${lower.toFixed(1)} %`, passed: lower >= 8 };
    },
  },
  {
    name: 'A9  best drop ratio of NFM-0',
    expected: '0.2, 0.3 or 0.4',
    check: async (runs) => {
      let [best, lowest] = [Number.NaN, Number.POSITIVE_INFINITY];
      for (const ratio of ratios) {
        const rmse = rmseOf(await runs.get(`NFM-0, drop ${ratio}`));
        if (rmse < lowest) [best, lowest] = [ratio, rmse];
      }
      return { found: `${best} (${lowest.toFixed(4)})`, passed: [0.2, 0.3, 0.4].includes(best) };
    },
  },
  {
    name: 'A10 training error: BN at 20 < no BN at 60',
    expected: 'true',
    check: async (runs) => {
      const at = async (run: string, epoch: number) => (await runs.get(run)).result.history[epoch - 1]?.train.rmse;
      const [withBatchNorm, without] = [await at('NFM-0, drop 0.3', 20), await at('NFM-0, no BN', 60)];
      if (withBatchNorm == null || without == null) return { found: 'a run ended before', passed: false };
      return { found: `${withBatchNorm.toFixed(4)} < ${without.toFixed(4)}`, passed: withBatchNorm < without };
    },
  },
  {
    name: 'A11 NFM-1 without dropout is worse by',
    expected: 'at least 0.04',
    check: async (runs) => {
      const worse = rmseOf(await runs.get('NFM-1, no dropout')) - rmseOf(await runs.get('NFM-1'));
      return { found: worse.toFixed(4), passed: worse >= 0.04 };
    },
  },
  {
    name: 'A12 pre-trained is better at epochs 1, 2, 3, 5',
    expected: 'true',
    check: async (runs) => {
      const initFrom = await runs.get('FM, drop 0.5');
      const pretrained = await runs.get('NFM-1', { initFrom, epochs: 5, earlyStopping: false }, 'NFM-1, pre-trained');
      const scratch = await runs.get('NFM-1');
      const pairs = [1, 2, 3, 5].map((epoch) =>
        [pretrained, scratch].map((r) => r.result.history[epoch - 1].validation.rmse!),
      );
      const found = pairs.map(([a, b]) => `${a.toFixed(3)}<${b.toFixed(3)}`).join(' ');
      return { found, passed: pairs.every(([a, b]) => a < b) };
    },
  },
  {
    // The MAE falls from epoch to epoch where the RMSE is flat, so a single run's depends on where its best epoch lands
    // (0.089 to 0.098 over seeds). Three runs in a row, their mean judged and each one shown.
    name: 'A13 MAE, AUC, GAUC of A5, mean of 3 seeds',
    expected: '0.09-0.11, 0.981-0.985, 0.975-0.982',
    check: async (runs) => {
      const seeds = [0, 1, 2].map((i) => defaultSeed() + i);
      const found: Metrics[] = [];
      for (const seed of seeds)
        found.push(
          (await runs.get('NFM-1', { seed }, seed === defaultSeed() ? 'NFM-1' : `NFM-1, seed ${seed}`)).result
            .validation,
        );
      const mean = (name: string) => found.reduce((sum, metrics) => sum + metrics[name]!, 0) / seeds.length;
      const [mae, auc, gauc] = [mean('mae'), mean('auc'), mean('gauc')];
      return {
        found: `${[mae, auc, gauc].map((v) => v.toFixed(4)).join(', ')} (MAE ${found.map((m) => m.mae!.toFixed(4)).join(' ')})`,
        passed: mae >= 0.09 && mae <= 0.11 && auc >= 0.981 && auc <= 0.985 && gauc >= 0.975 && gauc <= 0.982,
      };
    },
  },
  { name: 'A14 same seed; stopped and resumed', expected: 'bit-identical', check: repeatAndResume },
  { name: 'A15 A5 on the TensorFlow engine', expected: 'within 0.004 of wasm', check: onTensorflow },
];

/** In JavaScript an epoch would take minutes, so only the native library is used. */
async function onTensorflow(runs: Runs): Promise<Outcome> {
  const tensorflow = await loadTensorflow();
  if (!tensorflow.native) return { found: `skipped: ${tensorflow.why}`, passed: null };
  const wasm = rmseOf(await runs.get('NFM-1'));
  const own = rmseOf(await runs.get('NFM-1', { engine: 'tensorflow' }, 'NFM-1, TensorFlow'));
  return { found: `${own.toFixed(4)}, wasm ${wasm.toFixed(4)}`, passed: Math.abs(own - wasm) <= 0.004 };
}

/** Three epochs twice, and three epochs interrupted after the first and resumed from the checkpoint. */
async function repeatAndResume(runs: Runs): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'nfm-gates-'));
  try {
    const path = join(folder, 'run.checkpoint');
    const short = { epochs: 3, earlyStopping: false } as const;
    const once = hashOf(await runs.get('NFM-1', short, 'NFM-1, 3 epochs'));
    const twice = hashOf(await runs.get('NFM-1', short, 'NFM-1, 3 epochs again'));
    await runs.get('NFM-1', { ...short, epochs: 1, checkpoint: { path } }, 'NFM-1, first epoch');
    const resumed = hashOf(await runs.get('NFM-1', { ...short, resume: path }, 'NFM-1, resumed'));
    return {
      found: [once, twice, resumed].map((h) => h.slice(0, 8)).join(' '),
      passed: once === twice && once === resumed,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function hashOf({ model }: FittedModel): string {
  const hash = createHash('sha256');
  const { weights, slots } = model.state();
  for (const values of [...weights.values(), ...slots.values()]) hash.update(values);
  return hash.digest('hex');
}

export async function main(only: readonly string[]): Promise<number> {
  const split = await loadFrappe();
  if (!split) {
    console.log(missingFrappe);
    return 0;
  }
  const chosen = gates.filter((gate) => only.length === 0 || only.includes(gate.name.split(' ')[0]));
  const runs = new Runs(split, (line) => console.log(line));
  const rows: string[] = [];
  let [failed, skipped] = [0, 0];
  for (const { name, expected, check } of chosen) {
    const { found, passed } = await check(runs);
    if (passed === false) failed++;
    if (passed === null) skipped++;
    rows.push(
      `${passed === null ? 'skip' : passed ? 'pass' : 'FAIL'}  ${name.padEnd(46)} ${expected.padEnd(37)} ${found}`,
    );
    console.log(rows[rows.length - 1]);
  }
  console.log(`\n      ${'gate'.padEnd(46)} ${'expected'.padEnd(37)} found\n${rows.join('\n')}`);
  console.log(
    `\n${chosen.length - skipped - failed} of ${chosen.length - skipped} gates passed${skipped ? `, ${skipped} skipped` : ''} (Frappe validation rows, best epoch, seed 2016)`,
  );
  return failed ? 1 : 0;
}
