import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mime } from '../../src/kernel/format/mime.ts';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

/** 300 rows in which the target is whether user and item have the same parity. */
const rows = Array.from({ length: 300 }, (_, i) => [i % 10, Math.floor(i / 10) % 6] as const);
const csv = `user,item,clicked,label\n${rows.map(([u, i]) => `u${u},i${i},${u},${(u + i) % 2}`).join('\n')}\n`;
const libfm = `${rows.map(([u, i]) => `${(u + i) % 2 ? 1 : -1} ${u}:1 ${10 + i}:1`).join('\n')}\n`;
const tsv = `user\titem\trating\tliked\n${rows.map(([u, i]) => `u${u}\ti${i}\t${1 + ((u * i) % 9) / 2}\t${u % 2}`).join('\n')}\n`;

describe.skipIf(missing)('Train NFM', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({
      files: {
        'clicks.csv': csv,
        'ratings.tsv': tsv,
        'log.train.libfm': libfm,
        'log.test.libfm': libfm,
        'words.csv': 'a,b\nx,y\n',
      },
    });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  const choice = (text: string) => workbench.choice(text);

  /** The command in the palette, then the file's path; where this host could list files, the dialog is the last choice. */
  async function fromThePalette(file: string): Promise<void> {
    await workbench.command('Train NFM');
    await workbench.page.locator('.quick-input-widget', { hasText: 'the data file' }).waitFor();
    await workbench.answerFileDialog(workbench.path(file));
  }

  /** Runs the cells to their end and gives their texts. */
  async function runsToItsEnd(): Promise<string> {
    await choice('and run it').click();
    await until('the notebook', () => workbench.api((v) => v.window.activeNotebookEditor !== undefined));
    const cells = await workbench.api((v) =>
      v.window.activeNotebookEditor!.notebook.getCells().map((cell) => [cell.kind, cell.document.getText()] as const),
    );
    const code = cells.flatMap(([kind], i) => (kind === 2 ? [i] : []));
    for (const i of code) {
      const cell = await workbench.untilCell(i, ({ endTime }) => endTime !== undefined, 60_000);
      expect(cell, textOf(cell)).toMatchObject({ success: true });
    }
    const training = await workbench.cell(cells.findIndex(([, text]) => text.includes('await fit(')));
    const run = training.outputs.flat().find((item) => item.mime === mime.run)!;
    expect(JSON.parse(run.text)).toMatchObject({ state: expect.stringMatching(/^(epochs|earlyStopping)$/) });
    return cells.map(([, text]) => text).join('\n');
  }

  const close = () =>
    workbench.api(async (v) => {
      await v.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });

  test('from the palette, a CSV file: dialog, confirmation, notebook, finished run', async () => {
    await fromThePalette('clicks.csv');
    await choice('Target: label').waitFor();
    await choice('Task: binary').waitFor();
    await workbench.screenshot('train-nfm-confirm');
    const text = await runsToItsEnd();
    expect(text).toContain("target: target('label')");
    expect(text).toContain("await load('clicks.csv'");
    expect(text).toContain("task: 'binary'");
    await workbench.screenshot('train-nfm');
    await close();
  });

  test('from the palette, libFM files: the one of test rows comes along', async () => {
    await fromThePalette('log.train.libfm');
    await choice('Task: binary').waitFor();
    expect(await choice('Target:').count()).toBe(0);
    const text = await runsToItsEnd();
    expect(text).toContain("await load('log.train.libfm'");
    expect(text).toContain("test: 'log.test.libfm'");
    expect(text).not.toContain('split:');
    await workbench.screenshot('train-nfm-libfm');
    await close();
  });

  test("from the Explorer's context menu, with another target and task than guessed", async () => {
    const { page } = workbench;
    await page
      .locator('.explorer-folders-view .monaco-list-row', { hasText: 'ratings.tsv' })
      .click({ button: 'right' });
    const item = page.locator('.monaco-menu .action-item', { hasText: 'Train NFM' });
    await item.waitFor();
    await workbench.screenshot('train-nfm-explorer');
    // VS Code ignores a click on a menu that has only just opened.
    await item.hover();
    await page.keyboard.press('Enter');
    const picker = (title: string) => page.locator('.quick-input-widget', { hasText: title });
    await choice('Task: regression').waitFor();
    await choice('Target: rating').click();
    await picker('The column to predict').waitFor();
    await choice('liked').click();
    await choice('Task: binary').click();
    await picker('The task').waitFor();
    await choice('regression').click();
    await choice('Task: regression').waitFor();
    const text = await runsToItsEnd();
    expect(text).toContain("await load('ratings.tsv'");
    expect(text).toContain("target: target('liked')");
    expect(text).toContain("task: 'regression'");
    await close();
  });

  test('a file that is no data has no such item in its menu', async () => {
    const { page } = workbench;
    await workbench.api(async (v, file) => {
      await v.workspace.fs.writeFile(v.Uri.file(file), new TextEncoder().encode('no data'));
    }, workbench.path('notes.md'));
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'notes.md' }).click({ button: 'right' });
    await page.locator('.monaco-menu .action-item', { hasText: 'Rename' }).waitFor();
    expect(await page.locator('.monaco-menu .action-item', { hasText: 'Train NFM' }).count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  test('a file without a usable target says which value is wrong', async () => {
    await fromThePalette('words.csv');
    await workbench.page
      .locator('.notification-toast', { hasText: 'expected numbers in the target column "b", got "y"' })
      .waitFor();
  });
});
