import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

/** 300 rows in which the target is whether user and item have the same parity. */
const rows = Array.from({ length: 300 }, (_, i) => [i % 10, Math.floor(i / 10) % 6] as const);
const csv = `user,item,clicked,label\n${rows.map(([u, i]) => `u${u},i${i},${u},${(u + i) % 2}`).join('\n')}\n`;

describe.skipIf(missing)('Train NFM', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({ files: { 'clicks.csv': csv, 'words.csv': 'a,b\nx,y\n' } });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  test('from the palette: file, confirmation, notebook, run', async () => {
    const { page } = workbench;
    await workbench.api((v, file) => {
      void v.commands.executeCommand('nfm.trainNfm', v.Uri.file(file));
    }, workbench.path('clicks.csv'));
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Target: label' }).waitFor();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Task: binary' }).waitFor();
    await workbench.screenshot('train-nfm-confirm');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'and run it' }).click();
    await until('the notebook', () => workbench.api((v) => v.window.activeNotebookEditor !== undefined));
    const cells = await workbench.api((v) =>
      v.window.activeNotebookEditor!.notebook.getCells().map((cell) => cell.document.getText()),
    );
    expect(cells.join('\n')).toContain("target: target('label')");
    expect(cells.join('\n')).toContain("await load('clicks.csv'");
    expect(cells.join('\n')).toContain("task: 'binary'");
    const last = cells.length - 1;
    const cell = await workbench.untilCell(last, ({ endTime }) => endTime !== undefined, 60_000);
    expect(cell, textOf(cell)).toMatchObject({ success: true });
    await workbench.screenshot('train-nfm');
  });

  test('a file without a usable target says which value is wrong', async () => {
    await workbench.api((v, file) => {
      void v.commands.executeCommand('nfm.trainNfm', v.Uri.file(file));
    }, workbench.path('words.csv'));
    await workbench.page
      .locator('.notification-toast', { hasText: 'expected numbers in the target column "b", got "y"' })
      .waitFor();
  });

  test('the command palette has it', async () => {
    const { page } = workbench;
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input').first().fill('>Train NFM');
    await page.locator('.quick-input-list .monaco-list-row[aria-label*="NFM: Train NFM"]').click();
    await page.locator('.quick-input-widget', { hasText: 'the data file' }).waitFor();
    await page.keyboard.press('Escape');
  });
});
