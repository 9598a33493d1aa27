/** What a reader does to a notebook whose cells run: nothing that is asked for is lost, nothing runs that is not. */

import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mime } from '../../src/kernel/format/mime.ts';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, Workbench } from './host/workbench.ts';

const pause = (ms: number): string => `await new Promise((resolve) => setTimeout(resolve, ${ms}));`;
const untilFile = (name: string): string =>
  `import { existsSync } from 'node:fs';\nwhile (!existsSync('${name}')) ${pause(20)}`;

const notebooks = {
  waiting: [`globalThis.ran = ['first'];\n${untilFile('go')}`, "ran.push('deleted')", 'ran.join()'],
  printing: [`for (let i = 0; ; i++) {\n  console.log('line', i);\n  ${pause(30)}\n}`],
  training: [
    `import { fit, nfm, planted } from 'nfm';
const data = planted({ rows: 20_000, seed: 1 });
await fit(nfm(data, { factors: 8 }), data, { epochs: 100_000, earlyStopping: false });`,
  ],
  asking: [
    "'hello ' + (await input('Your name?'))",
    "(await Promise.all([input('First?'), input('Second?')])).join(' and ')",
  ],
  native: [
    'const kept = 1;',
    `import { execFileSync } from 'node:child_process';
execFileSync(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(untilFile('enough'))}]);`,
    'kept',
  ],
  moving: [
    `import { nfm, planted } from 'nfm';
for (let i = 0; i < 20; i++) {\n  console.log('line', i);\n  ${pause(150)}\n}
const kept = 'kept';
nfm(planted({ rows: 50 }), { factors: 4 })`,
    'kept + 1',
  ],
};

describe.skipIf(missing)('while cells run', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    const files = Object.entries(notebooks).map(([name, cells]) => [
      name === 'moving' ? 'folder/moving.ipynb' : `${name}.ipynb`,
      ipynb(...cells.map((ts) => ({ ts }))),
    ]);
    const text = "// %%\nconsole.log('printed');\n6 * 7\n";
    workbench = await Workbench.start({ files: { ...Object.fromEntries(files), 'text.nfm.ts': text } });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  const open = async (name: string): Promise<void> => {
    await workbench.open(name);
    await workbench.selectKernel('nfm-jupyter');
    await workbench.overlay.locator('.code-cell-row').first().waitFor({ state: 'attached' });
  };
  const command = (id: string) =>
    workbench.api((v, asked) => {
      void v.commands.executeCommand(asked); // running cells lasts as long as the cells
    }, id);
  /** As a reader clears all outputs; what comes next may be there before a test could see that there are none. */
  const clearOutputs = () =>
    workbench.api(async (v) => {
      const cleared = new Promise<void>((resolve) => {
        const listening = v.workspace.onDidChangeNotebookDocument(({ cellChanges }) => {
          if (!cellChanges.some(({ outputs }) => outputs?.length === 0)) return;
          listening.dispose();
          resolve();
        });
      });
      await v.commands.executeCommand('notebook.clearAllCellsOutputs');
      await cleared;
    });
  const ended = (index: number) => workbench.untilCell(index, ({ success }) => success !== undefined);

  test('a cell that is deleted while it waits does not run; those behind it do', async () => {
    await open('waiting.ipynb');
    await command('notebook.execute');
    await workbench.untilRunning(0);
    await workbench.api(async (v) => {
      const edit = new v.WorkspaceEdit();
      const { uri } = v.window.activeNotebookEditor!.notebook;
      edit.set(uri, [v.NotebookEdit.deleteCells(new v.NotebookRange(1, 2))]);
      await v.workspace.applyEdit(edit);
    });
    await writeFile(workbench.path('go'), '');
    expect(textOf(await ended(1))).toBe('first');
  });

  test('after Clear All Outputs a cell goes on printing', async () => {
    await open('printing.ipynb');
    await workbench.startCell(0);
    await workbench.untilCell(0, (cell) => textOf(cell).includes('line 5'));
    await clearOutputs();
    await workbench.untilCell(0, (cell) => /line \d+\s+line/.test(textOf(cell)) && !textOf(cell).includes('line 0\n'));
    await command('nfm.interruptKernel');
    const lines = [...textOf(await ended(0)).matchAll(/line (\d+)\n/g)].map(([, number]) => Number(number));
    expect(lines[0]).toBeGreaterThan(5);
    expect(lines).toEqual(lines.map((_, i) => lines[0] + i));
  });

  test('after Clear All Outputs a training shows itself again, and its end is kept', async () => {
    await open('training.ipynb');
    await workbench.startCell(0);
    const shown = workbench.outputs.locator('[data-testid=run]');
    await shown.waitFor();
    await clearOutputs();
    await workbench.untilCell(0, ({ outputs }) => outputs.length === 1);
    await shown.waitFor();
    await command('nfm.interruptKernel');
    await ended(0);
    const { outputs } = await workbench.untilPictures(0);
    const payload = outputs.flat().find(({ mime: type }) => type === mime.run);
    expect(JSON.parse(payload!.text)).toMatchObject({ state: 'aborted' });
  });

  test('a question is withdrawn when its run is interrupted', async () => {
    await open('asking.ipynb');
    const box = workbench.page.locator('.quick-input-widget', { hasText: 'Your name?' });
    await workbench.startCell(0);
    await box.waitFor();
    await command('nfm.interruptKernel');
    expect(await ended(0)).toMatchObject({ success: false });
    await box.waitFor({ state: 'hidden' });
  });

  test('questions are asked one after the other', async () => {
    await open('asking.ipynb');
    await workbench.startCell(1);
    for (const [question, answer] of [
      ['First?', 'Ada'],
      ['Second?', 'Grace'],
    ]) {
      await workbench.page.locator('.quick-input-widget', { hasText: question }).waitFor();
      const box = workbench.page.locator('.quick-input-widget input').first();
      await box.fill(answer);
      await box.press('Enter');
    }
    expect(textOf(await ended(1))).toBe('Ada and Grace');
  });

  test('native code is told of; restarting it costs nothing once it has ended', async () => {
    await open('native.ipynb');
    await workbench.runCell(0);
    await workbench.startCell(1);
    await workbench.untilRunning(1);
    await command('nfm.interruptKernel');
    const toast = workbench.page.locator('.notification-toast', { hasText: 'inside native code' });
    await toast.waitFor();
    await writeFile(workbench.path('enough'), '');
    expect(await ended(1)).toMatchObject({ success: false });
    await toast.getByRole('button', { name: 'Restart Kernel' }).click();
    await toast.waitFor({ state: 'detached' });
    expect(await workbench.runCell(2)).toMatchObject({ success: true, order: 3 });
    expect(textOf(await workbench.cell(2))).toBe('1');
  });

  test('when the file or its folder is renamed, kernel, runs and waiting cells go on', async () => {
    await open('folder/moving.ipynb');
    await command('notebook.execute');
    await workbench.untilCell(0, (cell) => textOf(cell).includes('line 3'));
    const pid = await workbench.kernelPid();
    expect(pid).toBeGreaterThan(0);
    for (const [from, to, name] of [
      ['folder/moving.ipynb', 'folder/moved.ipynb', 'folder/moved.ipynb'],
      ['folder', 'renamed', 'renamed/moved.ipynb'],
    ]) {
      await workbench.rename(from, to, name);
      expect(await workbench.kernelPid()).toBe(pid);
    }
    expect(textOf(await ended(1))).toBe('kept1');
    const isPicture = ({ mime: type }: { readonly mime: string }) => type === mime.png;
    const first = await workbench.untilCell(0, ({ outputs }) => outputs[1]?.some(isPicture) === true);
    expect(first).toMatchObject({ success: true, order: 1 });
    expect(first.outputs).toHaveLength(2);
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}\n`);
    expect(first.outputs[0].map(({ text }) => text).join('')).toBe(lines.join(''));
    await workbench.outputs.getByText('line 19').waitFor();
    await workbench.outputs.locator('[data-testid=architecture] svg').waitFor();
    const row = workbench.overlay.locator('.code-cell-row').first();
    await row.locator('.codicon-notebook-state-success').waitFor();
    await workbench.screenshot('renamed-while-running');
    // A write into the document before would have left a notebook behind that has changes and no file.
    const changed = await workbench.api((v) =>
      v.workspace.notebookDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri.path),
    );
    expect(changed.filter((path) => path.includes('folder/'))).toEqual([]);
  });

  test('a renamed text notebook keeps its outputs and its kernel', async () => {
    await workbench.open('text.nfm.ts');
    await workbench.selectKernel('nfm-text');
    expect(textOf(await workbench.runCell(0))).toMatch(/printed\s+42/);
    const pid = await workbench.kernelPid();
    expect(pid).toBeGreaterThan(0);
    await workbench.rename('text.nfm.ts', 'other.nfm.ts');
    expect(textOf(await workbench.untilCell(0, ({ outputs }) => outputs.length > 0))).toMatch(/printed\s+42/);
    expect(await workbench.kernelPid()).toBe(pid);
    expect(await workbench.runCell(0)).toMatchObject({ success: true, order: 2 });
  });
});
