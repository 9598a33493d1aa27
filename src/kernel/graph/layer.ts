/**
 * A layer that a user wrote, checked as data. The graph may come from a file of somebody else, so nothing is taken on
 * trust but the code itself, which is text here: only an engine runs it.
 */

import { graphErrors } from './errors.ts';
import type { GraphNode, LayerInit, LayerParameter } from './graph.ts';

const layerInits: readonly LayerInit[] = ['zeros', 'ones', 'glorot', 'normal'];

/** Names of layers and of their parameters: parameter ids and weight files are made of them. */
const isLayerName = (name: unknown): name is string => typeof name === 'string' && /^[a-z]\w*$/i.test(name);

/** TensorFlow has tensors of up to 6 dimensions. */
const highestRank = 6;

const isSize = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) > 0;
const isSizes = (shape: unknown, ranks: readonly [min: number, max: number]): boolean =>
  Array.isArray(shape) && shape.length >= ranks[0] && shape.length <= ranks[1] && shape.every(isSize);
const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws GraphError naming the layer and what is wrong with its name, its code, its shape or a parameter */
export function checkLayer(node: GraphNode<'layer'>): void {
  const { name, code, parameters, shape } = node.attributes;
  const wrong = (what: string, expected: string, got: unknown) => graphErrors.wrongLayer(node, what, expected, got);
  if (!isLayerName(name)) throw wrong('name', 'a letter, then letters, digits and _', name);
  if (typeof code !== 'string' || code.trim() === '') throw wrong('code', 'the text of a function (x, p, tf)', code);
  if (!isSizes(shape, [1, 1])) throw wrong('shape', 'one positive integer in brackets, as [64]', shape);
  if (!isRecord(parameters)) throw wrong('parameters', 'an object { name: { shape, init } }', parameters);
  for (const [own, parameter] of Object.entries(parameters) as [string, LayerParameter | null][]) {
    if (!isLayerName(own)) throw wrong('name of a parameter', 'a letter, then letters, digits and _', own);
    if (!isRecord(parameter)) throw wrong(`parameter "${own}"`, 'an object { shape, init }', parameter);
    if (!isSizes(parameter.shape, [0, highestRank]))
      throw wrong(`shape of "${own}"`, `up to ${highestRank} positive integers in brackets`, parameter.shape);
    if (!layerInits.includes(parameter.init))
      throw wrong(`init of "${own}"`, `one of ${layerInits.map((init) => `"${init}"`).join(', ')}`, parameter.init);
  }
}
