import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Registry, startRegistry } from '../kernel/engine/tensorflow/registry.ts';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

describe.skipIf(missing)('Install TensorFlow Engine', () => {
  let workbench: Workbench;
  let registry: Registry;
  beforeAll(async () => {
    registry = await startRegistry();
    const variables = ['NFM_TENSORFLOW_INSTALLED', 'NFM_TENSORFLOW'].map((name) => ({ ts: `process.env.${name}` }));
    workbench = await Workbench.start({
      files: { 'a.ipynb': ipynb(...variables) },
      settings: { 'nfm.tensorflow.path': '/chosen/engine' },
      env: Object.fromEntries(Object.entries(registry.env).map(([name, value]) => [name, value ?? ''])),
    });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
  });
  afterAll(async () => {
    await workbench?.stop();
    registry?.close();
  });
  keepFailures(() => workbench);

  const run = () => workbench.api((v) => void v.commands.executeCommand('nfm.installTensorflow'));
  const toast = (text: string | RegExp) => workbench.page.locator('.notification-toast', { hasText: text });
  const kernelSees = async (index: number) => textOf(await workbench.runCell(index)).replaceAll("'", '');

  test('installs where kernels find it, and removes it', async () => {
    await run();
    const done = toast(/TensorFlow 9\.8\.7 is installed \(library from 127\.0\.0\.1:\d+; \d+ MB, \d+ s\)/);
    await done.waitFor();
    const folder = await kernelSees(0);
    expect(existsSync(`${folder}/node_modules/@tensorflow/tfjs-node/package.json`)).toBe(true);
    expect(await kernelSees(1)).toBe('/chosen/engine');
    await workbench.screenshot('install-tensorflow');

    await workbench.api((v) => v.commands.executeCommand('notifications.clearAll'));
    await run();
    await toast(`is installed in ${folder}`).getByRole('button', { name: 'Remove' }).click();
    await toast(`removed from ${folder}`).waitFor();
    expect(existsSync(folder)).toBe(false);
  });

  test('Cancel leaves nothing, and an error is one sentence', async () => {
    const storage = dirname(await kernelSees(0));
    registry.library = null; // the download never ends
    await run();
    const progress = toast('downloading the TensorFlow library');
    await progress.waitFor();
    await workbench.screenshot('install-tensorflow-progress');
    await until('the download', () => registry.waiting() === 1);
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await until('the download to end', () => registry.waiting() === 0);
    await until('the storage to be clean', () => readdirSync(storage).length === 0);

    registry.close();
    await run();
    await toast(/npm could not fetch @tensorflow\/tfjs-node@4\.22\.0: .*ECONNREFUSED/).waitFor();
    await workbench.screenshot('install-tensorflow-failed');
    expect(readdirSync(storage)).toEqual([]);
  });
});
