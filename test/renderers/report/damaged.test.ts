/** Notebooks that are damaged, or of another version, still have a report. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mime } from '../../../src/kernel/format/mime.ts';
import type { Notebook } from '../../../src/kernel/format/notebook.ts';
import type { Block } from '../../../src/renderers/report/model/blocks.ts';
import { type Report, reportOf } from '../../../src/renderers/report/model/report.ts';
import { graphOf, interactions, run } from '../views/payloads.ts';
import {
  code,
  compared,
  config,
  dataCard,
  fails,
  finished,
  markdown,
  notebook,
  payload,
  prints,
  shows,
  source,
} from './notebooks.ts';

const blocksOf = (id: string, of: Report): readonly Block[] =>
  of.sections.find((section) => section.id === id)?.blocks ?? [];
const textOf = (blocks: readonly Block[]): string => JSON.stringify(blocks);

test.each([mime.graph, mime.run, mime.comparison, mime.interactions, mime.dataCard, mime.table])(
  '%s that is nonsense leaves the rest',
  (type) => {
    for (const nonsense of [{}, { models: 'none', history: 3 }, [], null, 'text']) {
      const damaged = reportOf(notebook(code('x', [payload(type, nonsense), prints('printed')])), source);
      expect(textOf(blocksOf('notebook', damaged))).toContain('printed');
      expect(damaged.verdict[0]).toMatch(/\.$/);
    }
  },
);

/** Replaces one value somewhere inside. */
const broken = (value: unknown, path: number, by: unknown): unknown => {
  let left = path;
  const walk = (part: unknown): unknown => {
    if (left-- === 0) return by;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inside]) => [key, walk(inside)]));
  };
  return walk(value);
};

test('any value in any place may be wrong: there is still a report with every cell', () => {
  const payloads: [string, unknown][] = [
    [mime.run, run(3, { state: 'epochs', config: { ...config('NFM-1'), data: {} } })],
    ...([
      [mime.comparison, compared],
      [mime.interactions, interactions()],
      [mime.dataCard, dataCard],
      [mime.graph, graphOf('nfm')],
    ] as [string, unknown][]),
  ];
  const wrong = fc.constantFrom(null, 'text', -1, [], {}, Number.MAX_VALUE, [null], { length: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...payloads), fc.nat(200), wrong, ([type, value], path, by) => {
      const cells = [
        code('one', [payload(type, broken(value, path, by))]),
        code('two', [payload(mime.run, finished)]),
        markdown('end'),
      ];
      const kinds = blocksOf('notebook', reportOf(notebook(...cells), source)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'code')).toHaveLength(2);
      expect(kinds.at(-1)).toBe('markdown');
    }),
    { numRuns: 60 },
  );
});

test('any notebook has a report', () => {
  const output = fc.oneof(
    fc
      .record({ data: fc.dictionary(fc.constantFrom(...Object.values(mime), '__proto__', 'x/y'), fc.jsonValue()) })
      .map(({ data }) => shows(data as never)),
    fc.string().map((text) => prints(text)),
    fc.tuple(fc.string(), fc.string()).map(([name, text]) => fails(name, text, [text])),
  );
  const cell = fc.oneof(
    fc.string().map((text) => markdown(text)),
    fc.tuple(fc.string(), fc.array(output, { maxLength: 3 })).map(([text, outputs]) => code(text, outputs)),
  );
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 6 }), (cells) => {
      const made = reportOf(notebook(...cells) as Notebook, source);
      expect(made.title.length).toBeGreaterThan(0);
      expect(made.sections.at(-1)?.id).toBe('repeat');
    }),
    { numRuns: 60 },
  );
});
