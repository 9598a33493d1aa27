import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, Workbench } from './host/workbench.ts';

const cells = [
  `import { compare, fit, fm, nfm, planted, splitDataset, splitRandom } from 'nfm';
const log = planted({ rows: 6000 });
const data = splitDataset(log, splitRandom(log.rows));
const model = nfm(data.train, { factors: 16, dropout: 0 });
const run = await fit(model, data, { epochs: 15 });`,
  'run.interactions()',
  'await compare({ FM: fm(data.train, { factors: 8 }), NFM: model }, data, { seeds: [1, 2, 3], epochs: 5 })',
];

describe.skipIf(missing)('interactions and comparison', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({ files: { 'a.ipynb': ipynb(...cells.map((ts) => ({ ts }))) } });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  test('interactions are a heatmap that names the planted pair, and a click lists its feature pairs', async () => {
    for (const index of [0, 1]) {
      const cell = await workbench.runCell(index);
      expect(cell, textOf(cell)).toMatchObject({ success: true });
    }
    const heatmap = workbench.outputs.locator('[data-testid=interactions]').first();
    await heatmap.locator('svg[role=group]').waitFor();
    expect(await heatmap.locator('svg[role=group]').getAttribute('aria-label')).toContain('b × d');
    const strongest = heatmap.locator('.nfm-cell[aria-label^="b × d"]');
    await strongest.scrollIntoViewIfNeeded();
    await strongest.click();
    await heatmap.getByText('Strongest pairs of b × d').waitFor();
    await workbench.screenshot('heatmap');
  });

  test('the keyboard goes from cell to cell, lists a pair, and turns the picture into a table and back', async () => {
    const heatmap = workbench.outputs.locator('[data-testid=interactions]').first();
    const focused = () => heatmap.locator('.nfm-cell:focus').getAttribute('aria-label');
    await heatmap.locator('.nfm-cell[tabindex="0"]').focus();
    expect(await focused()).toContain('b × d');
    await heatmap.locator('.nfm-cell:focus').press('ArrowDown');
    expect(await focused()).toContain('b × e');
    const told = heatmap.locator('[data-told]');
    expect(await told.textContent()).toBe(await focused());
    await heatmap.locator('.nfm-cell:focus').press('Enter');
    await heatmap.getByText('Strongest pairs of b × e').waitFor();
    expect(await focused()).toContain('b × e'); // the list is drawn, and the focus stays

    await heatmap.getByRole('button', { name: 'Cluster fields' }).click();
    await heatmap.locator('[data-toggle=clustered][aria-pressed=true]').waitFor();
    const table = heatmap.getByRole('button', { name: 'Table' });
    await table.press('Enter');
    await heatmap.locator('table caption', { hasText: 'path contributions' }).waitFor();
    expect(await heatmap.locator('svg').count()).toBe(0);
    await table.press('Enter');
    await heatmap.locator('svg[role=group]').waitFor();
  });

  test('a comparison is a table with its spread', async () => {
    const cell = await workbench.runCell(2);
    expect(cell, textOf(cell)).toMatchObject({ success: true });
    const table = workbench.outputs.locator('[data-testid=comparison] table').first();
    await table.waitFor();
    expect(await table.textContent()).toMatch(/±/);
    await workbench.screenshot('comparison');
  });
});
