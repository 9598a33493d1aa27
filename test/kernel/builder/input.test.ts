import { describe, expect, test } from 'vitest';
import { input } from '../../../src/kernel/builder/input.ts';
import type { Graph } from '../../../src/kernel/graph/graph.ts';
import { printShape, shapesOf } from '../../../src/kernel/graph/shape.ts';

const schema = { user: 30, item: 20, day: 7 };
const ids = (graph: Graph) => graph.nodes.map((n) => n.id);
const attributesOf = (graph: Graph, id: string) => graph.nodes.find((n) => n.id === id)!.attributes;
const inputsOf = (graph: Graph, id: string) => graph.nodes.find((n) => n.id === id)!.inputs;
const shapeOf = (graph: Graph, id: string) => printShape(shapesOf(graph).get(id)!);

const full = input(schema)
  .linear({ l2: 0.1 })
  .embed(4, { initStdev: 0.1, l2: 0.2, l1: 0.3 })
  .biInteraction({ batchNorm: true, dropout: 0.5 })
  .hidden(6, { activation: 'tanh', batchNorm: true, dropout: 0.2 })
  .hidden(5, { biasInit: 'zeros', l2: 0.4 })
  .output('regression').graph;

describe('the chain', () => {
  test('names the nodes and puts each layer in its order: Bi-Interaction, BN, dropout; dense, BN, activation, dropout', () => {
    expect(ids(full)).toEqual([
      'input',
      'linear',
      'embedding',
      'biInteraction',
      'batchNorm0',
      'dropout0',
      'dense1',
      'batchNorm1',
      'activation1',
      'dropout1',
      'dense2',
      'activation2',
      'prediction',
      'add',
      'output',
    ]);
    for (let i = 3; i < 13; i++) expect(full.nodes[i].inputs).toEqual([full.nodes[i - 1].id]);
    expect(inputsOf(full, 'add')).toEqual(['linear', 'prediction']);
  });

  test('passes settings on, and leaves out penalties that are off', () => {
    expect(full.nodes.map((n) => n.attributes)).toEqual([
      {
        features: 57,
        fields: [
          { name: 'user', offset: 0, size: 30 },
          { name: 'item', offset: 30, size: 20 },
          { name: 'day', offset: 50, size: 7 },
        ],
      },
      { bias: true, l2: 0.1 },
      { factors: 4, initStdev: 0.1, l2: 0.2, l1: 0.3 },
      {},
      { decay: 0.9, epsilon: 0.001 },
      { ratio: 0.5 },
      { units: 6, biasInit: 'normal' },
      { decay: 0.9, epsilon: 0.001 },
      { function: 'tanh' },
      { ratio: 0.2 },
      { units: 5, biasInit: 'zeros', l2: 0.4 },
      { function: 'relu' },
      { bias: false, init: 'normal' },
      {},
      { task: 'regression' },
    ]);
  });

  test('a score of one term needs no addition', () => {
    expect(ids(input(schema).linear().output('binary').graph)).toEqual(['input', 'linear', 'output']);
    expect(ids(input(schema).embed(2).biInteraction().sum().output('binary').graph)).toEqual([
      'input',
      'embedding',
      'biInteraction',
      'sum',
      'output',
    ]);
  });

  test('every pooling has its shape', () => {
    const embedded = input(schema).embed(4);
    expect(shapeOf(embedded.biInteraction().output('binary').graph, 'biInteraction')).toBe('vector(4)');
    expect(shapeOf(embedded.anova(3).output('binary').graph, 'anova3')).toBe('vector(4)');
    expect(shapeOf(embedded.attention(9).output('binary').graph, 'attention')).toBe('vector(4)');
    expect(shapeOf(embedded.concat().output('binary').graph, 'concat')).toBe('vector(12)');
  });

  test('attention keeps its own dropout apart from that of the pooled vector', () => {
    const { graph } = input(schema)
      .embed(4)
      .attention(9, { dropout: 0.2, attentionDropout: 0.1, l2: 2 })
      .output('binary');
    expect(attributesOf(graph, 'attention')).toEqual({ units: 9, dropout: 0.1, l2: 2 });
    expect(attributesOf(graph, 'dropout0')).toEqual({ ratio: 0.2 });
  });

  test('a residual unit keeps the width and adds before batch normalisation', () => {
    const { graph } = input(schema)
      .embed(4)
      .concat()
      .residual(3, { batchNorm: true, dropout: 0.1 })
      .hidden(2)
      .output('binary');
    expect(ids(graph).slice(3, 11)).toEqual([
      'dense1',
      'activation1',
      'dense1_2',
      'residual1',
      'batchNorm1',
      'activation1_2',
      'dropout1',
      'dense2',
    ]);
    expect(inputsOf(graph, 'residual1')).toEqual(['concat', 'dense1_2']);
    expect(shapeOf(graph, 'dense1')).toBe('vector(3)');
    expect(shapeOf(graph, 'dense1_2')).toBe('vector(12)');
    expect(shapeOf(graph, 'dropout1')).toBe('vector(12)');
  });

  test('a prediction starts at ones on a pooled vector, at random after concat() and hidden layers, or as told', () => {
    const embedded = input(schema).embed(4);
    const init = (graph: Graph) => (attributesOf(graph, 'prediction') as { init: string }).init;
    expect(init(embedded.biInteraction({ batchNorm: true }).output('binary').graph)).toBe('ones');
    expect(init(embedded.anova(2).output('binary').graph)).toBe('ones');
    expect(init(embedded.attention(2).output('binary').graph)).toBe('ones');
    expect(init(embedded.concat().output('binary').graph)).toBe('normal');
    expect(init(embedded.biInteraction().hidden(3).output('binary').graph)).toBe('normal');
    expect(init(embedded.biInteraction().residual(3).output('binary').graph)).toBe('normal');
    const told = embedded.biInteraction().output('binary', { init: 'normal', bias: true, l2: 1 }).graph;
    expect(attributesOf(told, 'prediction')).toEqual({ init: 'normal', bias: true, l2: 1 });
  });
});

describe('several terms', () => {
  test('on tables of their own, named or numbered, with layers numbered over all terms', () => {
    const { graph } = input(schema)
      .linear({ bias: false })
      .embed(4)
      .biInteraction({ dropout: 0.1 })
      .hidden(2)
      .predict()
      .embed(3)
      .anova(3, { dropout: 0.2 })
      .hidden(2)
      .predict({ bias: true })
      .embed(2, { name: 'embedding4' })
      .anova(4)
      .sum()
      .output('ranking');
    expect(ids(graph)).toEqual([
      'input',
      'linear',
      'embedding',
      'biInteraction',
      'dropout0',
      'dense1',
      'activation1',
      'prediction',
      'embedding_2',
      'anova3',
      'dropout0_2',
      'dense2',
      'activation2',
      'prediction_2',
      'embedding4',
      'anova4',
      'sum',
      'add',
      'output',
    ]);
    expect(inputsOf(graph, 'embedding_2')).toEqual(['input']);
    expect(inputsOf(graph, 'add')).toEqual(['linear', 'prediction', 'prediction_2', 'sum']);
    expect(attributesOf(graph, 'linear')).toEqual({ bias: false });
  });

  test('on a shared table', () => {
    const { graph } = input(schema).embed(4).biInteraction().sum().embedAgain().anova(3).sum().output('binary');
    expect(inputsOf(graph, 'anova3')).toEqual(['embedding']);
    expect(inputsOf(graph, 'add')).toEqual(['sum', 'sum_2']);
    expect(ids(graph).filter((id) => id.startsWith('embedding'))).toEqual(['embedding']);
  });
});

describe('stages are immutable', () => {
  test('a stage continued in two ways gives two independent graphs', () => {
    const base = input(schema).linear().embed(4);
    const pooled = base.biInteraction({ dropout: 0.3 });
    const wide = pooled.hidden(8).hidden(8).output('regression').graph;
    const flat = pooled.output('binary').graph;
    const concatenated = base.concat().output('ranking').graph;
    expect(ids(wide)).toContain('dense2');
    expect(ids(flat)).toEqual([
      'input',
      'linear',
      'embedding',
      'biInteraction',
      'dropout0',
      'prediction',
      'add',
      'output',
    ]);
    expect(ids(concatenated)).toEqual(['input', 'linear', 'embedding', 'concat', 'prediction', 'add', 'output']);
    expect(pooled.output('binary').graph).toEqual(flat);
  });

  test('a graph is frozen JSON', () => {
    expect(JSON.parse(JSON.stringify(full))).toStrictEqual(full);
    expect(() => Object.assign(full.nodes[2].attributes, { factors: 8 })).toThrow(TypeError);
    expect(() => Object.assign(full.nodes, { length: 0 })).toThrow(TypeError);
  });

  test('a data set given as schema stays as it was', () => {
    const data = { features: 5, fields: [{ name: 'user', offset: 0, size: 5 }] };
    input(data).linear().output('binary');
    expect(Object.isFrozen(data.fields)).toBe(false);
    expect(Object.isFrozen(data.fields[0])).toBe(false);
  });
});
