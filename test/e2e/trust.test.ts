import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mime } from '../../src/kernel/format/mime.ts';
import { nfm } from '../../src/kernel/models/nfm.ts';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, Workbench } from './host/workbench.ts';

describe.skipIf(missing)('an untrusted workspace', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    const { graph } = nfm({ features: 20, fields: [] } as never, { factors: 4 });
    const notebook = JSON.parse(ipynb({ ts: '1 + 1' })) as { cells: { outputs: unknown[] }[] };
    const data = { [mime.graph]: graph, 'text/plain': 'NFM' };
    notebook.cells[0].outputs.push({ output_type: 'display_data', data, metadata: {} });
    workbench = await Workbench.start({
      files: { 'a.ipynb': JSON.stringify(notebook), 'a.csv': 'user,item,rating\nu,i,1\nv,j,2\n' },
      trusted: false,
      settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' },
    });
    await workbench.open('a.ipynb');
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  test('saved outputs are drawn', async () => {
    expect(await workbench.api((v) => v.workspace.isTrusted)).toBe(false);
    await workbench.outputs.locator('[data-testid=architecture] svg').waitFor();
  });

  test('nothing runs, and the reason is told', async () => {
    await workbench.startCell(0); // VS Code itself holds it back
    await workbench.api((v, file) => {
      void v.commands.executeCommand('nfm.trainNfm', v.Uri.file(file));
    }, workbench.path('a.csv'));
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'and run it' }).click();
    await workbench.page.locator('.notification-toast', { hasText: 'Cells run only in a trusted workspace' }).waitFor();
    await workbench.screenshot('untrusted');
    const orders = await workbench.api((v) =>
      v.workspace.notebookDocuments.flatMap((notebook) =>
        notebook.getCells().map((cell) => cell.executionSummary?.executionOrder ?? null),
      ),
    );
    expect(orders.length).toBeGreaterThan(1);
    expect(orders.every((order) => order === null)).toBe(true);
    expect(await workbench.kernelPid()).toBeNull();
  });
});
