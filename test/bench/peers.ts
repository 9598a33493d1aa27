/** The others: PyTorch (nfm_torch.py), our TensorFlow engine, and, where its source is at hand, a fused native program as the limit. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/kernel/base/random.ts';
import { loadTensorflow } from '../../src/kernel/engine/tensorflow/load.ts';
import { TensorflowModel } from '../../src/kernel/engine/tensorflow/tensorflowModel.ts';
import { measureTraining } from './training.ts';
import type { Workload } from './workloads.ts';

export interface Peer {
  readonly name: string;
  /** Rows a second. */
  readonly measure: () => number | Promise<number>;
}

const bytes = (array: Int32Array | Float32Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const file = (folder: string, { name }: Workload, extension: string) => join(folder, `${name}.${extension}`);

/** The workload as raw arrays, in the forms that both peers read. */
export async function writePeerData(folder: string, workload: Workload): Promise<void> {
  const { data, factors: k, batch } = workload;
  const fields = data.ids.length / data.rows;
  await writeFile(file(folder, workload, 'ids'), bytes(data.ids));
  await writeFile(file(folder, workload, 'targets'), bytes(data.target));
  await writeFile(file(folder, workload, 'y'), bytes(data.target));
  await writeFile(
    file(folder, workload, 'json'),
    JSON.stringify({ fields, features: data.features, factors: k, batch }),
  );
  // Start values in the native program's order: V, w, w0, γ1, β1, W, γ2, β2, h.
  const random = new Random(1, 'peer');
  const n = data.features;
  const parts: readonly (readonly [number, () => number])[] = [
    [n * k, () => 0.01 * random.normal()],
    [n + 1, () => 0],
    [k, () => 1],
    [k, () => 0],
    [k * k, () => Math.sqrt(1 / k) * random.normal()],
    [k, () => 1],
    [k, () => 0],
    [k, () => random.normal() / Math.sqrt(k)],
  ];
  const start = new Float32Array(parts.reduce((sum, [count]) => sum + count, 0));
  let at = 0;
  for (const [count, draw] of parts) for (let i = 0; i < count; i++) start[at++] = draw();
  await writeFile(file(folder, workload, 'params'), bytes(start));
}

/** PyTorch's training speed, or null with a note where Python has no torch. PYTHON names another interpreter. */
export function torchPeer(folder: string, workload: Workload, threads: number, notes: string[]): Peer | null {
  const python = process.env.PYTHON ?? 'python3';
  const version = spawnSync(python, ['-W', 'ignore', '-c', 'import torch, numpy; print(torch.__version__)'], {
    encoding: 'utf8',
  });
  if (version.status !== 0) {
    notes.push(`PyTorch was skipped: ${python} cannot import torch and numpy (PYTHON names another interpreter)`);
    return null;
  }
  const script = join('test', 'bench', 'nfm_torch.py');
  const [steps, repeats] = workload.name === 'W1' ? [300, 1] : [4, 1];
  return {
    name: `PyTorch ${version.stdout.trim()}, ${threads} thread${threads > 1 ? 's' : ''}`,
    measure: () => {
      const args = ['-W', 'ignore', script, folder, workload.name, threads, steps, repeats].map(String);
      const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
      return JSON.parse(execFileSync(python, args, { encoding: 'utf8', env })).rowsPerSecond;
    },
  };
}

/** The same model on the TensorFlow engine; null with a note where its native library is not installed. */
export async function tensorflowPeer(workload: Workload, notes: string[]): Promise<Peer | null> {
  const tensorflow = await loadTensorflow();
  if (!tensorflow.native) {
    notes.push(`the TensorFlow engine was skipped: ${tensorflow.why}`);
    return null;
  }
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  const name = `TensorFlow engine (${tensorflow.library}), ${threads} thread${threads > 1 ? 's' : ''}`;
  const rows = workload.batch * (workload.name === 'W1' ? 100 : 5); // a part of an epoch
  const setting = { name, threads, fast: false, rows };
  return {
    name,
    measure: () =>
      measureTraining(workload, setting, async (graph, options) => new TensorflowModel(graph, options, tensorflow)),
  };
}

/** A fused NFM-1 step in C with AVX-512, compiled for this workload; null with a note where it cannot be had. */
export function nativeLimit(folder: string, workload: Workload, threads: number, notes: string[]): Peer | null {
  const source = process.env.NFM_NATIVE_LIMIT ?? join('..', 'shared', 'bench', 'native-limit.c');
  const skip = (why: string) => {
    notes.push(`the native limit was skipped: ${why}`);
    return null;
  };
  if (!existsSync(source)) return skip(`no ${source} (NFM_NATIVE_LIMIT names the source)`);
  if (spawnSync('gcc', ['--version']).status !== 0) return skip('no gcc');
  if (!existsSync('/proc/cpuinfo') || !readFileSync('/proc/cpuinfo', 'utf8').includes('avx512f'))
    return skip(`${cpus()[0]?.model ?? 'this processor'} has no AVX-512`);
  const { data, factors, batch, name } = workload;
  const program = join(folder, `limit-${name}`);
  const sizes = [
    `-DNF=${data.features}`,
    `-DF=${data.ids.length / data.rows}`,
    `-DK=${factors}`,
    `-DH=${factors}`,
    `-DB=${batch}`,
  ];
  execFileSync('gcc', [
    '-w',
    '-O3',
    '-march=native',
    '-ffp-contract=fast',
    ...sizes,
    source,
    '-o',
    program,
    '-lm',
    '-lpthread',
  ]);
  const rows = name === 'W1' ? data.rows : 163_840;
  return {
    name: `native limit, ${threads} thread${threads > 1 ? 's' : ''}`,
    measure: () => {
      const args = ['bench', join(folder, name), threads, rows, 3].map(String);
      const output = execFileSync(program, args, { encoding: 'utf8' });
      const rate = /\| ([0-9.]+) krows\/s/.exec(output)?.[1];
      if (!rate) throw new Error(`the native limit printed no speed:\n${output}`);
      return 1000 * Number(rate);
    },
  };
}
