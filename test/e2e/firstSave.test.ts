import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

describe.skipIf(missing)('the first save of a new notebook', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start();
    await workbench.api((v) => {
      // With a second kernel VS Code chooses none by itself.
      v.notebooks.createNotebookController('other', 'jupyter-notebook', 'Other');
    });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  /** As a reader saves: the Save command, a name in its dialog, Enter. */
  const saveAs = async (name: string): Promise<void> => {
    await workbench.api((v) => {
      void v.commands.executeCommand('workbench.action.files.save'); // lasts as long as the dialog
    });
    const input = workbench.page.locator('.quick-input-widget input').first();
    await until('the name that the dialog proposes', async () => (await input.inputValue()).endsWith('.ipynb'));
    await input.fill(workbench.path(name));
    await input.press('Enter');
    await until('the saved notebook', () =>
      workbench.api((v, end) => v.window.activeNotebookEditor?.notebook.uri.path.endsWith(end) === true, name),
    );
  };

  const kernelPid = (): Promise<number | undefined> =>
    workbench.api((v) =>
      (v.extensions.getExtension('nfm-notebooks.nfm-notebooks')!.exports as { kernelPid(): number }).kernelPid(),
    );

  test('keeps the kernel and its variables', async () => {
    await workbench.api(async (v) => {
      await v.commands.executeCommand('nfm.newNotebook');
      const edit = new v.WorkspaceEdit();
      const cell = new v.NotebookCellData(v.NotebookCellKind.Code, 'globalThis.kept ??= Math.random()', 'nfm-ts');
      edit.set(v.window.activeNotebookEditor!.notebook.uri, [v.NotebookEdit.insertCells(0, [cell])]);
      await v.workspace.applyEdit(edit);
    });
    const first = await workbench.runCell(0);
    const pid = await kernelPid();
    expect(pid).toBeGreaterThan(0);
    await saveAs('first.ipynb');
    expect(await kernelPid()).toBe(pid);
    await workbench.overlay.locator('.kernel-label', { hasText: 'NFM (TypeScript)' }).waitFor();
    expect(textOf(await workbench.runCell(0))).toBe(textOf(first));
    expect(await workbench.cell(0)).toMatchObject({ success: true, order: 2 });
  });
});
