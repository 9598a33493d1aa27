/**
 * Tiny graphs: every op and every model family with its variants (batch norm, dropout, activations, penalties, several
 * layers, residual units), with sizes that are no multiple of anything. Written as plain nodes, so that they test the
 * engines and not the builder.
 */

import type { Dataset } from '../../../src/kernel/data/dataset.ts';
import { defaultLoss, type Loss } from '../../../src/kernel/engine/losses.ts';
import type { Graph, GraphNode, Penalty, Task } from '../../../src/kernel/graph/graph.ts';
import { type Hidden, type Layer, Sketch } from './sketch.ts';
import { tinyDataFor, tinyFields } from './tinyData.ts';

interface Common {
  readonly task?: Task;
  readonly factors?: number;
  /** Penalty on the tables. */
  readonly penalty?: Penalty;
}

function begin(): Sketch {
  const sketch = new Sketch();
  sketch.input();
  return sketch;
}

/** w0 + Σ w_i x_i. */
export function tinyLr({ task = 'regression', penalty }: Common = {}): Graph {
  const sketch = begin();
  return sketch.output('LR', [sketch.linear(penalty)], task);
}

/** LR + the summed Bi-Interaction vector. */
export function tinyFm({ task = 'regression', factors = 3, penalty, ...pooled }: Common & Layer = {}): Graph {
  const sketch = begin();
  const linear = sketch.linear(penalty);
  const pairs = sketch.node('biInteraction', 'biInteraction', [sketch.embedding(factors, 'embedding', penalty)], {});
  const second = sketch.node('second', 'sum', [sketch.block('bi', pairs, pooled)], {});
  return sketch.output('FM', [linear, second], task);
}

/** LR + Σ_t of the summed polynomials of degree 2 .. order, with a table per degree or one for all. */
export function tinyHofm({
  task = 'regression',
  factors = 3,
  order = 3,
  shareTables = false,
}: Common & { readonly order?: number; readonly shareTables?: boolean } = {}): Graph {
  const sketch = begin();
  const linear = sketch.linear();
  const shared = shareTables ? sketch.embedding(factors) : '';
  const parts = Array.from({ length: order - 1 }, (_, i) => {
    const set = shareTables ? shared : sketch.embedding(factors, `embedding${i + 2}`);
    return sketch.node(`part${i + 2}`, 'sum', [sketch.node(`anova${i + 2}`, 'anova', [set], { order: i + 2 })], {});
  });
  return sketch.output('HOFM', [linear, ...parts], task);
}

/** NFM eq. 7 with the order of layers of its code: Bi-Interaction, BN, dropout, then linear, BN, activation, dropout. */
export function tinyNfm({
  task = 'regression',
  factors = 3,
  pooled = {},
  hidden = [],
  penalty,
}: Common & { readonly pooled?: Layer; readonly hidden?: readonly Hidden[] } = {}): Graph {
  const sketch = begin();
  const linear = sketch.linear();
  const pairs = sketch.node('biInteraction', 'biInteraction', [sketch.embedding(factors, 'embedding', penalty)], {});
  const z = sketch.hidden(sketch.block('bi', pairs, pooled), hidden);
  const init = hidden.length === 0 ? 'ones' : 'normal';
  const deep = sketch.node('prediction', 'prediction', [z], { bias: false, init });
  return sketch.output(`NFM-${hidden.length}`, [linear, deep], task);
}

/** AFM eq. 8. */
export function tinyAfm({
  task = 'regression',
  factors = 3,
  units = 5,
  dropout = 0,
  attentionDropout = 0,
  l2,
}: Common & {
  readonly units?: number;
  readonly dropout?: number;
  readonly attentionDropout?: number;
  readonly l2?: number;
} = {}): Graph {
  const sketch = begin();
  const linear = sketch.linear();
  const attention = { units, dropout: attentionDropout, l2 };
  const pooled = sketch.node('attention', 'attention', [sketch.embedding(factors)], attention);
  const z = sketch.block('pooled', pooled, { dropout });
  const deep = sketch.node('prediction', 'prediction', [z], { bias: false, init: 'ones' });
  return sketch.output('AFM', [linear, deep], task);
}

/** LR + a network on the concatenated field vectors. */
export function tinyWideDeep({
  task = 'regression',
  factors = 3,
  hidden = [{ units: 5, activation: 'relu' }],
}: Common & { readonly hidden?: readonly Hidden[] } = {}): Graph {
  const sketch = begin();
  const linear = sketch.linear();
  const fields = sketch.node('concat', 'concat', [sketch.embedding(factors)], {});
  const z = sketch.hidden(fields, hidden);
  const deep = sketch.node('prediction', 'prediction', [z], { bias: true, init: 'normal' });
  return sketch.output('Wide&Deep', [linear, deep], task);
}

/** Residual units on the concatenated field vectors: x' = ReLU(x + W1 ReLU(W0 x + b0) + b1), BN after the addition. */
export function tinyDeepCross({
  task = 'regression',
  factors = 2,
  units = [3, 5],
  batchNorm = false,
}: Common & { readonly units?: readonly number[]; readonly batchNorm?: boolean } = {}): Graph {
  const sketch = begin();
  const width = factors * tinyFields.length;
  let x = sketch.node('concat', 'concat', [sketch.embedding(factors)], {});
  units.forEach((inner, i) => {
    const name = `unit${i + 1}`;
    const first = sketch.node(`${name}Inner`, 'dense', [x], { units: inner, biasInit: 'zeros' });
    const u = sketch.block(`${name}Inner`, first, { activation: 'relu' });
    const second = sketch.node(`${name}Outer`, 'dense', [u], { units: width, biasInit: 'zeros' });
    const sum = sketch.node(`${name}Sum`, 'add', [x, second], {});
    x = sketch.block(name, sum, { batchNorm, activation: 'relu' });
  });
  const deep = sketch.node('prediction', 'prediction', [x], { bias: true, init: 'normal' });
  return sketch.output('DeepCross', [deep], task);
}

/** Everything at once: two tables, every pooling, a linear part without bias, vectors of several sources added up. */
export function tinyMixture(task: Task = 'regression'): Graph {
  const sketch = begin();
  const linear = sketch.node('linear', 'linear', ['input'], { bias: false });
  const set = sketch.embedding(4);
  const other = sketch.embedding(4, 'other');
  const pairs = sketch.node('biInteraction', 'biInteraction', [set], {});
  const triples = sketch.node('triples', 'anova', [other], { order: 3 });
  const attended = sketch.node('attention', 'attention', [set], { units: 3, dropout: 0 });
  const pooled = sketch.node('pooled', 'add', [pairs, triples, attended], {});
  const beside = sketch.node('concat', 'concat', [other], {});
  const narrow = sketch.node('narrow', 'dense', [beside], { units: 4, biasInit: 'normal' });
  const joined = sketch.node('joined', 'add', [pooled, narrow], {});
  const z = sketch.block('joined', joined, { batchNorm: true, activation: 'tanh', dropout: 0.25 });
  const first = sketch.node('firstScore', 'prediction', [z], { bias: true, init: 'normal' });
  const second = sketch.node('secondScore', 'sum', [joined], {});
  return sketch.output('mixture', [linear, first, second], task);
}

export interface TinyCase {
  readonly name: string;
  readonly graph: Graph;
  readonly data: Dataset;
  readonly loss: Loss;
}

const relu = { activation: 'relu' } as const;
const penalty = { l2: 0.03, l1: 0.02 };

const graphs: Readonly<Record<string, Graph>> = {
  LR: tinyLr(),
  'LR, log loss': tinyLr({ task: 'binary' }),
  'LR, ranking': tinyLr({ task: 'ranking' }),
  'LR, penalties': tinyLr({ penalty }),
  FM: tinyFm(),
  'FM, K = 5, log loss': tinyFm({ task: 'binary', factors: 5 }),
  'FM, K = 1, ranking': tinyFm({ task: 'ranking', factors: 1 }),
  'FM, dropout': tinyFm({ dropout: 0.3 }),
  'FM, batch norm and dropout': tinyFm({ batchNorm: true, dropout: 0.3 }),
  'FM, penalties': tinyFm({ penalty }),
  'HOFM, order 2': tinyHofm({ order: 2 }),
  'HOFM, order 3': tinyHofm(),
  'HOFM, order 3, ranking': tinyHofm({ task: 'ranking' }),
  'HOFM, order 4, one table': tinyHofm({ order: 4, shareTables: true, factors: 2 }),
  'NFM-0': tinyNfm(),
  'NFM-0, batch norm and dropout': tinyNfm({ pooled: { batchNorm: true, dropout: 0.4 } }),
  'NFM-1': tinyNfm({ hidden: [{ units: 5, ...relu }] }),
  'NFM-1, as published': tinyNfm({
    factors: 4,
    pooled: { batchNorm: true, dropout: 0.5 },
    hidden: [{ units: 4, ...relu, batchNorm: true, dropout: 0.2 }],
  }),
  'NFM-1, log loss': tinyNfm({ task: 'binary', hidden: [{ units: 5, ...relu, dropout: 0.2 }] }),
  'NFM-1, ranking': tinyNfm({ task: 'ranking', pooled: { dropout: 0.3 }, hidden: [{ units: 5, ...relu }] }),
  'NFM-1, penalties': tinyNfm({ penalty, hidden: [{ units: 5, ...relu, ...penalty }] }),
  'NFM-1, batch norm straight into a layer': tinyNfm({
    pooled: { batchNorm: true },
    hidden: [{ units: 3, batchNorm: true, activation: 'identity' }],
  }),
  'NFM-2, tower, sigmoid and tanh': tinyNfm({
    factors: 5,
    hidden: [
      { units: 4, activation: 'sigmoid' },
      { units: 2, activation: 'tanh' },
    ],
  }),
  'NFM-3, diamond, identity': tinyNfm({
    pooled: { batchNorm: true },
    hidden: [
      { units: 2, activation: 'identity' },
      { units: 5, activation: 'identity', batchNorm: true },
      { units: 3, activation: 'identity', dropout: 0.2 },
    ],
  }),
  AFM: tinyAfm(),
  'AFM, dropout': tinyAfm({ factors: 4, units: 3, dropout: 0.3, l2: 0.5 }),
  'AFM, attention dropout': tinyAfm({ factors: 2, units: 1, dropout: 0.2, attentionDropout: 0.3 }),
  'AFM, log loss': tinyAfm({ task: 'binary' }),
  'AFM, ranking': tinyAfm({ task: 'ranking' }),
  'Wide&Deep': tinyWideDeep(),
  'Wide&Deep, two layers, log loss': tinyWideDeep({
    task: 'binary',
    hidden: [
      { units: 5, ...relu, dropout: 0.3 },
      { units: 3, ...relu, batchNorm: true },
    ],
  }),
  'Wide&Deep, ranking': tinyWideDeep({ task: 'ranking' }),
  DeepCross: tinyDeepCross(),
  'DeepCross, batch norm': tinyDeepCross({ factors: 3, units: [5, 4], batchNorm: true }),
  'DeepCross, log loss': tinyDeepCross({ task: 'binary', units: [1] }),
  mixture: tinyMixture(),
  'mixture, ranking': tinyMixture('ranking'),
};

/** Every graph with data and the loss of its task. */
export const tinyCases: readonly TinyCase[] = Object.entries(graphs).map(([name, graph]) => {
  const { task } = (graph.nodes[graph.nodes.length - 1] as GraphNode<'output'>).attributes;
  const { loss } = defaultLoss[task];
  return { name, graph, data: tinyDataFor(loss), loss };
});
