import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BackgroundTraining, type TrainingEnd } from '../../src/extension/backgroundTraining.ts';
import { trainingCells } from '../../src/extension/trainingCells.ts';
import { proposeTraining } from '../../src/extension/trainingProposal.ts';
import { mime, type RunPayload } from '../../src/kernel/format/mime.ts';
import { loadModel } from '../../src/kernel/library/trainedModel.ts';
import { kernelEntry, useKernel } from './testKernel.ts';

useKernel();

const folder = mkdtempSync(join(tmpdir(), 'nfm-background-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows in which the target is whether user and item have the same parity. */
function clicks(name: string, count: number): string {
  const rows = Array.from({ length: count }, (_, i) => [i % 40, Math.floor(i / 40) % 30] as const);
  const path = join(folder, name);
  writeFileSync(path, `user,item,label\n${rows.map(([u, i]) => `u${u},i${i},${(u + i) % 2}`).join('\n')}\n`);
  return path;
}

/** A training of what "Train NFM" would write, told of every state. */
async function training(path: string, onState: (run: RunPayload, training: BackgroundTraining) => void = () => {}) {
  const cells = trainingCells(await proposeTraining(path), { seed: 7, threads: 1, nameOf: (file) => file });
  const made: BackgroundTraining = new BackgroundTraining({
    cells,
    kernel: { entry: kernelEntry(), notebook: join(folder, 'training.ipynb') },
    onState: (run) => onState(run, made),
  });
  return { cells, made };
}

const trained = (end: TrainingEnd): Extract<TrainingEnd, { type: 'trained' }> => {
  expect(end).toMatchObject({ type: 'trained' });
  return end as Extract<TrainingEnd, { type: 'trained' }>;
};

test('trains to its end, tells its states, and saves a model that predicts; no process is left', async () => {
  const states: RunPayload[] = [];
  const pids = new Set<number | undefined>();
  const { made, cells } = await training(clicks('clicks.csv', 1200), (run, { pid }) => {
    states.push(run);
    pids.add(pid);
  });
  const { run, outputs } = trained(await made.train());
  expect(['epochs', 'earlyStopping']).toContain(run.state);
  expect(run.config.seed).toBe(7);
  expect(states[0]).toMatchObject({ state: 'running', epochs: 50 });
  expect(states.at(-1)).toEqual(run);
  expect(run.history).toHaveLength(states.at(-1)!.history.length);
  expect(run.validation[run.metric]).toBeLessThan(0.6); // log loss; 0.693 knows nothing

  const texts = [...outputs].map(([index, bundle]) => [cells[index].source.split('\n')[0], Object.keys(bundle)]);
  expect(texts.map(([first]) => first)).toEqual([
    expect.stringContaining('load'),
    "import { nfm } from 'nfm';",
    "import { fit } from 'nfm';",
  ]);
  expect(texts[2][1]).toContain(mime.run);

  expect([...pids]).toEqual([expect.any(Number)]);
  expect(() => process.kill([...pids][0]!, 0)).toThrow('ESRCH');
  expect(made.pid).toBeUndefined();

  const file = join(folder, 'model.nfm');
  writeFileSync(file, 'an older file');
  await made.save(file);
  const model = await loadModel(file);
  const probability = (user: string, item: string) =>
    (model.predict({ user, item }) as { probability: number }).probability;
  expect(probability('u1', 'i2')).toBeGreaterThan(0.5);
  expect(probability('u1', 'i3')).toBeLessThan(0.5);
  model.dispose();

  await made.dispose();
  await expect(made.save(join(folder, 'late.nfm'))).rejects.toThrow('there is no trained model');
});

test('cancelled in the middle it keeps the best weights', async () => {
  let asked = 0;
  const { made } = await training(clicks('long.csv', 60_000), (run, self) => {
    if (run.history.length < 2 || run.state !== 'running' || asked > 0) return;
    asked = performance.now();
    self.cancel();
  });
  const { run } = trained(await made.train());
  console.log(`cancel to end: ${Math.round(performance.now() - asked)} ms`);
  expect(run.state).toBe('aborted');
  expect(run.history.length).toBeLessThan(50);
  expect(run.bestEpoch).toBeGreaterThan(0);
  const file = join(folder, 'cancelled.nfm');
  await made.save(file);
  const model = await loadModel(file);
  expect(model.graph.name).toBe(run.graph.name);
  model.dispose();
  await made.dispose();
});

test('cancelled at once there is nothing to keep', async () => {
  const { made } = await training(clicks('at-once.csv', 1200));
  const end = made.train();
  made.cancel();
  expect(await end).toEqual({ type: 'cancelled' });
  await made.dispose();
});

test('data that cannot be read, and a killed process, end in a sentence', async () => {
  const path = clicks('gone.csv', 100);
  const gone = await training(path);
  rmSync(path);
  expect(await gone.made.train()).toMatchObject({ type: 'failed', message: expect.stringContaining('gone.csv') });
  await gone.made.dispose();

  const killed = await training(clicks('killed.csv', 60_000), (run, { pid }) => {
    if (run.state === 'running' && pid !== undefined) process.kill(pid, 'SIGKILL');
  });
  expect(await killed.made.train()).toMatchObject({
    type: 'failed',
    message: expect.stringContaining('The system killed the kernel'),
  });
  await killed.made.dispose();
});

test('a save that fails leaves the old file and no other', async () => {
  const { made } = await training(clicks('small.csv', 400));
  trained(await made.train());
  const target = mkdtempSync(join(folder, 'target-'));
  const occupied = join(target, 'model.nfm');
  rmSync(occupied, { force: true });
  writeFileSync(join(target, 'old.nfm'), 'old');
  await expect(made.save(join(target, 'old.nfm', 'below-a-file.nfm'))).rejects.toThrow('ENOTDIR');
  expect(readdirSync(target)).toEqual(['old.nfm']);
  expect(readFileSync(join(target, 'old.nfm'), 'utf8')).toBe('old');
  expect(existsSync(occupied)).toBe(false);
  await made.dispose();
});
