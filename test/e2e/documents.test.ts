import { readFile, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepFailures, missing, until, Workbench } from './host/workbench.ts';

const text =
  '// %% Load tags=["parameters"]\nconst path = \'a.csv\';\n\n// %% [markdown]\n// ## Results\n\n// %%\n1 + 1\n';

describe.skipIf(missing)('documents', () => {
  let workbench: Workbench;
  const binary = Uint8Array.of(0x2f, 0x2f, 0xff, 0xfe, 0x0a);

  beforeAll(async () => {
    workbench = await Workbench.start({
      files: { 'a.nfm.ts': text, 'binary.nfm.ts': binary, 'broken.ipynb': '{ "cells": [', 'empty.nfm.ts': '' },
    });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  test('a text notebook opens as its cells', async () => {
    await workbench.open('a.nfm.ts');
    const cells = await workbench.api((v) =>
      v.window
        .activeNotebookEditor!.notebook.getCells()
        .map((cell) => [cell.document.languageId, cell.document.getText()]),
    );
    expect(cells).toEqual([
      ['nfm-ts', "const path = 'a.csv';"],
      ['markdown', '## Results'],
      ['nfm-ts', '1 + 1'],
    ]);
  });

  test('an edit of one cell changes its lines alone', async () => {
    await workbench.open('a.nfm.ts');
    await workbench.api(async (v) => {
      const { notebook } = v.window.activeNotebookEditor!;
      const edit = new v.WorkspaceEdit();
      const { document } = notebook.cellAt(2);
      edit.replace(document.uri, new v.Range(0, 0, 0, 1), '41');
      await v.workspace.applyEdit(edit);
      await notebook.save();
    });
    const saved = await readFile(workbench.path('a.nfm.ts'), 'utf8');
    expect(saved).toBe(text.replace('1 + 1', '41 + 1'));
  });

  test('any text opens, and an edit of one cell leaves all others byte for byte', async () => {
    const line = fc.constantFrom(
      '// %%',
      '// %% [markdown]',
      '// %% A title tags=["a"]',
      '// \\%%',
      '// text',
      '',
      'const x = 1;',
      '\tx',
      'é😀',
      '\u2028',
    );
    const texts = fc.sample(
      fc.tuple(
        fc.array(line, { minLength: 2, maxLength: 9 }),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\uFEFF'),
      ),
      { seed: 3, numRuns: 25 },
    );
    for (const [i, [lines, end, mark]] of texts.entries()) {
      const given = `${mark}${lines.join(end)}${end}// %%${end}edited${end}`;
      const file = workbench.path(`fuzz${i}.nfm.ts`);
      await writeFile(file, given);
      const open = await workbench.api(async (v, path) => {
        const notebook = await v.workspace.openNotebookDocument(v.Uri.file(path));
        const last = notebook.cellAt(notebook.cellCount - 1).document;
        const edit = new v.WorkspaceEdit();
        edit.insert(last.uri, new v.Position(0, 0), 'was ');
        await v.workspace.applyEdit(edit);
        return [notebook.cellCount, await notebook.save()] as const;
      }, file);
      expect(open[0], JSON.stringify(given)).toBeGreaterThan(0);
      expect(await readFile(file, 'utf8'), JSON.stringify(given)).toBe(given.replace(/edited(?=\r?\n$)/, 'was edited'));
    }
  });

  test('a file that is no text is refused, said so, and left as it is', async () => {
    await expect(workbench.open('binary.nfm.ts')).rejects.toThrow('not UTF-8 text');
    await workbench.page.locator('.notification-toast', { hasText: 'It was not changed' }).waitFor();
    expect(new Uint8Array(await readFile(workbench.path('binary.nfm.ts')))).toEqual(binary);
  });

  test('the refused file can be opened as text from the message', async () => {
    await workbench.api(async (v) => {
      await v.commands.executeCommand('notifications.clearAll');
    });
    await workbench.api((v, file) => {
      void v.commands.executeCommand('vscode.openWith', v.Uri.file(file), 'nfm-notebook');
    }, workbench.path('binary.nfm.ts'));
    const toast = workbench.page.locator('.notification-toast', { hasText: 'It was not changed' });
    await toast.getByText('Open as Text').click();
    await until('a text editor', () =>
      workbench.api((v) => v.window.tabGroups.activeTabGroup.activeTab?.input instanceof v.TabInputText),
    );
  });

  test('a broken .ipynb is left as it is', async () => {
    await expect(workbench.open('broken.ipynb')).rejects.toThrow();
    expect(await readFile(workbench.path('broken.ipynb'), 'utf8')).toBe('{ "cells": [');
  });

  test('an empty file is a new notebook', async () => {
    await workbench.open('empty.nfm.ts');
    expect(await workbench.api((v) => v.window.activeNotebookEditor!.notebook.cellCount)).toBe(0);
  });

  test('both document types have our kernel', async () => {
    await workbench.open('empty.nfm.ts');
    await workbench.overlay.locator('.kernel-label', { hasText: 'NFM (TypeScript)' }).waitFor();
    const type = await workbench.api(async (v) => {
      await v.commands.executeCommand('nfm.newNotebook');
      return v.window.activeNotebookEditor!.notebook.notebookType;
    });
    expect(type).toBe('jupyter-notebook');
    await workbench.overlay.locator('.code-cell-row').first().waitFor();
    await workbench.overlay.locator('.kernel-label', { hasText: 'NFM (TypeScript)' }).waitFor();
    await workbench.screenshot('new-notebook');
  });
});
