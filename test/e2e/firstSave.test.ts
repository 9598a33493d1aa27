import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

describe.skipIf(missing)('the first save of a new notebook', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start();
    await workbench.api((v) => {
      // With a second kernel VS Code chooses none by itself.
      Object.assign(globalThis, { other: v.notebooks.createNotebookController('other', 'jupyter-notebook', 'Other') });
    });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  /** As a reader saves: the Save command, a name in its dialog, Enter. */
  const saveAs = async (name: string): Promise<void> => {
    await workbench.api((v) => {
      void v.commands.executeCommand('workbench.action.files.save'); // lasts as long as the dialog
    });
    await workbench.answerFileDialog(workbench.path(name));
    await until('the saved notebook', () =>
      workbench.api((v, end) => v.window.activeNotebookEditor?.notebook.uri.path.endsWith(end) === true, name),
    );
  };

  test('keeps the kernel and its variables', async () => {
    await workbench.api(async (v) => {
      await v.commands.executeCommand('nfm.newNotebook');
      const edit = new v.WorkspaceEdit();
      const cell = new v.NotebookCellData(v.NotebookCellKind.Code, 'globalThis.kept ??= Math.random()', 'nfm-ts');
      edit.set(v.window.activeNotebookEditor!.notebook.uri, [v.NotebookEdit.insertCells(0, [cell])]);
      await v.workspace.applyEdit(edit);
    });
    const first = await workbench.runCell(0);
    const pid = await workbench.kernelPid();
    expect(pid).toBeGreaterThan(0);
    await saveAs('first.ipynb');
    expect(await workbench.kernelPid()).toBe(pid);
    await workbench.overlay.locator('.kernel-label', { hasText: 'NFM (TypeScript)' }).waitFor();
    expect(textOf(await workbench.runCell(0))).toBe(textOf(first));
    expect(await workbench.cell(0)).toMatchObject({ success: true, order: 2 });
  });

  test.for(['beside another kernel', 'with our kernel alone'])(
    '%s, runs and waiting cells go on in the file',
    async (which) => {
      if (which === 'with our kernel alone')
        await workbench.api(() => (globalThis as unknown as { other: { dispose(): void } }).other.dispose());
      const sources = [
        "for (let i = 0; i < 20; i++) {\n  console.log('line', i);\n  await new Promise((r) => setTimeout(r, 150));\n}\nconst kept = 'kept';",
        'kept + 1',
      ];
      await workbench.api(async (v, texts) => {
        await v.commands.executeCommand('nfm.newNotebook');
        const edit = new v.WorkspaceEdit();
        const cells = texts.map((text) => new v.NotebookCellData(v.NotebookCellKind.Code, text, 'nfm-ts'));
        const { notebook } = v.window.activeNotebookEditor!;
        edit.set(notebook.uri, [v.NotebookEdit.replaceCells(new v.NotebookRange(0, notebook.cellCount), cells)]);
        await v.workspace.applyEdit(edit);
      }, sources);
      await workbench.overlay.locator('.code-cell-row').first().waitFor({ state: 'attached' });
      await workbench.api((v) => {
        void v.commands.executeCommand('notebook.execute', v.window.activeNotebookEditor!.notebook.uri);
      });
      await workbench.untilCell(0, (cell) => textOf(cell).includes('line 3'));
      const pid = await workbench.kernelPid();
      await saveAs(`${which}.ipynb`);
      expect(await workbench.kernelPid()).toBe(pid);
      await workbench.screenshot('saved-while-running');
      const last = await workbench.untilCell(1, ({ success }) => success !== undefined);
      expect(textOf(last)).toBe('kept1');
      const first = await workbench.cell(0);
      expect(first).toMatchObject({ success: true, order: 1 });
      expect(textOf(first).trim().split('\n')).toEqual(Array.from({ length: 20 }, (_, i) => `line ${i}`));
    },
  );
});
