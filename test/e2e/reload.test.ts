/** A reload of the window: what was saved comes back, and a training that it ended is not lost. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

const cells = [
  `import { fit, nfm, planted, splitDataset, splitRandom } from 'nfm';
const log = planted({ rows: 20_000, seed: 1 });
const data = splitDataset(log, splitRandom(log.rows));
console.log('prepared');
nfm(data.train, { factors: 8 })`,
  'await fit(nfm(data.train, { factors: 8 }), data, { epochs: 100_000, earlyStopping: false });',
];

describe.skipIf(missing)('a reload of the window', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({ files: { 'a.ipynb': ipynb(...cells.map((ts) => ({ ts }))) } });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  test('in the middle of a training keeps its outputs and the epochs that it had', async () => {
    expect((await workbench.runCell(0)).success).toBe(true);
    await workbench.startCell(1);
    const training = workbench.outputs.locator('[data-testid=run]').first();
    const epochs = async () => Number(await training.getAttribute('data-epochs'));
    await until('some epochs', async () => (await epochs()) > 20);
    const had = await epochs();
    await until('a saved notebook', () => workbench.api((v) => v.window.activeNotebookEditor!.notebook.save()));

    await workbench.reload();
    await workbench.open('a.ipynb'); // where VS Code has not opened it again by itself
    const [first, second] = [await workbench.cell(0), await workbench.cell(1)];
    expect(textOf(first)).toContain('prepared');
    expect(textOf(second)).toMatch(/NFM-1, training, epoch \d+/);
    await training.locator('svg').first().waitFor();
    await training.locator('.nfm-message', { hasText: 'the kernel that trained it is gone' }).waitFor();
    expect(await epochs()).toBeGreaterThanOrEqual(had);
    expect(await training.locator('.nfm-state').textContent()).toBe('Ended with its kernel');
    expect(await training.getByRole('button', { name: 'Pause' }).count()).toBe(0);
    await workbench.outputs.locator('[data-testid=architecture] svg').first().waitFor({ state: 'attached' });
    await workbench.screenshot('reloaded');
  });

  test('a kernel that dies under a training leaves what it had, and says so', async () => {
    await workbench.selectKernel('nfm-jupyter');
    await workbench.runCell(0);
    await workbench.startCell(1);
    const training = workbench.outputs.locator('[data-testid=run]').first();
    const epochs = async () => Number(await training.getAttribute('data-epochs'));
    await training.getByRole('button', { name: 'Pause' }).waitFor();
    await until('some epochs', async () => (await epochs()) > 20);
    const had = await epochs();
    process.kill((await workbench.kernelPid())!, 'SIGKILL');
    const cell = await workbench.untilCell(1, ({ success }) => success === false);
    expect(textOf(cell)).toContain('killed');
    await training.locator('.nfm-state', { hasText: 'Ended with its kernel' }).waitFor();
    expect(await epochs()).toBeGreaterThanOrEqual(had);
    expect(await training.getByRole('button', { name: 'Pause' }).count()).toBe(0);
    await workbench.screenshot('kernel-lost');
  });

  test('and cells run again in a fresh kernel', async () => {
    await workbench.selectKernel('nfm-jupyter');
    const cell = await workbench.runCell(0);
    expect(cell).toMatchObject({ success: true, order: 1 });
  });
});
