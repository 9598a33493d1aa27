/** Every command about notebooks as a reader runs it, and every setting by its effect. */

import { chmod, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

const cells = [
  'const made = 7;\nmade',
  'made + 1',
  'for (;;) await null;',
  "process.env.CHOSEN ?? 'the Node of VS Code'",
  "import v8 from 'node:v8';\nMath.round(v8.getHeapStatistics().heap_size_limit / 2 ** 20)",
  "for (let i = 0; i < 500; i++) console.log('line', i);",
  "'x'.repeat(50_000)",
  `import { fit, nfm, planted } from 'nfm';
const data = planted({ rows: 100, seed: 1 });
(await fit(nfm(data, { factors: 2 }), data, { epochs: 1 })).config.seed`,
  "process.on('exit', () => { for (const end = Date.now() + 700; Date.now() < end; ); });\nprocess.pid",
  'await new Promise((resolve) => setTimeout(resolve, 1000));\nprocess.pid',
];

describe.skipIf(missing)('commands and settings', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    const files = {
      'a.ipynb': ipynb(...cells.map((ts) => ({ ts }))),
      'rows.csv': 'user,item,label\nu,i,1\nv,j,0\nu,j,1\n',
    };
    workbench = await Workbench.start({ files });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
    await workbench.overlay.locator('.code-cell-row').first().waitFor();
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  const toast = (words: string) => workbench.page.locator('.notification-toast', { hasText: words });
  const set = (name: string, value: string | number) =>
    workbench.api(
      async (v, key, to) => {
        await v.workspace.getConfiguration('nfm').update(key, to, v.ConfigurationTarget.Global);
      },
      name,
      value,
    );
  /** Settles when it is done. (The status bar's word for it stays for seconds and may be an earlier one's.) */
  const restart = () =>
    workbench.api(async (v) => {
      await v.commands.executeCommand('nfm.restartKernel');
    });
  const value = async (index: number): Promise<string> => textOf(await workbench.runCell(index));

  test('Restart Kernel, in the palette and in the toolbar', async () => {
    expect(await value(0)).toBe('7');
    await workbench.command('Restart Kernel');
    await workbench.page.locator('.statusbar', { hasText: 'NFM kernel restarted' }).waitFor();
    expect(await value(1)).toContain('made is not defined');
    await value(0);
    await workbench.overlay
      .page()
      .locator('.notebook-toolbar-container [aria-label^="Restart Kernel"]')
      .first()
      .click();
    await until('a fresh kernel', async () => (await value(1)).includes('made is not defined'));
  });

  test('a cell that is run while the kernel restarts runs in the fresh one', async () => {
    const old = await value(8);
    const restarted = restart(); // the old process takes its time to leave, and leaves while the cell runs
    const fresh = await value(9);
    await restarted;
    expect(fresh).toMatch(/^\d+$/);
    expect(fresh).not.toBe(old);
    expect(await value(9)).toBe(fresh);
  });

  test('Interrupt', async () => {
    await value(0);
    await workbench.startCell(2);
    await workbench.untilRunning(2);
    await workbench.command('Interrupt');
    await workbench.untilCell(2, ({ success }) => success === false);
    expect(await value(1)).toBe('8');
  });

  test('Restart and Run All', async () => {
    await workbench.open('a.ipynb');
    await workbench.command('Restart and Run All');
    // The third cell runs until it is stopped, and those after it are dropped.
    await workbench.untilCell(1, ({ order, success }) => order === 2 && success === true);
    await workbench.untilRunning(2);
    await workbench.command('Interrupt');
    await workbench.untilCell(2, ({ success }) => success === false);
  });

  test("Select Kernel's Node: a program of one's own, what is no Node, and back", async () => {
    const program = async (name: string, text: string): Promise<string> => {
      await writeFile(workbench.path(name), `#!/bin/sh\n${text}\n`);
      await chmod(workbench.path(name), 0o755);
      return workbench.path(name);
    };
    const own = await program('own-node', `CHOSEN='a Node of mine' exec '${process.execPath}' "$@"`);
    const none = await program('no-node', 'echo hello');
    const chooseProgram = async (path: string): Promise<void> => {
      await workbench.command("Select Kernel's Node");
      await workbench.choice('Choose a program').click();
      await workbench.answerFileDialog(path);
    };
    expect(await value(3)).toBe('the Node of VS Code');
    await chooseProgram(none);
    await toast('expected Node 20.10 or newer, it does not say its version').waitFor();
    await chooseProgram(own);
    await toast('Running kernels keep their Node').waitFor();
    await workbench.screenshot('select-node');
    expect(await value(3)).toBe('the Node of VS Code');
    await restart();
    expect(await value(3)).toBe('a Node of mine');
    await workbench.command("Select Kernel's Node");
    await workbench.choice('Use the Node of VS Code').click();
    await until('the setting', () =>
      workbench.api((v) => v.workspace.getConfiguration('nfm').get('kernel.nodePath') === ''),
    );
    await restart();
    expect(await value(3)).toBe('the Node of VS Code');
  });

  test('a Node that is none ends the cell within 10 seconds with what was tried', async () => {
    await set('kernel.nodePath', '/nowhere/node');
    await restart();
    const began = Date.now();
    expect(await value(3)).toContain('Tried: /nowhere/node');
    expect(Date.now() - began).toBeLessThan(10_000);
    await set('kernel.nodePath', '');
    await restart();
    expect(await value(3)).toBe('the Node of VS Code');
  });

  test('settings of a kernel count when it is started again', async () => {
    await set('kernel.memoryLimit', 600);
    await set('output.textLimit', 0.001);
    await set('output.richLimit', 0.01);
    await set('training.seed', 7);
    await restart();
    const heap = Number(await value(4));
    expect(heap).toBeGreaterThan(550);
    expect(heap).toBeLessThan(800);
    expect(await value(5)).toMatch(/over 1,000 characters of text: the rest goes to \S+/);
    expect(await value(6)).toMatch(/over the 10,000 that one run may show/);
    expect(await value(7)).toContain('7');
  });

  test('threads and seed are those of "Train NFM"', async () => {
    await set('training.threads', 2);
    await workbench.api((v, file) => {
      void v.commands.executeCommand('nfm.trainNfm', v.Uri.file(file));
    }, workbench.path('rows.csv'));
    await workbench.choice('Open the notebook').last().click();
    const text = () =>
      workbench.api((v) =>
        v.window
          .activeNotebookEditor!.notebook.getCells()
          .map((cell) => cell.document.getText())
          .join('\n'),
      );
    await until('the notebook', async () => (await text()).includes('await load('));
    expect(await text()).toContain('threads: 2,');
    expect(await text()).toContain('seed: 7,');
    await workbench.api((v) => v.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));
  });

  test('New NFM Notebook', async () => {
    await workbench.command('New NFM Notebook');
    await until('the notebook', () =>
      workbench.api((v) => v.window.activeNotebookEditor?.notebook.isUntitled === true),
    );
    await workbench.overlay.locator('.kernel-label', { hasText: 'NFM (TypeScript)' }).waitFor();
    expect((await workbench.runCell(0)).success).toBe(true);
    await workbench.api((v) => v.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));
  });

  test('Open Sample', async () => {
    await workbench.command('Open Sample');
    await workbench.choice('quickstart.ipynb').click();
    await until('the sample, as an unsaved copy', () =>
      workbench.api((v) => {
        const notebook = v.window.activeNotebookEditor?.notebook;
        return notebook?.isUntitled === true && notebook.cellCount > 3;
      }),
    );
    await workbench.overlay.locator('.kernel-label', { hasText: 'NFM (TypeScript)' }).waitFor();
    await workbench.screenshot('sample');
  });
});
