/** Everything that a mouse does in an output, a keyboard does too, and the focus is seen; in the light high-contrast theme. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ipynb } from './host/notebooks.ts';
import { keepFailures, missing, textOf, until, Workbench } from './host/workbench.ts';

const cells = [
  `import { fit, nfm, planted, splitDataset, splitRandom } from 'nfm';
const log = planted({ rows: 30_000, seed: 1 });
const data = splitDataset(log, splitRandom(log.rows));
const model = nfm(data.train, { factors: 8, dropout: 0 });
model`,
  'const run = await fit(model, data, { epochs: 100_000, earlyStopping: false });',
  'run.interactions()',
];

/** The focused element of the page of outputs. */
interface Focus {
  readonly name: string;
  /** Width of the outline in pixels; 0: none. */
  readonly outline: number;
  /** Contrast of the outline with the page. */
  readonly contrast: number;
}

describe.skipIf(missing)('outputs by keyboard', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({
      files: { 'a.ipynb': ipynb(...cells.map((ts) => ({ ts }))) },
      settings: { 'workbench.colorTheme': 'Default High Contrast Light' },
    });
    await workbench.open('a.ipynb');
    await workbench.selectKernel('nfm-jupyter');
    const cell = await workbench.runCell(0);
    expect(cell, textOf(cell)).toMatchObject({ success: true });
    await workbench.outputs.locator('body.vscode-high-contrast-light').waitFor({ state: 'attached' });
  });
  afterAll(() => workbench?.stop());
  keepFailures(() => workbench);

  const focus = (): Promise<Focus> =>
    workbench.outputs.locator('body').evaluate(() => {
      const active = document.activeElement!;
      const style = getComputedStyle(active);
      const luminance = (color: string): number => {
        const [r, g, b] = color
          .match(/\d+/g)!
          .map((part) => Number(part) / 255)
          .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const page = getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background').trim();
      const hex = `rgb(${[1, 3, 5].map((at) => Number.parseInt(page.slice(at, at + 2), 16)).join()})`;
      const [a, b] = [luminance(style.outlineColor), luminance(hex)];
      return {
        name: active.getAttribute('aria-label') ?? active.textContent!.trim(),
        outline: style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth),
        contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
      };
    });
  const seen = ({ outline, contrast }: Focus): void => {
    expect(outline).toBeGreaterThanOrEqual(1);
    expect(contrast).toBeGreaterThanOrEqual(3);
  };

  test('boxes of a diagram one after the other, each with what it is', async () => {
    const boxes = workbench.outputs.locator('[data-testid=architecture] .nfm-node[tabindex="0"]');
    await boxes.first().waitFor(); // the cell's end does not wait for its drawing
    const count = await boxes.count();
    expect(count).toBeGreaterThan(4);
    await boxes.first().focus();
    const names: string[] = [];
    for (let i = 0; i < count; i++) {
      const now = await focus();
      names.push(now.name);
      if (i > 0) seen(now);
      if (i === 2) await workbench.screenshot('keyboard-diagram');
      await workbench.page.keyboard.press('Tab');
    }
    expect(new Set(names).size).toBe(count);
    expect(names.join('\n')).toMatch(/Embedding[\s\S]*Bi-Interaction/);
  });

  test('buttons of a training in their order, while it is redrawn; Enter presses them', async () => {
    const { keyboard } = workbench.page;
    await workbench.startCell(1);
    const training = workbench.outputs.locator('[data-testid=run]').first();
    const epochs = async () => Number(await training.getAttribute('data-epochs'));
    await until('two states', async () => (await epochs()) > 1);
    await training.getByRole('button', { name: 'Pause' }).focus();
    const names: string[] = [];
    for (let i = 0; i < 4; i++) {
      if (i > 0) await keyboard.press('Tab');
      names.push((await focus()).name);
      if (i > 0) seen(await focus());
    }
    expect(names).toEqual(['Pause', 'Stop and keep best', 'Stop now', 'Log scale']);
    const before = await epochs();
    await until('later states', async () => (await epochs()) > before);
    expect((await focus()).name).toBe('Log scale');
    await workbench.screenshot('keyboard-buttons');
    await keyboard.press('Space');
    await training.getByText('(log scale)').first().waitFor();
    for (let i = 0; i < 3; i++) await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await until('the pause', async () => (await training.getAttribute('data-state')) === 'paused');
    expect((await focus()).name).toBe('Resume');
    await keyboard.press('Tab');
    await keyboard.press('Enter'); // stop and keep best
    const cell = await workbench.untilCell(1, ({ endTime }) => endTime !== undefined);
    expect(cell.success).toBe(true);
  });

  test('cells of a heatmap with arrow keys; Enter lists the pairs of features', async () => {
    const cell = await workbench.runCell(2);
    expect(cell, textOf(cell)).toMatchObject({ success: true });
    const heatmap = workbench.outputs.locator('[data-testid=interactions]').first();
    await heatmap.locator('.nfm-cell[tabindex="0"]').first().focus();
    const first = (await focus()).name;
    await workbench.page.keyboard.press('ArrowDown');
    const below = await focus();
    expect(below.name).not.toBe(first);
    seen(below);
    await workbench.page.keyboard.press('Enter');
    await heatmap.locator('.nfm-pairs', { hasText: 'pairs' }).waitFor();
    await workbench.screenshot('keyboard-heatmap');
  });
});
