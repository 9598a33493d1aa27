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

  test('a comparison is a table with its spread', async () => {
    const cell = await workbench.runCell(2);
    expect(cell, textOf(cell)).toMatchObject({ success: true });
    const table = workbench.outputs.locator('[data-testid=comparison] table').first();
    await table.waitFor();
    expect(await table.textContent()).toMatch(/±/);
    await workbench.screenshot('comparison');
  });
});
