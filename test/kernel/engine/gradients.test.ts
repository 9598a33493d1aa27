import { describe, expect, test } from 'vitest';
import { isPairwise, type Loss, losses, reductions } from '../../../src/kernel/engine/losses.ts';
import { type Graph, inputOf, type OpKind } from '../../../src/kernel/graph/graph.ts';
import { removedShifts } from '../../../src/kernel/graph/shifts.ts';
import { reference } from './reference.ts';
import { rules } from './referenceOps.ts';
import { scatter } from './scatter.ts';
import { allRows, tinyData, tinyDataFor } from './tinyData.ts';
import { tinyCases } from './tinyModels.ts';

const stepSize = 1e-5;

/** The largest difference between the gradients and central differences of the objective, over every weight. */
function worstError(graph: Graph, loss: Loss, reduction: (typeof reductions)[number] = 'halfSum') {
  const model = scatter(reference(graph, { loss, reduction }));
  const data = tinyDataFor(loss);
  const rows = allRows(data);
  const gradients = model.exactGradients(data, rows, 0, rows.length);
  let worst = { error: 0, at: '' };
  for (const [id, gradient] of gradients) {
    const values = model.values.get(id)!;
    for (let i = 0; i < values.length; i++) {
      const kept = values[i];
      const at = (value: number) => {
        values[i] = value;
        return model.objective(data, rows, 0, rows.length);
      };
      const difference = (at(kept + stepSize) - at(kept - stepSize)) / (2 * stepSize);
      values[i] = kept;
      const error = Math.abs(difference - gradient[i]);
      if (!(error <= worst.error)) worst = { error, at: `${id}[${i}]: ${gradient[i]} against ${difference}` };
    }
  }
  return { ...worst, gradients };
}

describe('gradients agree with central differences', () => {
  for (const { name, graph, loss } of tinyCases)
    for (const other of losses)
      test(`${name}: ${other}${other === loss ? ' (its own loss)' : ''}`, () => {
        const { error, at, gradients } = worstError(graph, other);
        expect(error, at).toBeLessThanOrEqual(1e-6);
        // A weight that nothing depends on would pass unseen: all but the cancelled shifts must have a gradient.
        if (other !== loss) return;
        const still = [...gradients].filter(([, g]) => g.every((v) => Math.abs(v) < 1e-12)).map(([id]) => id);
        expect(still).toEqual([...removedShifts(graph, isPairwise(loss))]);
      });

  test.each(reductions)('reduction %s', (reduction) => {
    const { graph } = tinyCases.find((c) => c.name === 'NFM-1, as published')!;
    for (const loss of ['squared', 'bpr'] as const)
      expect(worstError(graph, loss, reduction).error, loss).toBeLessThanOrEqual(1e-6);
  });
});

test('the tiny models use every op, and the tiny data every kind of row', () => {
  const used = new Set(tinyCases.flatMap(({ graph }) => graph.nodes.map((node) => node.op)));
  // A user's own layer has the formulas of its code alone; its gradients are those of TensorFlow.
  expect([...used, 'layer'].sort()).toEqual((Object.keys(rules) as OpKind[]).sort());
  const data = tinyData();
  const lengths = Array.from(data.target, (_, r) => data.rowStart[r + 1] - data.rowStart[r]);
  expect(lengths).toEqual([5, 3, 0, 1, 6, 2, 4]);
  const { fields } = inputOf(tinyCases[0].graph).attributes;
  expect(fields.reduce((sum, field) => sum + field.size, 0)).toBe(data.features);
});
