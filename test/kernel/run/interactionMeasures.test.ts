/** Which measure reads which model, and what is said of the others. */

import { describe, expect, test } from 'vitest';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { fieldSpaceOf } from '../../../src/kernel/run/factorization.ts';
import { clusteredOrder } from '../../../src/kernel/run/fieldOrder.ts';
import { checkMeasure, type Measure, measureFor, measures } from '../../../src/kernel/run/interactionMeasures.ts';
import type { OutputMeaning } from '../../../src/kernel/run/metrics.ts';
import { tinyData } from '../engine/tinyData.ts';
import { tinyAfm, tinyDeepCross, tinyFm, tinyHofm, tinyLr, tinyNfm, tinyWideDeep } from '../engine/tinyModels.ts';

const space = fieldSpaceOf(tinyFm(), tinyData());
const manyFields = { ...space, fields: Array.from({ length: 13 }, (_, f) => ({ name: `f${f}`, offset: f, size: 1 })) };
const modelOf = (graph: Graph, meaning: OutputMeaning = 'value') => ({
  graph,
  context: { meaning, range: [0, 1] as const },
});
const hidden = [{ units: 5, activation: 'relu' as const }];

/** A graph with a layer that its user wrote under the prediction. */
function withOwnLayer(graph: Graph): Graph {
  const at = graph.nodes.findIndex(({ op }) => op === 'prediction');
  const { inputs } = graph.nodes[at];
  const attributes = { name: 'gate', code: '(x) => x', parameters: {}, shape: [3] };
  const own = { id: 'gate', op: 'layer', inputs, attributes } as const;
  const prediction = { ...graph.nodes[at], inputs: ['gate'] } as Graph['nodes'][number];
  return { ...graph, nodes: [...graph.nodes.slice(0, at), own, prediction, ...graph.nodes.slice(at + 1)] };
}

const allowed = (graph: Graph, fields = space, meaning: OutputMeaning = 'value'): readonly Measure[] =>
  measures.filter((measure) => {
    try {
      checkMeasure(measure, modelOf(graph, meaning), fields);
      return true;
    } catch {
      return false;
    }
  });

describe('the default', () => {
  test.each<[string, Graph, Measure, Measure]>([
    ['LR', tinyLr(), 'firstOrder', 'firstOrder'],
    ['FM', tinyFm(), 'centred', 'centred'],
    ['NFM-0', tinyNfm(), 'centred', 'centred'],
    ['NFM-1', tinyNfm({ hidden }), 'path', 'path'],
    ['AFM', tinyAfm(), 'attention', 'attention'],
    ['HOFM', tinyHofm(), 'centred', 'centred'],
    ['Wide&Deep', tinyWideDeep(), 'shapley', 'removed'],
    ['DeepCross', tinyDeepCross(), 'shapley', 'removed'],
    ['own layer', withOwnLayer(tinyNfm({ hidden })), 'swapped', 'swapped'],
  ])('%s: for few fields and for many', (_, graph, few, many) => {
    expect([measureFor(modelOf(graph), space), measureFor(modelOf(graph), manyFields)]).toEqual([few, many]);
  });
});

describe('by name', () => {
  test('each model has those that fit it', () => {
    const any = ['shapley', 'removed', 'swapped'];
    expect(allowed(tinyFm())).toEqual(['centred', 'path', ...any, 'weights', 'raw', 'firstOrder']);
    expect(allowed(tinyNfm({ hidden }))).toEqual(['path', ...any, 'raw', 'firstOrder']);
    expect(allowed(tinyAfm())).toEqual(['attention', ...any, 'raw', 'firstOrder']);
    expect(allowed(tinyDeepCross())).toEqual(any);
    expect(allowed(tinyWideDeep(), manyFields)).toEqual(['removed', 'swapped', 'firstOrder']);
    expect(allowed(tinyWideDeep(), space, 'score')).toEqual(['shapley', 'swapped', 'firstOrder']);
    expect(allowed(withOwnLayer(tinyNfm({ hidden })))).toEqual(['swapped', 'firstOrder']);
  });

  test('an impossible one says why, and which can be had', () => {
    const check = (measure: Measure, graph: Graph) => () => checkMeasure(measure, modelOf(graph), space);
    expect(check('centred', tinyNfm({ hidden }))).toThrow(
      'interactions(): "centred" cannot read NFM-1: its hidden layers bend what the pairs add up to; ' +
        'choose path, shapley, removed, swapped, raw, firstOrder',
    );
    expect(check('path', tinyAfm())).toThrow('its attention weighs every pair by itself; choose attention');
    expect(check('firstOrder', tinyDeepCross())).toThrow('it has no first-order part');
    expect(check('path', withOwnLayer(tinyNfm({ hidden })))).toThrow(
      'its layer "gate" is your own, and what stands above the pooled pairs must be known by its formula',
    );
    expect(check('shapley', withOwnLayer(tinyNfm({ hidden })))).toThrow('the wasm engine, which has no such layers');
    expect(() => checkMeasure('removed', modelOf(tinyFm(), 'score'), space)).toThrow('no row has a loss of its own');
  });
});

describe('the clustered order of fields', () => {
  test('puts those that act together beside each other', () => {
    const pairs = [
      { a: 0, b: 3, strength: 0.9 },
      { a: 1, b: 2, strength: -0.8 },
      { a: 2, b: 3, strength: 0.3 },
      { a: 0, b: 1, strength: 0.1 },
    ];
    expect(clusteredOrder(pairs, 4)).toEqual([0, 3, 2, 1]);
  });

  test('is the order of the fields where nothing acts together', () => {
    expect(clusteredOrder([], 3)).toEqual([0, 1, 2]);
    expect(clusteredOrder([{ a: 1, b: 1, strength: 2 }], 2)).toEqual([0, 1]);
  });
});
