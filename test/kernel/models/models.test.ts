import { describe, expect, test } from 'vitest';
import { OptionError } from '../../../src/kernel/base/options.ts';
import type { Architecture } from '../../../src/kernel/builder/architecture.ts';
import { input } from '../../../src/kernel/builder/input.ts';
import {
  afm,
  deepCross,
  fm,
  type HyperParameters,
  hiddenShape,
  hofm,
  lr,
  type ModelName,
  models,
  nfm,
  wideDeep,
} from '../../../src/kernel/models/index.ts';

const schema = { user: 30, item: 20, day: 7 };
const names = Object.keys(models) as ModelName[];

/** Node ids that carry each dropout ratio, penalty, and so on. */
const having = (model: Architecture, attribute: string) =>
  Object.fromEntries(
    model.graph.nodes
      .filter((n) => attribute in n.attributes)
      .map((n) => [n.id, (n.attributes as Readonly<Record<string, unknown>>)[attribute]]),
  );
const ids = (model: Architecture) => model.graph.nodes.map((n) => n.id);

describe('every model', () => {
  test.each(names)('%s as a table', async (name) => {
    await expect(models[name].build(schema).summary()).toMatchFileSnapshot(`../../golden/summary-${name}.txt`);
  });

  test.each(names)('%s is frozen JSON', (name) => {
    const { graph } = models[name].build(schema);
    expect(JSON.parse(JSON.stringify(graph))).toStrictEqual(graph);
    expect(Object.isFrozen(graph.nodes)).toBe(true);
  });

  test.each(names)('%s has a title and a paper, and the task that is asked for', (name) => {
    const { title, paper, build } = models[name];
    expect(build(schema).name).toMatch(new RegExp(`^${title}`));
    expect(paper).toMatch(/\d{4}$/);
    expect(build(schema).task).toBe('regression');
    expect(build(schema, { task: 'ranking' }).task).toBe('ranking');
  });

  test.each(names.filter((n) => n !== 'wide-deep' && n !== 'deep-cross'))('%s works without fields', (name) => {
    expect(ids(models[name].build({ features: 57, fields: [] }))).toContain('linear');
  });

  test.each(['wide-deep', 'deep-cross'] as const)('%s says that it needs fields', (name) => {
    expect(() => models[name].build({ features: 57, fields: [] })).toThrow('but the input has no fields');
  });
});

describe('options of single models', () => {
  test('NFM: dropout first on the Bi-Interaction layer, then per hidden layer', () => {
    const dropouts = (dropout: number | readonly number[]) => having(nfm(schema, { hidden: [8, 4], dropout }), 'ratio');
    expect(dropouts([0.5, 0.2, 0.1])).toEqual({ dropout0: 0.5, dropout1: 0.2, dropout2: 0.1 });
    expect(dropouts(0.3)).toEqual({ dropout0: 0.3, dropout1: 0.3, dropout2: 0.3 });
    expect(dropouts([0, 0.2, 0])).toEqual({ dropout1: 0.2 });
    expect(having(nfm(schema, { hidden: [8, 4] }), 'ratio')).toEqual({ dropout0: 0.5, dropout1: 0.2, dropout2: 0.2 });
  });

  test('NFM: hidden layers are as wide as the embeddings unless told', () => {
    expect(having(nfm(schema, { factors: 16 }), 'units')).toEqual({ dense1: 16 });
    expect(having(nfm(schema, { factors: 16, hidden: [8, 4] }), 'units')).toEqual({ dense1: 8, dense2: 4 });
    expect(nfm(schema, { hidden: [8, 4] }).name).toBe('NFM-2');
  });

  test('NFM-0 predicts by a trainable h that starts at ones, without bias; FM by the sum', () => {
    const plain = { factors: 4, batchNorm: false, dropout: 0 };
    const nfm0 = nfm(schema, { ...plain, hidden: [] });
    expect(nfm0.graph.nodes.find((n) => n.id === 'prediction')!.attributes).toEqual({ bias: false, init: 'ones' });
    expect(ids(nfm0)).toEqual(['input', 'linear', 'embedding', 'biInteraction', 'prediction', 'add', 'output']);
    expect(ids(fm(schema, plain))).toEqual(ids(nfm0).map((id) => (id === 'prediction' ? 'sum' : id)));
  });

  test('NFM with residual units keeps the width of the pooled vector', () => {
    const residual = nfm(schema, { factors: 4, hidden: hiddenShape.residual(6, 1), batchNorm: false, dropout: 0 });
    expect(having(residual, 'units')).toEqual({ dense1: 6, dense1_2: 4 });
    expect(ids(residual)).toContain('residual1');
  });

  test('the model functions are the builder calls of their papers', () => {
    expect(nfm(schema).graph).toEqual(
      input(schema)
        .linear()
        .embed(64)
        .biInteraction({ batchNorm: true, dropout: 0.5 })
        .hidden(64, { batchNorm: true, dropout: 0.2 })
        .output('regression')
        .named('NFM-1').graph,
    );
  });

  test('FM: batch normalisation and dropout of the pooled vector', () => {
    expect(ids(fm(schema, { batchNorm: true, dropout: [0.5] }))).toEqual([
      ...['input', 'linear', 'embedding', 'biInteraction', 'batchNorm0', 'dropout0', 'sum', 'add', 'output'],
    ]);
  });

  test('HOFM: a table per order, or one for all; order 2 is FM', () => {
    const tables = (model: Architecture) => ids(model).filter((id) => id.startsWith('embedding'));
    expect(tables(hofm(schema, { order: 4 }))).toEqual(['embedding', 'embedding3', 'embedding4']);
    expect(having(hofm(schema, { order: 4, l2: 0.1 }), 'l2')).toEqual({
      embedding: 0.1,
      embedding3: 0.1,
      embedding4: 0.1,
    });
    const shared = hofm(schema, { order: 4, shareTables: true });
    expect(tables(shared)).toEqual(['embedding']);
    expect(having(shared, 'order')).toEqual({ anova3: 3, anova4: 4 });
    expect(hofm(schema, { order: 2 }).graph.nodes).toEqual(fm(schema).graph.nodes);
  });

  test('AFM: as many attention units as factors unless told; two kinds of dropout', () => {
    expect(having(afm(schema, { factors: 8 }), 'units')).toEqual({ attention: 8 });
    const model = afm(schema, { factors: 8, attention: 3, dropout: [0.4], attentionDropout: 0.1 });
    expect(having(model, 'units')).toEqual({ attention: 3 });
    expect(having(model, 'ratio')).toEqual({ dropout0: 0.4 });
    expect(having(model, 'dropout')).toEqual({ attention: 0.1 });
    expect(having(model, 'init')).toEqual({ prediction: 'ones' });
  });

  test('Wide&Deep and DeepCross: biases at 0, prediction with bias, dropout per hidden layer', () => {
    const wide = wideDeep(schema, { factors: 4, hidden: [8, 4], dropout: [0.1, 0.2] });
    expect(having(wide, 'biasInit')).toEqual({ dense1: 'zeros', dense2: 'zeros' });
    expect(having(wide, 'bias')).toEqual({ linear: true, prediction: true });
    expect(having(wide, 'ratio')).toEqual({ dropout1: 0.1, dropout2: 0.2 });
    const deep = deepCross(schema, { factors: 4, hidden: [8], batchNorm: true, dropout: 0.1 });
    expect(having(deep, 'biasInit')).toEqual({ dense1: 'zeros', dense1_2: 'zeros' });
    expect(having(deep, 'bias')).toEqual({ prediction: true });
    expect(ids(deep)).toEqual([
      ...['input', 'embedding', 'concat', 'dense1', 'activation1', 'dense1_2', 'residual1', 'batchNorm1'],
      ...['activation1_2', 'dropout1', 'prediction', 'output'],
    ]);
  });

  test.each([
    ['lr', { linear: 0.1 }],
    ['fm', { embedding: 0.1 }],
    ['hofm', { embedding: 0.1, embedding3: 0.1 }],
    ['nfm', { embedding: 0.1 }],
    ['afm', { attention: 0.1 }],
    ['wide-deep', { embedding: 0.1 }],
    ['deep-cross', { embedding: 0.1 }],
  ] as const)('%s: l2 and l1 are on %j', (name, where) => {
    expect(having(models[name].build(schema, { l2: 0.1 }), 'l2')).toEqual(where);
    expect(having(models[name].build(schema, { l1: 0.1 }), 'l1')).toEqual(where);
    expect(having(models[name].build(schema), 'l2')).toEqual({});
  });
});

describe('wrong options', () => {
  const wrong: Record<string, () => unknown> = {
    'nfm(schema, { factors: 0 })': () => nfm(schema, { factors: 0 }),
    // @ts-expect-error misspelt
    'nfm(schema, { hiden: [64] })': () => nfm(schema, { hiden: [64] }),
    // @ts-expect-error a list
    'nfm(schema, { hidden: 64 })': () => nfm(schema, { hidden: 64 }),
    'nfm(schema, { hidden: [64, 0] })': () => nfm(schema, { hidden: [64, 0] }),
    // @ts-expect-error an integer
    'nfm(schema, { hidden: [64, null] })': () => nfm(schema, { hidden: [64, null] }),
    'nfm(schema, { hidden: [{ residual: 1.5 }] })': () => nfm(schema, { hidden: [{ residual: 1.5 }] }),
    'nfm(schema, { dropout: [0.5] })': () => nfm(schema, { dropout: [0.5] }),
    'nfm(schema, { hidden: [], dropout: [0.5, 0.2] })': () => nfm(schema, { hidden: [], dropout: [0.5, 0.2] }),
    'nfm(schema, { dropout: 1 })': () => nfm(schema, { dropout: 1 }),
    'nfm(schema, { dropout: [0.5, -0.2] })': () => nfm(schema, { dropout: [0.5, -0.2] }),
    // @ts-expect-error a number
    "nfm(schema, { dropout: '0.5' })": () => nfm(schema, { dropout: '0.5' }),
    // @ts-expect-error misspelt
    "nfm(schema, { activation: 'relo' })": () => nfm(schema, { activation: 'relo' }),
    // @ts-expect-error misspelt
    "nfm(schema, { task: 'classification' })": () => nfm(schema, { task: 'classification' }),
    'fm(schema, { dropout: [0.5, 0.2] })': () => fm(schema, { dropout: [0.5, 0.2] }),
    'hofm(schema, { order: 1 })': () => hofm(schema, { order: 1 }),
    'afm(schema, { attention: 0 })': () => afm(schema, { attention: 0 }),
    'wideDeep(schema, { dropout: [0.5] })': () => wideDeep(schema, { dropout: [0.5] }),
    'deepCross(schema, { hidden: [], dropout: [0.5] })': () => deepCross(schema, { hidden: [], dropout: [0.5] }),
    'lr(schema, { l2: -1 })': () => lr(schema, { l2: -1 }),
    'hiddenShape.tower(0, 2)': () => hiddenShape.tower(0, 2),
    'hiddenShape.tower(64, -1)': () => hiddenShape.tower(64, -1),
    'models.nfm.build(schema, { attention: 32 })': () => models.nfm.build(schema, { attention: 32 }),
    'models.lr.build(schema, { factors: 64 })': () => models.lr.build(schema, { factors: 64 }),
    'models.hofm.build(schema, { dropout: 0.5 })': () => models.hofm.build(schema, { dropout: 0.5 }),
    // @ts-expect-error unknown everywhere
    'models.fm.build(schema, { factor: 64 })': () => models.fm.build(schema, { factor: 64 }),
    // @ts-expect-error unknown everywhere
    'models.fm.build(schema, { verbose: true })': () => models.fm.build(schema, { verbose: true }),
  };

  test('say what was expected', async () => {
    const messages = Object.entries(wrong).map(([call, run]) => {
      try {
        run();
      } catch (error) {
        expect(error).toBeInstanceOf(OptionError);
        return `${call}\n  ${(error as Error).message}\n`;
      }
      return expect.unreachable(`${call} gave no error`);
    });
    await expect(messages.join('\n')).toMatchFileSnapshot('../../golden/model-errors.txt');
  });

  test('every option of the shared record that a model lacks is refused by name, and every one it has is taken', () => {
    const all: Required<HyperParameters> = {
      factors: 8,
      hidden: [4],
      dropout: 0.1,
      batchNorm: true,
      activation: 'tanh',
      attention: 3,
      attentionDropout: 0.1,
      order: 4,
      shareTables: true,
      l2: 0.1,
      l1: 0.1,
      initStdev: 0.1,
      task: 'binary',
    };
    for (const name of names) {
      const other = name === 'nfm' ? { ...all, batchNorm: false } : all; // NFM's default is true
      for (const [option, given] of Object.entries(other)) {
        const build = () => models[name].build(schema, { [option]: given });
        if (models[name].options.includes(option)) expect(build().graph).not.toEqual(models[name].build(schema).graph);
        else expect(build).toThrow(`model ${name} has no option "${option}"`);
      }
    }
  });

  test('undefined means the default', () => {
    expect(models.lr.build(schema, { factors: undefined, l2: undefined }).graph).toEqual(lr(schema).graph);
  });
});

test('types follow the schema and the task', () => {
  const model: Architecture<'user' | 'item' | 'day', 'binary'> = nfm(schema, { task: 'binary' });
  const probability: number = model.prediction(0).probability;
  const rating: number = fm(schema).prediction(3);
  // @ts-expect-error regression is the default
  const wrong: Architecture<string, 'binary'> = afm(schema);
  // @ts-expect-error no such field
  expect(() => model.field('weather')).toThrow('unknown field "weather"');
  expect([probability, rating, wrong.task]).toEqual([0.5, 3, 'regression']);
});
