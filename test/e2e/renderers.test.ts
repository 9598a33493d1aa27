import { copyFile, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mime } from '../../src/kernel/format/mime.ts';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

const setup = `
import { fit, frappeShaped, nfm, splitDataset, splitRandom } from 'nfm';
const rows = frappeShaped({ scale: 0.05, seed: 1 });
const data = splitDataset(rows, splitRandom(rows.rows));
const model = nfm(data.train, { factors: 16 });
model`;
/** A name that would run a script where it is taken for markup. */
const hostile = '<img src=x onerror="document.body.dataset.broken=1">';
const cells = {
  setup,
  training: 'const run = await fit(model, data, { epochs: 100_000, earlyStopping: false });\nrun',
  short: 'await fit(model, data, { epochs: 4 })',
  difference:
    "import { compareArchitectures, fm } from 'nfm';\ncompareArchitectures(fm(data.train, { factors: 16 }), model)",
  hostile: `await fit(model.named(${JSON.stringify(hostile)}), data, { epochs: 1 })`,
};
const index = (name: keyof typeof cells): number => Object.keys(cells).indexOf(name);

const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
};

describe.skipIf(missing)('renderers', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({ files: { 'a.ipynb': ipynb(...Object.values(cells).map((ts) => ({ ts }))) } });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
    const cell = await workbench.runCell(index('setup'));
    expect(cell, textOf(cell)).toMatchObject({ success: true });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  const saved = () =>
    until('a saved notebook', () =>
      workbench.api(async (v) => {
        const { notebook } = v.window.activeNotebookEditor!;
        return (await notebook.save()) && !notebook.isDirty;
      }),
    );
  const training = () => workbench.outputs.locator('[data-testid=run]').first();
  const epochs = async (): Promise<number> => Number(await training().getAttribute('data-epochs'));

  test('a model is drawn as its architecture', async () => {
    await workbench.outputs.locator('[data-testid=architecture] svg', { hasText: 'Embedding' }).waitFor();
  });

  test('a training is drawn while it runs, in place, and the status bar tells its epoch', async () => {
    await workbench.startCell(index('training'));
    await training().locator('svg').first().waitFor();
    const seen = new Set<number>();
    await until('five states', async () => seen.add(await epochs()).size >= 5);
    await workbench.page.locator('.statusbar-item', { hasText: /NFM-1: epoch \d+ of/ }).waitFor();
    expect(await workbench.outputs.locator('[data-testid=run]').count()).toBe(1);
    await workbench.screenshot('training');
  });

  test('pause holds it, and says so; what is saved meanwhile is complete; resume goes on', async () => {
    await training().getByRole('button', { name: 'Pause' }).click();
    await until('the pause', async () => (await training().getAttribute('data-state')) === 'paused');
    expect(await training().locator('.nfm-state').textContent()).toBe('Paused');
    await workbench.page.locator('.statusbar-item .codicon-debug-pause').waitFor();
    await workbench.screenshot('training-paused');
    const held = await epochs();
    await saved();
    const { cells: written } = JSON.parse(await readFile(workbench.path('a.ipynb'), 'utf8')) as {
      cells: { outputs: { data: Record<string, { state: string; history: unknown[] }> }[] }[];
    };
    expect(written[index('training')].outputs[0].data[mime.run]).toMatchObject({ state: 'paused' });
    expect(written[index('training')].outputs[0].data[mime.run].history).toHaveLength(held);
    await training().getByRole('button', { name: 'Resume' }).click();
    await until('more epochs', async () => (await epochs()) > held);
  });

  test('the log scale is a matter of the reader', async () => {
    await training().getByRole('button', { name: 'Log scale' }).click();
    await training().getByText('(log scale)').first().waitFor();
  });

  test('stop keeps the best epoch, and the cell ends well', async () => {
    await training().getByRole('button', { name: 'Stop and keep best' }).click();
    const cell = await workbench.untilCell(index('training'), ({ endTime }) => endTime !== undefined);
    expect(cell).toMatchObject({ success: true });
    expect(cell.outputs).toHaveLength(1);
    await until('the end', async () => (await training().getAttribute('data-state')) === 'aborted');
    await workbench.page.locator('.statusbar-item', { hasText: /NFM-1: epoch/ }).waitFor({ state: 'detached' });
  });

  test('two models are one diagram of what differs', async () => {
    const cell = await workbench.runCell(index('difference'));
    expect(textOf(cell)).toContain('FM → NFM-1: 7 nodes added');
    await workbench.outputs.locator('[data-testid=difference] svg', { hasText: '+ added' }).waitFor();
    await workbench.screenshot('difference');
  });

  test('names in data are text, whatever they hold', async () => {
    await workbench.runCell(index('hostile'));
    await workbench.outputs.getByText('<img src=x').first().waitFor();
    expect(await workbench.outputs.locator('body').getAttribute('data-broken')).toBeNull();
    expect(await workbench.outputs.locator('img').count()).toBe(0);
  });

  test.for(Object.entries(themes))('%s: colours follow the theme', async ([name, theme]) => {
    if (!(await workbench.cell(index('short'))).success) await workbench.runCell(index('short'));
    const page = () =>
      workbench.outputs
        .locator('[data-testid=run]')
        .first()
        .evaluate((e) => getComputedStyle(e).getPropertyValue('--nfm-page'));
    const style = () =>
      workbench.outputs
        .locator('body')
        .evaluate((e) => getComputedStyle(e).getPropertyValue('--vscode-editor-background').trim());
    await workbench.api(async (v, id) => {
      await v.workspace.getConfiguration('workbench').update('colorTheme', id, v.ConfigurationTarget.Global);
    }, theme);
    const dark = name === 'dark' || name === 'high-contrast';
    const kind = name === 'high-contrast-light' ? 'vscode-high-contrast-light' : `vscode-${name}`;
    await workbench.outputs.locator(`body.${kind}`).waitFor({ state: 'attached' });
    await until('the colours', async () => (await page()) === (await style()).toLowerCase());
    const brightness = Number.parseInt((await page()).slice(1, 3), 16);
    expect(brightness < 128).toBe(dark);
    for (const cell of ['setup', 'short'] as const) {
      await workbench.reveal(index(cell));
      await new Promise((resolve) => setTimeout(resolve, 500)); // for the eye only
      await workbench.screenshot(`${cell === 'setup' ? 'architecture' : 'run'}-${name}`);
    }
  });

  test('a saved notebook draws without a kernel', async () => {
    await saved();
    // Another file, because VS Code keeps a document for a while after its editor is closed.
    await copyFile(workbench.path('a.ipynb'), workbench.path('copy.ipynb'));
    await workbench.open('copy.ipynb');
    await workbench.reveal(index('setup'));
    await workbench.outputs.locator('[data-testid=architecture] svg').first().waitFor();
    await workbench.reveal(index('training'));
    await workbench.outputs.locator('[data-testid=run][data-state=aborted] svg').first().waitFor();
    expect(await workbench.kernelPid()).toBeNull();
  });
});
