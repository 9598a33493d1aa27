import { describe, expect, test } from 'vitest';
import { type ModelName, models } from '../../../src/kernel/models/index.ts';
import { boxesOf } from '../../../src/renderers/views/diagramBoxes.ts';
import { diagramDiff, merged } from '../../../src/renderers/views/diagramDiff.ts';
import { palettes } from '../../../src/renderers/views/theme.ts';
import { graphOf, lines } from './payloads.ts';

const names = Object.keys(models) as ModelName[];
const diff = (a: Parameters<typeof graphOf>, b: Parameters<typeof graphOf>) =>
  merged(boxesOf(graphOf(...a)), boxesOf(graphOf(...b)));
const marked = ({ boxes }: ReturnType<typeof merged>) =>
  boxes.flatMap(({ title, mark, detail }) => (mark ? [`${mark}: ${title} (${detail})`] : []));

test('from FM to a deeper NFM', async () => {
  const { svg, text } = diagramDiff(graphOf('fm'), graphOf('nfm', { factors: 32 }), { theme: palettes.light });
  await expect(lines(svg)).toMatchFileSnapshot('../../golden/views/diagram-diff.svg');
  expect(text).toBe(
    'FM → NFM-1: 3 added (Batch norm → Dropout 0.5, Dense 32 · ReLU, hᵀz); 1 removed (Sum); ' +
      '1 changed (Embedding xᵢvᵢ); 328,576 → 168,032 trained parameters.',
  );
});

describe('boxes of two models', () => {
  test.each(names)('%s against itself: nothing', (name) => {
    const { boxes, edges } = diff([name], [name]);
    expect([...boxes, ...edges].filter(({ mark }) => mark)).toEqual([]);
    expect(diagramDiff(graphOf(name), graphOf(name)).text).toContain('no difference');
  });

  test('settings that differ', () => {
    expect(marked(diff(['nfm', { dropout: [0.5, 0] }], ['nfm', { dropout: [0.5, 0.2], l2: 0.1 }]))).toEqual([
      'changed: Embedding xᵢvᵢ (+ l2 0.1)',
      'changed: Dense 64 · ReLU (+ dropout · + dropout ratio 0.2)',
    ]);
  });

  test('counts that follow from settings elsewhere', () => {
    expect(marked(diff(['nfm', { factors: 64, hidden: [8] }], ['nfm', { factors: 32, hidden: [8] }]))).toEqual([
      'changed: Embedding xᵢvᵢ (factors 64 → 32 · was 323,520)',
      'changed: Batch norm → Dropout 0.5 (was 128)',
      'changed: Dense 8 · ReLU (was 536)',
    ]);
  });

  test('every pair of models: both are there, in order, with edges that run forwards', () => {
    for (const a of names)
      for (const b of names) {
        const { boxes, edges } = diff([a], [b]);
        const count = (unwanted: string) => boxes.filter(({ mark }) => mark !== unwanted).length;
        expect(count('added')).toBe(boxesOf(graphOf(a)).boxes.length);
        expect(count('removed')).toBe(boxesOf(graphOf(b)).boxes.length);
        const order = new Map(boxes.map(({ id }, i) => [id, i]));
        expect(order.size).toBe(boxes.length);
        for (const { from, to } of edges)
          expect(order.get(from)!, `${a} ${b}: ${from} ${to}`).toBeLessThan(order.get(to)!);
      }
  });
});
