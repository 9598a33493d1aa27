import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { libfmModelText } from '../../../src/kernel/export/libfm.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { parametersOf } from '../../../src/kernel/graph/params.ts';
import { fm, importLibfm, input, lr } from '../../../src/kernel/index.ts';
import { readLibfmModel } from '../../../src/kernel/run/libfmModel.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { tinyCases } from '../engine/tinyModels.ts';
import { largestDifference, rawOutputs, train, trained, unseenRows } from './models.ts';

const files = temporaryFolder();
const text = (graph: Graph, weights: ReadonlyMap<string, Float32Array>) => [...libfmModelText(graph, weights)].join('');

test('the sections of libFM, in its order', () => {
  const { graph } = fm({ a: 2, b: 1 }, { factors: 2, dropout: 0.5 });
  const weights = new Map([
    ['linear.w', Float32Array.of(0.5, -1, 0)],
    ['linear.w0', Float32Array.of(0.1)],
    ['embedding.V', Float32Array.of(1, 2, 3, 1e-8, 5, -6.25)],
  ]);
  const written = text(graph, weights);
  expect(written).toBe(
    '#global bias W0\n0.1\n#unary interactions Wj\n0.5\n-1\n0\n#pairwise interactions Vj,f\n1 2\n3 1e-8\n5 -6.25\n',
  );
  const linear = new Map([...weights].slice(0, 2));
  expect(text(lr({ a: 3 }).graph, linear)).toBe(
    '#global bias W0\n0.1\n#unary interactions Wj\n0.5\n-1\n0\n#pairwise interactions Vj,f\n\n\n\n',
  );
  const pairsOnly = input({ a: 3 }).embed(2).anova(2).sum().output('regression');
  expect(text(pairsOnly.graph, weights)).toContain('W0\n0\n#unary interactions Wj\n0\n0\n0\n#pairwise');
});

test.each(['FM', 'LR'])('%s: written, read and predicting the same bits', async (name) => {
  const run = await trained(name);
  const path = files.path(`${name}.txt`);
  expect(await run.export('libfm', path)).toEqual([`${path}.json`, path]);
  const model = await importLibfm(path, { featureMap: train.featureMap });
  expect(model.graph).toEqual({ ...run.graph, nodes: JSON.parse(JSON.stringify(model.graph.nodes)) });
  expect(model.graph.nodes.map(({ id, op }) => [id, op])).toEqual(run.graph.nodes.map(({ id, op }) => [id, op]));
  expect(model.weights).toEqual(run.weights);
  expect(model.predict(unseenRows)).toEqual(run.predict(unseenRows));
  expect(largestDifference(model.predict(unseenRows), rawOutputs(run, unseenRows))).toBe(0);
  const beside = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
  expect([beside.dictionary, beside.bestEpoch]).toEqual([model.dictionary, 3]);
});

test('what is no FM or LR is refused in one sentence', () => {
  const others = tinyCases.filter(({ name }) => !/^(FM|LR)|order 2/.test(name));
  expect(others.length).toBeGreaterThan(15);
  for (const { graph } of [...others, ...tinyCases.filter(({ name }) => /^FM.*batch/.test(name))])
    expect(() => text(graph, new Map())).toThrow(
      /^\S+ cannot be exported to libFM: only an FM or LR can be, and it has \w+ "\w+"$/,
    );
  expect(() => text(fm({ a: 2 }, { batchNorm: true }).graph, new Map())).toThrow('it has batchNorm "batchNorm0"');
});

test('any float32 weights come back as they were', async () => {
  const weight = fc.float({ noNaN: true, noDefaultInfinity: true });
  const sizes = fc.record({ features: fc.integer({ min: 1, max: 6 }), factors: fc.integer({ min: 0, max: 4 }) });
  await fc.assert(
    fc.asyncProperty(sizes, fc.infiniteStream(weight), async ({ features, factors }, numbers) => {
      const { graph } = factors > 0 ? fm({ a: features }, { factors }) : lr({ a: features });
      const weights = new Map(
        parametersOf(graph).map(({ id, shape }) => {
          const length = shape.reduce((a, b) => a * b, 1);
          return [id, Float32Array.from({ length }, () => numbers.next().value!)] as const;
        }),
      );
      const path = files.write('any.txt', text(graph, weights));
      const read = await readLibfmModel(path);
      expect(read.weights).toEqual(weights);
      const { nodes: _, ...rest } = graph;
      expect(read.graph).toMatchObject(rest);
    }),
    { numRuns: 100 },
  );
});

test('weights that are no numbers are refused', () => {
  const weights = new Map([
    ['linear.w', Float32Array.of(Number.NaN)],
    ['linear.w0', Float32Array.of(0)],
  ]);
  expect(() => text(lr({ a: 1 }).graph, weights)).toThrow('LR cannot be exported to libFM: "linear.w" has weights');
});
