/** The quick part of the acceptance gates; `npm run gates` runs them all. */

import { expect, test } from 'vitest';
import { gates } from './gates.ts';
import { loadFrappe, missingFrappe, Runs } from './runs.ts';

const split = await loadFrappe();
if (!split) console.log(missingFrappe);

test.skipIf(!split).each(['A1', 'A2', 'A14'])(
  'gate %s on Frappe',
  async (id) => {
    const gate = gates.find((g) => g.name.startsWith(`${id} `))!;
    const { found, passed } = await gate.check(new Runs(split!));
    expect(passed, `${gate.name}: expected ${gate.expected}, found ${found}`).toBe(true);
  },
  120_000,
);

test.skipIf(!split)(
  'NFM-1 on Frappe starts along the curve of an independent implementation',
  async () => {
    const { result } = await new Runs(split!).get('NFM-1', { epochs: 5, earlyStopping: false });
    const curve = result.history.map((epoch) => epoch.validation.rmse!);
    const expected = [0.5531, 0.4868, 0.4423, 0.4158, 0.3986]; // epochs 1, 2, 3 and 5; the 4th by interpolation
    for (const e of [0, 1, 2, 4])
      expect(Math.abs(curve[e] - expected[e]), `epoch ${e + 1}: ${curve[e]}`).toBeLessThan(0.03);
  },
  120_000,
);
