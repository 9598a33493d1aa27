/**
 * The benchmark, `npm run bench [-- W1 W2 parse load notebook]`: rows a second of training on two workloads, beside the TensorFlow
 * engine, PyTorch and a native program where these can be had, and reading speed. Machines are noisy and differ: everything is measured in
 * one run, in turns, and given as ratios.
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { measureNotebook } from './notebook.ts';
import { nativeLimit, type Peer, tensorflowPeer, torchPeer, writePeerData } from './peers.ts';
import { loadAndReport, measureLoading, measureParsing } from './reading.ts';
import { measureTraining, type Setting } from './training.ts';
import { frappeSized, tagSized, type Workload } from './workloads.ts';

const shared = process.env.NFM_SHARED_DATA ?? join(process.cwd(), '..', 'shared', 'data');
const sharedData = existsSync(join(shared, 'frappe')) ? shared : null;

const million = (rate: number) => `${(rate / 1e6).toFixed(rate < 1e6 ? 3 : 2)} M rows/s`;
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Measures settings and peers in turns, so that a change of the machine's speed meets all of them. */
async function compare(workload: Workload, settings: readonly Setting[], peers: readonly Peer[], turns: number) {
  const rates = new Map<string, number[]>();
  const add = (name: string, rate: number) => rates.set(name, [...(rates.get(name) ?? []), rate]);
  for (let turn = 0; turn < turns; turn++) {
    for (const setting of settings) add(setting.name, await measureTraining(workload, setting));
    for (const peer of peers) add(peer.name, await peer.measure());
  }
  const of = (name: string) => median(rates.get(name)!);
  console.log(
    `\n${workload.name}: ${workload.what}, ${workload.data.rows} rows, ${relative('.', workload.data.source)}`,
  );
  for (const name of rates.keys()) {
    const seconds = workload.data.rows / of(name);
    console.log(`  ${name.padEnd(44)} ${million(of(name))}, ${seconds.toPrecision(3)} s an epoch`);
  }
  for (const setting of settings)
    for (const peer of peers) {
      const ratio = of(setting.name) / of(peer.name);
      const text = ratio >= 1 ? `${ratio.toFixed(2)} times as fast as` : `${(1 / ratio).toFixed(2)} times the time of`;
      console.log(`  ${setting.name}: ${text} ${peer.name}`);
    }
}

async function main(chosen: readonly string[]): Promise<void> {
  const wanted = (name: string) => chosen.length === 0 || chosen.includes(name);
  const folder = await mkdtemp(join(tmpdir(), 'nfm-bench-'));
  const notes: string[] = [];
  try {
    if (wanted('W1')) {
      const workload = await frappeSized(sharedData);
      if (!sharedData) notes.push('W1 used generated rows of the size of Frappe: ../shared/data/frappe is missing');
      await writePeerData(folder, workload);
      const peers = [
        nativeLimit(folder, workload, 1, notes),
        torchPeer(folder, workload, 1, notes),
        await tensorflowPeer(workload, notes),
      ].filter((p) => p !== null);
      const settings = [
        { name: 'wasm, 1 thread', threads: 1, fast: false, rows: 202_027 },
        { name: 'wasm fast (fused multiply-add), 1 thread', threads: 1, fast: true, rows: 202_027 },
      ];
      await compare(workload, settings, peers, 5);
    }
    if (wanted('W2')) {
      const workload = tagSized();
      await writePeerData(folder, workload);
      const peers = [
        nativeLimit(folder, workload, 2, notes),
        torchPeer(folder, workload, 2, notes),
        await tensorflowPeer(workload, notes),
      ].filter((p) => p !== null);
      const settings = [
        { name: 'wasm, 2 threads', threads: 2, fast: false, rows: 163_840 },
        { name: 'wasm fast (fused multiply-add), 2 threads', threads: 2, fast: true, rows: 163_840 },
      ];
      await compare(workload, settings, peers, 3);
    }
    if (wanted('parse')) await measureParsing(folder, sharedData);
    if (wanted('load')) await measureLoading(folder);
    if (wanted('notebook')) await measureNotebook();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  for (const note of new Set(notes)) console.log(`note: ${note}`);
}

const [first, path] = process.argv.slice(2);
if (first === '--load') await loadAndReport(path);
else await main(process.argv.slice(2));
