import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

/** Rows in which the target is whether user and item have the same parity. */
function clicks(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => [i % 40, Math.floor(i / 40) % 30] as const);
  return `user,item,label\n${rows.map(([u, i]) => `u${u},i${i},${(u + i) % 2}`).join('\n')}\n`;
}

const temporaryModels = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('nfm-training-'));

describe.skipIf(missing)('Train NFM outside a notebook', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({ files: { 'small.csv': clicks(1200), 'large.csv': clicks(600_000) } });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  async function trainNow(name: string): Promise<void> {
    await workbench.api((v, file) => {
      void v.commands.executeCommand('nfm.trainNfm', v.Uri.file(file));
    }, workbench.path(name));
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Train now' }).click();
  }
  const toast = (text: string) => workbench.page.locator('.notification-toast', { hasText: text });

  test('trains to its end, saves the model, and opens as a notebook with its outputs', async () => {
    const { page } = workbench;
    await trainNow('small.csv');
    const result = toast('best epoch');
    await result.waitFor();
    expect(await result.textContent()).toMatch(/NFM-1 .* \d+ epochs; best epoch \d+: validation log loss 0\.\d+, test/);
    expect(await workbench.api((v) => v.window.activeNotebookEditor === undefined)).toBe(true);
    await workbench.screenshot('train-outside-result');

    await result.getByRole('button', { name: 'Save Model…' }).click();
    const input = page.locator('.quick-input-widget input').first();
    await until('the proposed name', async () => (await input.inputValue()).endsWith('small.nfm'));
    await page.keyboard.press('Enter');
    await until('the model file', () => existsSync(workbench.path('small.nfm')));

    await toast('Saved to').getByRole('button', { name: 'Open as Notebook' }).click();
    await until('the notebook', () => workbench.api((v) => v.window.activeNotebookEditor !== undefined));
    const cells = await workbench.api((v) =>
      v.window.activeNotebookEditor!.notebook.getCells().map((cell) => cell.document.getText()),
    );
    const training = cells.findIndex((text) => text.includes('await fit('));
    const cell = await workbench.untilCell(training, ({ outputs }) => outputs.length > 0);
    expect(textOf(cell)).toContain('Its weights are those of epoch');
    expect(cell.outputs[0].map(({ mime }) => mime)).toContain('application/vnd.nfm.run.v1+json');
    await workbench.reveal(training);
    await workbench.outputs.getByText('Finished', { exact: true }).waitFor();
    await workbench.screenshot('train-outside-notebook');
  });

  test('counts epochs while it trains; Cancel keeps the best weights', async () => {
    const before = temporaryModels();
    await trainNow('large.csv');
    const progress = toast('Train NFM on large.csv');
    await progress.filter({ hasText: /epoch [3-9] of 50, log loss 0\.\d+/ }).waitFor();
    await workbench.screenshot('train-outside-progress');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    const result = toast('was stopped after');
    await result.waitFor({ timeout: 10_000 });
    expect(await result.textContent()).toMatch(/best epoch \d+: validation log loss 0\.\d+/);
    await result.getByRole('button', { name: 'Save Model…' }).waitFor();
    await workbench.api((v) => v.commands.executeCommand('notifications.clearAll'));
    await until('the unwanted model to go', () => temporaryModels().every((name) => before.includes(name)));
  });
});
