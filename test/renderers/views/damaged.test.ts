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

/** What may stand where another thing was expected. */
const junk = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    true,
    '',
    0,
    -1,
    0.5,
    1e308,
    -1e308,
    1e9,
    '<img src=x onerror=alert(1)>',
    '__proto__',
  ),
  fc.constantFrom([], {}, [null], [[]], [{}], { length: 5 }, { a: 1e9 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Places of a JSON value, as paths. */
const pathsOf = (value: unknown, path: readonly string[] = []): (readonly string[])[] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, key]))
    : []),
];

/** The value with something else at a place; `undefined` takes the place away. */
function withPart(value: unknown, [key, ...rest]: readonly string[], part: unknown): unknown {
  if (key === undefined) return part;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = withPart(copy[key], rest, part);
  if (copy[key] === undefined) Array.isArray(copy) ? copy.splice(Number(key), 1) : delete copy[key];
  return copy;
}

const scripts = /<(script|img|iframe|foreignObject)|<[^>]* (on\w+|href|src|style)="/i;

describe.each(Object.keys(views))('%s', (name) => {
  const { payload, type, draw } = views[name];
  const paths = pathsOf(payload);

  test('draws whatever one or two parts have become', () => {
    const change = fc.tuple(fc.constantFrom(...paths), junk);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        let damaged: unknown = payload;
        for (const [path, part] of changes) {
          try {
            damaged = withPart(damaged, path, part);
          } catch {
            // the first change took away the place of the second
          }
        }
        const { svg, html, text } = draw(damaged as never);
        expect((svg ?? html)?.length).toBeGreaterThan(20);
        expect(svg ?? html).not.toMatch(scripts);
        expect(typeof text).toBe('string');
        const bundle = { [type]: damaged as never, 'text/plain': 'text' };
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
