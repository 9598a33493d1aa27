/** A kernel whose cell is cut off in the middle of TensorFlow's work goes on training on TensorFlow. */

import { copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { kernelEntry, TestKernel, useKernel } from '../../extension/testKernel.ts';

useKernel();
beforeAll(() => {
  const built = fileURLToPath(new URL('../../../dist/tfjs.js', import.meta.url)); // lies beside the kernel as shipped
  copyFileSync(built, join(dirname(kernelEntry()), 'tfjs.js'));
});

const prepare = `
  import { fit, nfm, optimizer, planted, tensorflowEngine } from 'nfm';
  const data = planted({ rows: 400, seed: 1 });
  const design = nfm(data, { factors: 8, hidden: [8] });
  const order = Int32Array.from({ length: 100 }, (_, row) => row);
  const options = { engine: 'tensorflow', epochs: 2, seed: 1 } as const;
  const model = await tensorflowEngine.compile(design.graph, {
    seed: 1, loss: 'squared', reduction: 'halfSum', optimizer: optimizer('adagrad'), threads: 1, rows: 'touched',
    freeze: [], fast: false, capacity: { rows: 100, entries: 1000, pairs: 0, longestRow: 10 },
  });`;

/** Steps that no check of the cell comes between: only V8 can end them. */
const endless = 'console.log("steps"); Array.from({ length: 1e9 }, () => model.step(data, order, 0, 100))';

const trains =
  'const run = await fit(design, data, options); run.result.history.map((e) => e.train.loss!.toFixed(4)).join(" ")';

/** A folder without anything installed, so that TensorFlow is the one in JavaScript. */
const nowhere = tmpdir();
const javascript = { HOME: nowhere, XDG_DATA_HOME: nowhere, LOCALAPPDATA: nowhere, NFM_TENSORFLOW: '' };

test.each([
  ['JavaScript', javascript],
  ['what is installed', {}],
])('training after an interrupt at level 3, and after a restart: %s', async (_, env) => {
  const kernel = new TestKernel({ env: { ...process.env, ...env } });
  expect((await kernel.run(prepare)).error).toBeUndefined();
  const expected = await kernel.value(trains);
  expect(expected).toMatch(/^\d\.\d{4} \d\.\d{4}$/);

  for (let i = 0; i < 3; i++) {
    const { runId, outcome } = kernel.process.run({ cellId: `endless-${i}`, code: endless });
    await kernel.message('stream', (message) => message.runId === runId);
    kernel.process.interrupt(runId);
    expect((await outcome).status).toBe('interrupted');
    expect(kernel.of('stuck')).toEqual([]);
    expect(await kernel.value(trains)).toBe(expected);
  }
  expect(kernel.exits).toEqual([]);

  await kernel.process.restart();
  expect((await kernel.run(prepare)).error).toBeUndefined();
  expect(await kernel.value(trains)).toBe(expected);
});
