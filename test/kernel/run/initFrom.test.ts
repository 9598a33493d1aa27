import { expect, test } from 'vitest';
import { initialWeights } from '../../../src/kernel/engine/initialise.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { snapshot } from '../../../src/kernel/run/fittedModel.ts';
import { initFrom, type Pretrained } from '../../../src/kernel/run/initFrom.ts';
import { saveModel } from '../../../src/kernel/run/modelFile.ts';
import { train } from '../../../src/kernel/run/train.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { tinyDeepCross, tinyFm, tinyHofm, tinyLr, tinyNfm } from '../engine/tinyModels.ts';
import { collect, tinyOptions, tinySplit } from './runs.ts';

const files = temporaryFolder();
const fm = tinyFm();
const source = (graph: Graph, dictionary: string | null = null): Pretrained => ({
  graph,
  weights: initialWeights(graph, 77),
  dictionary,
});

test('V, w and w0 come from the FM, everything else keeps its own start', async () => {
  const { fitted } = await collect(train(fm, tinySplit(), tinyOptions()));
  const path = files.path('fm');
  await saveModel(path, snapshot(fitted));
  const nfm = tinyNfm({ hidden: [{ units: 4 }] });
  const learned = fitted.model.weights();
  for (const given of [path, fitted, snapshot(fitted)]) {
    const aborted = { ...tinyOptions(), initFrom: given, signal: AbortSignal.abort() };
    const start = (await collect(train(nfm, tinySplit(), aborted))).fitted.model.weights();
    const own = initialWeights(nfm, 2016);
    for (const [id, values] of start) {
      const copied = ['embedding.V', 'linear.w', 'linear.w0'].includes(id);
      expect(values).toEqual(copied ? learned.get(id) : own.get(id));
    }
  }
});

test('a HOFM takes V into its table of order 2, DeepCross takes V alone', () => {
  expect([...initFrom(tinyHofm(), source(fm), null).keys()]).toEqual(['embedding2.V', 'linear.w', 'linear.w0']);
  expect([...initFrom(tinyDeepCross({ factors: 3 }), source(fm), null).keys()]).toEqual(['embedding.V']);
});

test('what does not fit is refused with both values', () => {
  const nfm = tinyNfm();
  const refused = (target: Graph, from: Pretrained, dictionary: string | null = null) =>
    expect(() => initFrom(target, from, dictionary));
  refused(tinyNfm({ factors: 5 }), source(fm)).toThrow('NFM-0 cannot start from FM: it has 5 factors, the other 3');
  refused(nfm, source(tinyFm({ batchNorm: true }))).toThrow(
    'trained with batch normalisation, whose scale would be lost; train it without',
  );
  refused(nfm, source(tinyLr())).toThrow('the other has no embedding');
  refused(tinyLr(), source(fm)).toThrow('it has no embedding');
  refused(nfm, source(fm, 'one'), 'two').toThrow('dictionary two, the other one');
  refused(nfm, source(fm, 'one')).not.toThrow();
  const [input, ...rest] = fm.nodes;
  const larger = { ...fm, nodes: [{ ...input, attributes: { features: 20, fields: [] } }, ...rest] } as Graph;
  refused(nfm, source(larger)).toThrow('it has 16 features, the other 20');
});
