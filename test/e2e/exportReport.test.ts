import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, Workbench } from './host/workbench.ts';

const cells = [
  { md: '# A report from the editor' },
  { ts: "import { fit, fm, planted, splitDataset, splitRandom } from 'nfm';\nconst log = planted({ rows: 500 });" },
  {
    ts: 'const data = splitDataset(log, splitRandom(500));\nawait fit(fm(data.train, { factors: 4 }), data, { epochs: 3 })',
  },
];

describe.skipIf(missing)('Export Report', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({ files: { 'a.ipynb': ipynb(...cells) } });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  const exportTo = (name: string): Promise<unknown> =>
    workbench.api(async (v, file) => {
      await v.commands.executeCommand('nfm.exportReport', undefined, v.Uri.file(file));
    }, workbench.path(name));

  test('a notebook without outputs is told so', async () => {
    await expect(exportTo('none.html')).rejects.toThrow(/expected outputs to report on, found none in 2 code cells/);
  });

  test('what is open is exported, also what is not saved', async () => {
    for (const index of [1, 2]) {
      const cell = await workbench.runCell(index);
      expect(cell, textOf(cell)).toMatchObject({ success: true });
    }
    await exportTo('report.html');
    const html = readFileSync(workbench.path('report.html'), 'utf8');
    expect(html).toContain('<title>A report from the editor</title>');
    const verdict = /<div class="verdict">([\s\S]*?)<\/div>/.exec(html)?.[1];
    expect(verdict).toMatch(/^<p>FM has a test RMSE of \d\.\d+ \(one run with seed 2016, weights of epoch \d of 3\)\./);
    expect(html).toContain('as it was open, with unsaved changes');
    expect(html).toContain('nfm run a.ipynb --report report.html');
  });

  test('the command stands in the toolbar and asks for a format', async () => {
    await workbench.page.getByRole('button', { name: 'Export Report' }).first().click();
    const choices = workbench.page.locator('.quick-input-list .monaco-list-row');
    await choices.nth(2).waitFor();
    expect(await choices.allInnerTexts()).toEqual([
      expect.stringMatching(/^HTML/),
      expect.stringMatching(/^Markdown/),
      expect.stringMatching(/^PDF/),
    ]);
    await workbench.screenshot('export-report');
    await workbench.page.keyboard.press('Escape');
  });
});
