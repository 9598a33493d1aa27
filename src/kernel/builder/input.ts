/** The fluent builder: `input(schema)` and the one immutable class behind all stages. */

import { boolean, integer, type OptionValues, oneOf, ratio, readOptions } from '../base/options.ts';
import { graphErrors } from '../graph/errors.ts';
import type { ActivationName, Task } from '../graph/graph.ts';
import { Architecture } from './architecture.ts';
import { append, type Draft, emptyDraft, endTerm } from './draft.ts';
import { type LayerFunction, type LayerOptions, layerAttributes } from './layer.ts';
import { activation, argument, count, initStdev, nodeName, penalty, penaltyOf } from './options.ts';
import { tasks } from './prediction.ts';
import { type FieldName, readSchema, type Schema } from './schema.ts';
import type {
  AttentionOptions,
  Embedded,
  EmbeddingOptions,
  HiddenOptions,
  Input,
  LinearOptions,
  Pooled,
  PoolingOptions,
  PredictionOptions,
  ScoredEmbedding,
} from './stages.ts';

/**
 * Starts a model over a data set, a schema, or plain field sizes:
 *
 *     input({ user: 1000, item: 500 })
 *       .linear()
 *       .embed(64)
 *       .biInteraction({ batchNorm: true, dropout: 0.5 })
 *       .hidden(64, { batchNorm: true, dropout: 0.2 })
 *       .output('regression');
 *
 * @throws OptionError where the schema is neither
 */
export function input<const S extends Schema>(schema: S): Input<FieldName<S>> {
  return new Chain<FieldName<S>>(append(emptyDraft, 'input', 'input', readSchema(schema), []));
}

const poolingRules = { batchNorm: boolean(false), dropout: ratio(0) };
const hiddenRules = {
  activation,
  batchNorm: boolean(false),
  dropout: ratio(0),
  biasInit: oneOf(['normal', 'zeros'], 'normal'),
  ...penalty,
};

/** The types say which call may follow which; in a cell that nobody type-checked, the shape rules and the guards do. */
class Chain<Name extends string> implements Input<Name>, Embedded<Name>, Pooled<Name>, ScoredEmbedding<Name> {
  readonly #draft: Draft;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  linear(options?: LinearOptions): Chain<Name> {
    const o = readOptions('linear()', options, { bias: boolean(true), ...penalty });
    if (this.#draft.nodes.length > 1) throw graphErrors.lateLinear();
    return new Chain(endTerm(append(this.#draft, 'linear', 'linear', { bias: o.bias, ...penaltyOf(o) })));
  }

  embed(factors: number, options?: EmbeddingOptions): Chain<Name> {
    const k = argument('embed()', 'factors', factors, count);
    const o = readOptions('embed()', options, { initStdev, name: nodeName('embedding'), ...penalty });
    const attributes = { factors: k, initStdev: o.initStdev, ...penaltyOf(o) };
    const draft = append(this.#betweenTerms('embed()'), 'embedding', o.name, attributes, ['input']);
    return new Chain({ ...draft, embedding: draft.at });
  }

  embedAgain(): Chain<Name> {
    const draft = this.#betweenTerms('embedAgain()');
    if (draft.embedding === null) throw graphErrors.noEmbedding();
    return new Chain({ ...draft, at: draft.embedding });
  }

  biInteraction(options?: PoolingOptions): Chain<Name> {
    const o = readOptions('biInteraction()', options, poolingRules);
    return this.#pooled(append(this.#draft, 'biInteraction', 'biInteraction', {}), o, 'ones');
  }

  anova(order: number, options?: PoolingOptions): Chain<Name> {
    const degree = argument('anova()', 'order', order, integer(2, { min: 2 }));
    const o = readOptions('anova()', options, poolingRules);
    return this.#pooled(append(this.#draft, 'anova', `anova${degree}`, { order: degree }), o, 'ones');
  }

  attention(units: number, options?: AttentionOptions): Chain<Name> {
    const t = argument('attention()', 'units', units, count);
    const o = readOptions('attention()', options, { ...poolingRules, attentionDropout: ratio(0), ...penalty });
    const attributes = { units: t, dropout: o.attentionDropout, ...penaltyOf(o) };
    return this.#pooled(append(this.#draft, 'attention', 'attention', attributes), o, 'ones');
  }

  concat(options?: PoolingOptions): Chain<Name> {
    const o = readOptions('concat()', options, poolingRules);
    return this.#pooled(append(this.#draft, 'concat', 'concat', {}), o, 'normal');
  }

  hidden(units: number, options?: HiddenOptions): Chain<Name> {
    const width = argument('hidden()', 'units', units, count);
    const o = readOptions('hidden()', options, hiddenRules);
    const layer = this.#draft.layers + 1;
    const attributes = { units: width, biasInit: o.biasInit, ...penaltyOf(o) };
    return this.#layered(append(this.#draft, 'dense', `dense${layer}`, attributes), layer, o);
  }

  residual(units: number, options?: HiddenOptions): Chain<Name> {
    const inner = argument('residual()', 'units', units, count);
    const o = readOptions('residual()', options, hiddenRules);
    const layer = this.#draft.layers + 1;
    const skip = this.#draft.at;
    const attributes = { biasInit: o.biasInit, ...penaltyOf(o) };
    let draft = append(this.#draft, 'dense', `dense${layer}`, { units: inner, ...attributes });
    const shape = draft.shapes.get(skip)!; // a vector, or `dense` would have refused it
    const outer = shape.kind === 'vector' ? shape.size : inner;
    draft = activate(draft, layer, o.activation);
    draft = append(draft, 'dense', `dense${layer}`, { units: outer, ...attributes });
    return this.#layered(append(draft, 'add', `residual${layer}`, {}, [skip, draft.at]), layer, o);
  }

  layer<const Parameter extends string = never>(
    name: string,
    options: LayerOptions<Parameter>,
    apply: LayerFunction<Parameter>,
  ): Chain<Name> {
    const shape = this.#draft.shapes.get(this.#draft.at)!;
    const size = shape.kind === 'vector' ? shape.size : 1; // no vector is an error of `append`
    const draft = append(this.#draft, 'layer', name, layerAttributes(name, options, apply, size));
    if (draft.at !== name) throw graphErrors.duplicateId({ ...draft.nodes.at(-1)!, id: name });
    return new Chain({ ...draft, start: 'normal' });
  }

  sum(): Chain<Name> {
    return new Chain(endTerm(append(this.#draft, 'sum', 'sum', {})));
  }

  predict(options?: PredictionOptions): Chain<Name> {
    const o = readOptions('predict()', options, {
      bias: boolean(false),
      init: oneOf(['ones', 'normal'], this.#draft.start),
      ...penalty,
    });
    const attributes = { bias: o.bias, init: o.init, ...penaltyOf(o) };
    return new Chain(endTerm(append(this.#draft, 'prediction', 'prediction', attributes)));
  }

  output<T extends Task>(task: T, options?: PredictionOptions): Architecture<Name, T> {
    const meaning = argument('output()', 'task', task, oneOf(tasks, 'regression'));
    if (!this.#isScored()) return this.predict(options).output(task);
    readOptions('output() after sum() or predict()', options, {});
    let draft = this.#draft;
    if (draft.terms.length > 1) draft = append(draft, 'add', 'add', {}, draft.terms);
    draft = append(draft, 'output', 'output', { task: meaning });
    return new Architecture({ version: 1, name: 'model', nodes: draft.nodes, output: draft.at });
  }

  #isScored(): boolean {
    return this.#draft.terms.at(-1) === this.#draft.at;
  }

  /** The draft, if every term that was begun has ended. */
  #betweenTerms(call: string): Draft {
    const draft = this.#draft;
    if (draft.at !== 'input' && !this.#isScored())
      throw graphErrors.unfinishedTerm(call, draft.nodes.find((node) => node.id === draft.at)!);
    return draft;
  }

  #pooled(draft: Draft, o: OptionValues<typeof poolingRules>, start: 'ones' | 'normal'): Chain<Name> {
    return new Chain({ ...dropout(batchNorm(draft, 0, o.batchNorm), 0, o.dropout), start });
  }

  #layered(draft: Draft, layer: number, o: OptionValues<typeof hiddenRules>): Chain<Name> {
    const active = activate(batchNorm(draft, layer, o.batchNorm), layer, o.activation);
    return new Chain({ ...dropout(active, layer, o.dropout), layers: layer, start: 'normal' });
  }
}

// Layers that may be absent, numbered like the hidden layer that they belong to (0: the pooling).

/** Decay and ε of the NFM authors. */
const batchNorm = (draft: Draft, layer: number, on: boolean): Draft =>
  on ? append(draft, 'batchNorm', `batchNorm${layer}`, { decay: 0.9, epsilon: 0.001 }) : draft;

const dropout = (draft: Draft, layer: number, ratio: number): Draft =>
  ratio > 0 ? append(draft, 'dropout', `dropout${layer}`, { ratio }) : draft;

const activate = (draft: Draft, layer: number, name: ActivationName): Draft =>
  append(draft, 'activation', `activation${layer}`, { function: name });
