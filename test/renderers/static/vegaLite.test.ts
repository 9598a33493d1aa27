/** The Vega-Lite fallbacks, compiled and drawn by Vega itself. */

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { expect, test } from 'vitest';
import { type Json, type MimeBundle, mime } from '../../../src/kernel/format/mime.ts';
import { fallbacks } from '../../../src/renderers/static/fallbacks.ts';
import { afm, comparison, interactions, run } from '../views/payloads.ts';

/** A payload, and how many marks of each kind its numbers need at least. */
const charts: Readonly<Record<string, readonly [bundle: Json, marks: Readonly<Record<string, number>>]>> = {
  run: [{ [mime.run]: run(12, { state: 'earlyStopping' }) as never }, { line: 2, symbol: 25 }],
  comparison: [{ [mime.comparison]: comparison as never }, { rule: 3, symbol: seeds() }],
  interactions: [{ [mime.interactions]: interactions() as never }, { rect: 6 }],
  AFM: [{ [mime.interactions]: afm as never }, { rect: 5 }],
  LR: [{ [mime.interactions]: interactions({ measure: 'firstOrder', pairs: [] }) as never }, { rect: 4 }],
};

function seeds(): number {
  return comparison.models.flatMap(({ values }) => values.filter((value) => value !== null)).length;
}

test.each(Object.keys(charts))('the chart of %s is drawn, mark by mark, without a warning', async (name) => {
  const [bundle, marks] = charts[name];
  const { data } = fallbacks({ ...(bundle as object), 'text/plain': '' } as MimeBundle);
  const warnings: unknown[] = [];
  const note = (...parts: unknown[]) => {
    warnings.push(parts);
    return logger;
  };
  const logger = { level: () => logger, warn: note, error: note, info: () => logger, debug: () => logger } as never;
  const { spec } = compile(data[mime.vegaLite] as unknown as TopLevelSpec, { logger });
  const svg = await new View(parse(spec), { renderer: 'none', logger }).toSVG();
  expect(warnings).toEqual([]);
  for (const [kind, count] of Object.entries(marks)) expect(marksOf(svg, kind), kind).toBeGreaterThanOrEqual(count);
});

/** Marks of one kind that stand for data: axes and legends have none of these roles. */
const marksOf = (svg: string, kind: string): number =>
  [...svg.matchAll(new RegExp(`<g class="mark-${kind} role-mark[^>]*>(.*?)</g>`, 'g'))]
    .map(([, inside]) => inside.match(/<(path|line)\b/g)?.length ?? 0)
    .reduce((a, b) => a + b, 0);
