/** Payloads with parts missing or of another kind: every view draws what it can, or says that it cannot. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mime } from '../../../src/kernel/format/mime.ts';
import { fallbacks } from '../../../src/renderers/static/fallbacks.ts';
import { comparisonView } from '../../../src/renderers/views/comparison.ts';
import { comparisonChart } from '../../../src/renderers/views/comparisonChart.ts';
import { curve } from '../../../src/renderers/views/curves.ts';
import { diagram } from '../../../src/renderers/views/diagram.ts';
import { diagramDiff } from '../../../src/renderers/views/diagramDiff.ts';
import { featurePairList, fieldPairTable } from '../../../src/renderers/views/featurePairs.ts';
import { heatmap } from '../../../src/renderers/views/heatmap.ts';
import { runView } from '../../../src/renderers/views/runView.ts';
import { everyOp } from '../../kernel/graph/sample.ts';
import { damaged } from './damage.ts';
import { afm, comparison, run } from './payloads.ts';

type Drawn = { readonly svg?: string; readonly html?: string; readonly text: string; readonly damaged?: true };

const views: Record<string, { readonly payload: unknown; readonly type: string; readonly draw: (p: never) => Drawn }> =
  {
    diagram: { payload: everyOp, type: mime.graph, draw: (p) => diagram(p) },
    diagramDiff: { payload: everyOp, type: mime.graph, draw: (p) => diagramDiff(everyOp, p) },
    heatmap: { payload: afm, type: mime.interactions, draw: (p) => heatmap(p, { interactive: true }) },
    featurePairList: { payload: afm, type: mime.interactions, draw: (p) => featurePairList(p, 0, 3) },
    fieldPairTable: { payload: afm, type: mime.interactions, draw: (p) => fieldPairTable(p) },
    curve: { payload: run(6), type: mime.run, draw: (p) => curve(p, { interactive: true }) },
    runView: { payload: run(6, { state: 'epochs' }), type: mime.run, draw: (p) => runView(p, { interactive: true }) },
    comparisonView: { payload: comparison, type: mime.comparison, draw: (p) => comparisonView(p) },
    comparisonChart: { payload: comparison, type: mime.comparison, draw: (p) => comparisonChart(p) },
  };

const scripts = /<(script|img|iframe|foreignObject)|<[^>]* (on\w+|href|src|style)="/i;

describe.each(Object.keys(views))('%s', (name) => {
  const { payload, type, draw } = views[name];

  test('draws whatever one or two parts have become', () => {
    fc.assert(
      fc.property(damaged(payload), (damage) => {
        const { svg, html, text } = draw(damage as never);
        expect((svg ?? html)?.length).toBeGreaterThan(20);
        expect(svg ?? html).not.toMatch(scripts);
        expect(typeof text).toBe('string');
        const bundle = { [type]: damage as never, 'text/plain': 'text' };
        expect(fallbacks(bundle).data).toMatchObject({ 'text/plain': 'text' });
      }),
      { numRuns: 150 },
    );
  });

  test.each([[null], [undefined], [[]], ['text'], [7]])('says that %j is no such thing', (nothing) => {
    const { svg, html, text, damaged } = draw(nothing as never);
    expect([damaged, text]).toEqual([true, expect.stringMatching(/^This output cannot be drawn: /)]);
    expect(svg ?? html).toContain('This output cannot be drawn');
  });
});
