import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { vsceMissing } from '../../scripts/vsce.mjs';
import { root } from '../../scripts/vscodeHost.mjs';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, Workbench } from './host/workbench.ts';

const cell = `
import { fit, nfm, planted, splitDataset, splitRandom } from 'nfm';
const rows = planted({ rows: 400, seed: 1 });
const data = splitDataset(rows, splitRandom(rows.rows));
const run = await fit(nfm(data.train, { factors: 4 }), data, { epochs: 2 });
run`;

const noPackager = missing ? '' : vsceMissing();
if (noPackager) console.log(`SKIPPED, the packaged extension: ${noPackager}`);

describe.skipIf(missing || noPackager)('the packaged extension', () => {
  let workbench: Workbench;
  let vsix: string;
  beforeAll(async () => {
    execFileSync(process.execPath, [join(root, 'scripts/package.mjs')], { cwd: root, stdio: 'pipe' });
    const name = (await readdir(root)).find((file) => file.endsWith('.vsix'))!;
    vsix = join(root, name);
    workbench = await Workbench.start({ vsix, files: { 'a.ipynb': ipynb({ ts: cell }) } });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  test('is below 15 MB, holds what it needs, and nothing else', async () => {
    expect(statSync(vsix).size).toBeLessThan(15e6);
    const folder = await workbench.api((v) => v.extensions.getExtension('nfm-notebooks.nfm-notebooks')!.extensionPath);
    expect(folder.startsWith(root)).toBe(false);
    const files = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
    for (const name of [
      'extension',
      'kernel',
      'moduleHooks',
      'architecture',
      'run',
      'vega',
      'vegaChart',
      'raster',
      'nfm',
    ])
      expect(files).toContain(`dist/${name}.js`);
    for (const name of ['canvaskit.wasm', 'DejaVuSans.ttf', 'DejaVuSansMono.ttf'])
      expect(files).toContain(`dist/${name}`);
    const notices = await readFile(join(folder, 'THIRD_PARTY_NOTICES.txt'), 'utf8');
    for (const name of ['canvaskit-wasm', 'dejavu-fonts-ttf', 'vega-lite', 'esbuild'])
      expect(notices).toContain(`\n${name} `);
    expect(files.filter((name) => /^(src|test|scripts|node_modules)\b|\.(map|ts)$/.test(name))).toEqual([]);
  });

  test('runs a notebook, without node_modules, and draws it', async () => {
    const state = await workbench.runCell(0, 60_000);
    expect(state, textOf(state)).toMatchObject({ success: true });
    await workbench.outputs.locator('[data-testid=run] svg').first().waitFor();
    await workbench.untilCell(0, ({ outputs }) => outputs.flat().some(({ mime }) => mime === 'image/png'));
    await workbench.screenshot('packaged');
  });
});
