import { existsSync } from 'node:fs';
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

const text = `// %%
import { nfm, planted } from 'nfm';
console.log('printed');
nfm(planted({ rows: 50 }), { factors: 4 })

// %%
throw new RangeError('too far');

// %%
6 * 7
`;

describe.skipIf(missing)('outputs of a text notebook in a file beside it', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({
      files: {
        'a.nfm.ts': text,
        'off.nfm.ts': '// %%\n1 + 1\n',
        'broken.nfm.ts': '// %%\n2 + 2\n',
        'broken.nfm.outputs.json': '{ "nfm',
      },
    });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  const toast = (words: string) => workbench.page.locator('.notification-toast', { hasText: words });
  const isDirty = () => workbench.api((v) => v.window.activeNotebookEditor!.notebook.isDirty);
  const saveOutputs = (on: boolean) =>
    workbench.api(async (v, value) => {
      await v.workspace.getConfiguration('nfm').update('textNotebook.saveOutputs', value, v.ConfigurationTarget.Global);
    }, on);
  /** The notebook under another name: VS Code keeps a document for a while after its editor is closed. */
  const copy = async (name: string, change: (cells: string) => string = (cells) => cells): Promise<void> => {
    await writeFile(workbench.path(`${name}.nfm.ts`), change(text));
    await copyFile(workbench.path('a.nfm.outputs.json'), workbench.path(`${name}.nfm.outputs.json`));
    await workbench.open(`${name}.nfm.ts`);
  };

  test('are not written unless the setting says so', async () => {
    await workbench.open('off.nfm.ts');
    expect(textOf(await workbench.runCell(0))).toBe('2');
    await workbench.api((v) => v.commands.executeCommand('workbench.action.files.save'));
    await workbench.runCell(0);
    expect(existsSync(workbench.path('off.nfm.outputs.json'))).toBe(false);
  });

  test('are written after a run, and the notebook stays as it is', async () => {
    await saveOutputs(true);
    await workbench.open('a.nfm.ts');
    for (const i of [0, 1, 2]) await workbench.runCell(i);
    const file = workbench.path('a.nfm.outputs.json');
    // Pictures come last, in a write of their own; what tells of them (their size) is there before.
    const wanted = [/"42"/, /"image\/png":\s*"iVBOR/];
    await until('all outputs', async () => {
      const text = await readFile(file, 'utf8').catch(() => '');
      return wanted.every((part) => part.test(text));
    });
    const saved = await readFile(file, 'utf8');
    for (const part of ['printed', 'RangeError', 'application/vnd.nfm.graph.v1+json', '"nfmOutputs": 1'])
      expect(saved).toContain(part);
    expect(await isDirty()).toBe(false);
    expect(await readFile(workbench.path('a.nfm.ts'), 'utf8')).toBe(text);
  });

  test('come back when the notebook is opened, without a kernel and without a change', async () => {
    const before = await Promise.all([0, 1, 2].map((i) => workbench.cell(i)));
    await copy('copy');
    await workbench.untilCell(2, ({ outputs }) => outputs.length > 0);
    const after = await Promise.all([0, 1, 2].map((i) => workbench.cell(i)));
    expect(after.map(({ outputs }) => outputs)).toEqual(before.map(({ outputs }) => outputs));
    await workbench.outputs.locator('[data-testid=architecture] svg').waitFor();
    await workbench.screenshot('saved-outputs');
    expect(await isDirty()).toBe(false);
    const file = workbench.path('copy.nfm.outputs.json');
    const written = (await stat(file)).mtimeMs;
    await workbench.api((v) => v.window.activeNotebookEditor!.notebook.save());
    expect((await stat(file)).mtimeMs).toBe(written);
  });

  test('go along when the notebook is renamed, and stay shown', async () => {
    await copy('before');
    const shown = await workbench.untilCell(2, ({ outputs }) => outputs.length > 0);
    await workbench.rename('before.nfm.ts', 'after.nfm.ts');
    expect((await workbench.untilCell(2, ({ outputs }) => outputs.length > 0)).outputs).toEqual(shown.outputs);
    expect(existsSync(workbench.path('before.nfm.outputs.json'))).toBe(false);
    expect(await readFile(workbench.path('after.nfm.outputs.json'), 'utf8')).toBe(
      await readFile(workbench.path('a.nfm.outputs.json'), 'utf8'),
    );
    expect(await isDirty()).toBe(false);
  });

  test('of a cell that has changed are dropped with a note, and the others come', async () => {
    await copy('stale', (cells) => cells.replace('6 * 7', '6 * 8'));
    await toast('the outputs of 1 cell are not shown').waitFor();
    await workbench.untilCell(0, ({ outputs }) => outputs.length > 0);
    expect((await workbench.cell(2)).outputs).toEqual([]);
  });

  test('a broken file costs nothing, is told of, and is never overwritten', async () => {
    await workbench.api((v) => v.commands.executeCommand('notifications.clearAll'));
    await workbench.open('broken.nfm.ts');
    await toast('broken.nfm.outputs.json: not JSON').waitFor();
    expect(textOf(await workbench.runCell(0))).toBe('4');
    await toast('The outputs were not saved').waitFor();
    expect(await readFile(workbench.path('broken.nfm.outputs.json'), 'utf8')).toBe('{ "nfm');
    expect(await readFile(workbench.path('broken.nfm.ts'), 'utf8')).toBe('// %%\n2 + 2\n');
  });
});
