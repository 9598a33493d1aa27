/** A layer of the user's own: a function of tensors, taken along as text. */

import { functionText, notebookName } from '../base/functionText.ts';
import { describe, OptionError, readOptions, value } from '../base/options.ts';
import type { LayerInit, LayerParameter, OpAttributes } from '../graph/graph.ts';
import type { Tensor, TensorOperations } from './tensors.ts';

/** `[64]` is `{ shape: [64], init: 'glorot' }`. */
export type LayerParameterOption =
  | readonly number[]
  | {
      /** Sizes of up to 6 dimensions; `[]` is a single number. */
      readonly shape: readonly number[];
      /** 0, 1, N(0, 2 / (fan in + fan out)), or N(0, 0.01²). @default 'glorot' */
      readonly init?: LayerInit;
    };

export interface LayerOptions<Parameter extends string = string> {
  /** The layer's own trained parameters. @default none */
  readonly parameters?: { readonly [P in Parameter]: LayerParameterOption };
  /** Of the output, for one row: `[size]`. @default that of the input */
  readonly shape?: readonly number[];
}

/**
 * What a layer computes: from a batch `x` of shape [B, n] and the parameters `p`, with the operations `tf` of
 * TensorFlow.js, a batch of shape [B, size]. It may use nothing else but JavaScript's own names: its text is the layer.
 */
export type LayerFunction<Parameter extends string = string> = (
  x: Tensor,
  p: { readonly [P in Parameter]: Tensor },
  tf: TensorOperations,
) => Tensor;

const anything = <T>(fallback: T) => value<T, T>('anything', () => true, fallback);
const rules = { parameters: anything<object>({}), shape: anything<readonly number[] | undefined>(undefined) };
/** A shape that is missing is none of the shapes that `shapeOf` lets pass. */
const parameterRules = {
  shape: anything(undefined as unknown as readonly number[]),
  init: anything<LayerInit>('glorot'),
};

/**
 * The attributes of a layer as its user gave them; `shapeOf` checks the names and numbers.
 * @param size of the input
 * @throws OptionError on an unknown option, or a function that is not one or that its text alone cannot be
 */
export function layerAttributes(
  name: string,
  options: LayerOptions | undefined,
  apply: unknown,
  size: number,
): OpAttributes['layer'] {
  const call = `layer("${name}")`;
  const o = readOptions(call, options, rules);
  const parameters = Object.fromEntries(
    Object.entries(o.parameters).map(([own, option]) => [own, parameterOf(`${call}, parameter "${own}"`, option)]),
  );
  return { name, code: codeOf(call, apply), parameters, shape: copied(o.shape ?? [size]) };
}

function parameterOf(call: string, option: unknown): LayerParameter {
  const { shape, init } = readOptions(call, Array.isArray(option) ? { shape: option } : option, parameterRules);
  return { shape: copied(shape), init };
}

/** A list of the graph's own: graphs are frozen, their users' lists are not. */
const copied = <T>(given: T): T => (Array.isArray(given) ? ([...given] as T) : given);

/** Arrow functions and function expressions: the only ones whose text is an expression. */
const isExpression = /^(?:function\b|\(|[$\p{ID_Continue}]+\s*=>)/u;

function codeOf(call: string, apply: unknown): string {
  const wrong = (got: string) =>
    new OptionError(`${call}: expected a function, (x, p, tf) => a tensor made of x, got ${got}`);
  if (typeof apply !== 'function') throw wrong(describe(apply));
  const kind = Object.prototype.toString.call(apply).slice('[object '.length, -1);
  if (kind !== 'Function')
    throw wrong(`${/^A/.test(kind) ? 'an' : 'a'} ${kind}; layers compute at once, so leave out "async" and "*"`);
  const code = functionText(apply as LayerFunction);
  if (/\{\s*\[native code\]\s*\}$/.test(code))
    throw wrong('a native or bound function, whose text says nothing; write an arrow function that calls it');
  if (!isExpression.test(code))
    throw wrong(`"${code.slice(0, 30).trimEnd()}…", a method or class; write an arrow function`);
  const outer = notebookName(code);
  if (outer !== undefined)
    throw new OptionError(
      `${call} uses "${outer}", a variable of another cell, but the layer's text goes where no cell is: into the graph ` +
        'and the model file; write the value into the function, or make it a parameter',
    );
  return code;
}
