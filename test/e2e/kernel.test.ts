import { copyFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ipynb } from './host/notebooks.ts';
import { type CellState, keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

const training = `
import { fit, frappeShaped, nfm, splitDataset, splitRandom } from 'nfm';
const rows = frappeShaped({ scale: 0.05, seed: 1 });
const data = splitDataset(rows, splitRandom(rows.rows));
const run = await fit(nfm(data.train, { factors: 16 }), data, { epochs: 100_000, earlyStopping: false });
run.result.reason`;

/** Cells that never end by themselves. */
const endless = {
  'a synchronous loop': 'for (;;) {}',
  'an asynchronous loop': 'for (;;) await null;',
  'a timer that never comes': 'await new Promise(() => {});',
};

describe.skipIf(missing)('cells in a notebook', () => {
  let workbench: Workbench;
  const cells = [
    { md: '# Cells' },
    { ts: 'const steps: number = 6;\nsteps * 7' },
    { ts: "throw new RangeError('too far');" },
    { ts: 'steps' },
    { ts: "console.log('one');\nconsole.error('two');\ndisplay({ a: 1 });\nawait null;\nconsole.log('three')" },
    { ts: "setTimeout(() => console.log('late'), 300);" },
    { ts: "for (let i = 0; i < 1e6; i++) console.log('line', i);" },
    ...Object.values(endless).map((ts) => ({ ts })),
    { ts: training },
    { ts: "/(a+)+$/.test('a'.repeat(60) + 'b')" },
    { ts: "'hello ' + (await input('Your name?'))" },
    { ts: 'const typed: number = 20;\ntyped + 1', language: 'typescript' },
    { ts: 'typed + 2', language: 'javascript' },
  ];
  const at = (part: string): number => cells.findIndex((cell) => 'ts' in cell && cell.ts!.includes(part));

  beforeAll(async () => {
    workbench = await Workbench.start({
      files: { 'a.ipynb': ipynb(...cells), 'b.nfm.ts': '// %%\nconst b = 20;\nb + 1\n' },
    });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);
  beforeEach(async () => {
    await workbench.open('a.ipynb');
    await workbench.api(async (v) => {
      await v.commands.executeCommand('notifications.clearAll');
    });
  });

  test('a cell runs, and its last expression is its output', async () => {
    const cell = await workbench.runCell(at('* 7'));
    expect(cell).toMatchObject({ success: true, order: 1 });
    expect(cell.outputs).toEqual([[{ mime: 'text/plain', text: '42' }]]);
    await workbench.outputs.getByText('42').first().waitFor();
  });

  test('an error shows where the cell went wrong, and no file of the extension', async () => {
    const cell = await workbench.runCell(at('too far'));
    expect(cell.success).toBe(false);
    expect(cell.outputs[0][0].mime).toBe('application/vnd.code.notebook.error');
    const { name, message, stack } = JSON.parse(cell.outputs[0][0].text) as Record<string, string>;
    expect([name, message]).toEqual(['RangeError', 'too far']);
    expect(stack).toMatch(/Cell 2.*1:7/);
    expect(stack).not.toMatch(/dist|node_modules|kernel\.js/);
    await workbench.outputs.getByText('too far').first().waitFor();
  });

  test('an error does not touch the variables of other cells', async () => {
    expect(textOf(await workbench.runCell(at('* 7') + 2))).toBe('6');
  });

  test('an error ends a run of several cells', async () => {
    await workbench.api(async (v) => {
      const { notebook } = v.window.activeNotebookEditor!;
      await v.commands.executeCommand('notebook.cell.execute', {
        ranges: [{ start: 2, end: 4 }],
        document: notebook.uri,
      });
    });
    const failed = await workbench.untilCell(2, ({ success }) => success === false);
    const next = await workbench.cell(3);
    expect(next.order ?? 0).toBeLessThan(failed.order!);
  });

  test('a question of a cell is asked in VS Code; cancelling it stops the cell', async () => {
    const index = at("await input('Your name?')");
    const { page } = workbench;
    const answer = page.locator('.quick-input-widget input').first();
    await workbench.startCell(index);
    await page.locator('.quick-input-widget', { hasText: 'Your name?' }).waitFor();
    await workbench.screenshot('question');
    await answer.fill('Ada');
    await answer.press('Enter');
    expect(textOf(await workbench.untilCell(index, ({ success }) => success === true))).toBe('hello Ada');
    await workbench.startCell(index);
    await page.locator('.quick-input-widget', { hasText: 'Your name?' }).waitFor();
    await answer.press('Escape');
    await workbench.untilCell(index, ({ success }) => success === false);
  });

  test('cells in the languages TypeScript and JavaScript run too, with the variables of the others', async () => {
    expect(textOf(await workbench.runCell(at('const typed: number')))).toBe('21');
    expect(textOf(await workbench.runCell(at('typed + 2')))).toBe('22');
  });

  test('printed text and displayed values come in order', async () => {
    const { outputs } = await workbench.runCell(at("'one'"));
    expect(outputs.map((items) => items.at(-1)!.text.trim())).toEqual(['one', 'two', '{ a: 1 }', 'three']);
    expect(outputs.map((items) => items.at(-1)!.mime)).toEqual([
      'application/vnd.code.notebook.stdout',
      'application/vnd.code.notebook.stderr',
      'text/plain',
      'application/vnd.code.notebook.stdout',
    ]);
  });

  test('what a timer prints after its cell ended goes to that cell', async () => {
    const index = at("'late'");
    const { order } = await workbench.runCell(index);
    const cell = await workbench.untilCell(index, (state) => textOf(state).includes('late'));
    expect(cell).toMatchObject({ success: true, order });
  });

  test('a million lines are capped with a note, and the editor still answers', async () => {
    const cell = await workbench.runCell(at('1e6'), 60_000);
    expect(cell.success).toBe(true);
    expect(textOf(cell).length).toBeLessThan(1.2e6);
    expect(textOf(cell)).toMatch(/more lines/);
  });

  test.for(Object.entries(endless))('%s is interrupted within a second, variables stay', async ([, source]) => {
    const index = at(source);
    await workbench.runCell(at('* 7'));
    await workbench.startCell(index);
    await workbench.untilRunning(index);
    const took = await interrupt(index);
    expect(took).toBeLessThan(1000);
    expect(textOf(await workbench.runCell(at('* 7') + 2))).toBe('6');
  });

  test('a training is stopped and its run kept', async () => {
    const index = at('fit(');
    await workbench.startCell(index);
    await workbench.untilRunning(index);
    await new Promise((resolve) => setTimeout(resolve, 1500)); // some epochs
    expect(await interrupt(index)).toBeLessThan(1000);
    expect(textOf(await workbench.runCell(at('* 7') + 2))).toBe('6');
  });

  test('a regular expression without end is stopped within ten seconds, variables stay', async () => {
    const index = at('(a+)+');
    await workbench.runCell(at('* 7'));
    await workbench.startCell(index);
    await workbench.untilRunning(index);
    expect(await interrupt(index)).toBeLessThan(10_000);
    expect(textOf(await workbench.runCell(at('* 7') + 2))).toBe('6');
  });

  test('the stop button of the cell interrupts', async () => {
    const index = at('for (;;) {}');
    await workbench.api(async (v, i) => {
      const editor = v.window.activeNotebookEditor!;
      editor.selection = new v.NotebookRange(i, i + 1);
      editor.revealRange(new v.NotebookRange(i, i + 1), v.NotebookEditorRevealType.AtTop);
    }, index);
    const row = workbench.overlay.locator('.code-cell-row', { hasText: 'for (;;) {}' });
    await row.locator('.view-lines').click();
    await row.locator('.run-button-container [aria-label^="Execute Cell"]').click();
    await workbench.untilRunning(index);
    await row.locator('.run-button-container [aria-label^="Stop"]').click();
    await workbench.untilCell(index, ({ success, endTime }) => success === false && endTime !== undefined);
  });

  test('a killed kernel ends the running cell with a sentence, and the next run has a fresh kernel', async () => {
    const index = at('for (;;) {}');
    const before = await workbench.cell(index);
    await workbench.startCell(index);
    await workbench.untilRunning(index);
    const pid = await workbench.kernelPid();
    expect(pid).toBeGreaterThan(0);
    process.kill(pid!, 'SIGKILL');
    const cell = await workbench.untilCell(index, ({ endTime }) => endTime !== undefined && endTime !== before.endTime);
    expect(cell.success).toBe(false);
    expect(textOf(cell)).toMatch(/killed/);
    await workbench.page.locator('.notification-toast', { hasText: /killed/ }).waitFor();
    await workbench.screenshot('kernel-killed');
    expect(textOf(await workbench.runCell(at('* 7')))).toBe('42');
  });

  test('restart gives a fresh kernel', async () => {
    await workbench.runCell(at('* 7'));
    await workbench.api(async (v) => {
      await v.commands.executeCommand('nfm.restartKernel');
    });
    expect(textOf(await workbench.runCell(at('* 7') + 2))).toContain('steps is not defined');
  });

  test('restart and run all', async () => {
    await workbench.open('b.nfm.ts');
    await workbench.selectKernel('nfm-text');
    await workbench.api(async (v) => {
      await v.commands.executeCommand('nfm.restartAndRunAll');
    });
    const cell = await workbench.untilCell(0, ({ success }) => success === true);
    expect(textOf(cell)).toBe('21');
    expect(cell.order).toBe(1);
  });

  test('outputs come back from the file', async () => {
    const source = at('* 7');
    await workbench.runCell(source);
    await until('a saved notebook', () =>
      workbench.api(async (v) => {
        const { notebook } = v.window.activeNotebookEditor!;
        return (await notebook.save()) && !notebook.isDirty;
      }),
    );
    // Another file, because VS Code keeps a document for a while after its editor is closed.
    await copyFile(workbench.path('a.ipynb'), workbench.path('copy.ipynb'));
    await workbench.open('copy.ipynb');
    expect(textOf(await workbench.cell(source))).toContain('42');
  });

  /** Interrupts the notebook and tells how many milliseconds its cell went on. */
  const interrupt = async (index: number): Promise<number> => {
    const asked = Date.now();
    const before = await workbench.cell(index);
    await workbench.api(async (v) => {
      await v.commands.executeCommand('nfm.interruptKernel');
    });
    const ended = (cell: CellState): boolean => cell.success !== undefined && cell.endTime !== before.endTime;
    await workbench.untilCell(index, ended);
    return Date.now() - asked;
  };
});
