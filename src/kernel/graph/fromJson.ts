/**
 * A graph from JSON that anybody may have written, for example the one in a model file: ops and attributes are checked
 * against a table before anything is computed from them.
 */

import { graphErrors } from './errors.ts';
import { type ActivationName, freeze, type Graph, type GraphNode, type OpAttributes, type OpKind } from './graph.ts';
import { shapesOf } from './shape.ts';

/** What an attribute must be, in words and as a check. */
interface Rule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

const rule = (expected: string, holds: Rule['holds']): Rule => ({ expected, holds });
const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v);
const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 1;
const isText = (v: unknown): v is string => typeof v === 'string';
const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

const count = rule('an integer at least 1', isCount);
const positive = rule('a number above 0', (v) => isNumber(v) && v > 0);
const ratio = rule('a ratio at least 0 and below 1', (v) => isNumber(v) && v >= 0 && v < 1);
const boolean = rule('true or false', (v) => typeof v === 'boolean');
const penalty = rule('a number at least 0, or nothing', (v) => v === undefined || (isNumber(v) && v >= 0));
const penalties = { l2: penalty, l1: penalty };
const oneOf = <Word extends string>(...words: readonly Word[]): Rule =>
  rule(`one of ${words.map((word) => `"${word}"`).join(', ')}`, (v) => (words as readonly unknown[]).includes(v));
const isField = (v: unknown): boolean =>
  isObject(v) && isText(v.name) && [v.offset, v.size].every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
/** Checked where the shapes are, with all of the layer. */
const checkedLater = rule('anything', () => true);

const attributeRules: { readonly [Op in OpKind]: { readonly [Name in keyof OpAttributes[Op]]-?: Rule } } = {
  input: {
    features: count,
    fields: rule('a list of { name, offset, size }', (v) => Array.isArray(v) && v.every(isField)),
  },
  linear: { bias: boolean, ...penalties },
  embedding: { factors: count, initStdev: positive, ...penalties },
  biInteraction: {},
  anova: { order: rule('an integer at least 2', (v) => isCount(v) && v >= 2) },
  concat: {},
  attention: { units: count, dropout: ratio, ...penalties },
  dense: { units: count, biasInit: oneOf('normal', 'zeros'), ...penalties },
  batchNorm: { decay: rule('a number from 0 to 1', (v) => isNumber(v) && v >= 0 && v <= 1), epsilon: positive },
  dropout: { ratio },
  activation: { function: oneOf<ActivationName>('relu', 'sigmoid', 'tanh', 'identity') },
  layer: { name: checkedLater, code: checkedLater, parameters: checkedLater, shape: checkedLater },
  add: {},
  sum: {},
  prediction: { bias: boolean, init: oneOf('ones', 'normal'), ...penalties },
  output: { task: oneOf('regression', 'binary', 'ranking') },
};

/**
 * The frozen graph that `json` describes.
 * @throws GraphError naming the node and what is wrong with it: an unknown op, a missing, wrong or unknown attribute, or
 * shapes that do not fit
 */
export function graphFromJson(json: unknown): Graph {
  const graph = json as Graph;
  if (!isObject(json) || json.version !== 1) throw graphErrors.notAGraph('"version" 1', isObject(json) && json.version);
  if (!isText(json.name)) throw graphErrors.notAGraph('a "name"', json.name);
  if (!Array.isArray(json.nodes)) throw graphErrors.notAGraph('a list of "nodes"', json.nodes);
  for (const node of json.nodes) checkNode(node);
  shapesOf(graph);
  return freeze(graph);
}

function checkNode(node: unknown): void {
  if (!isObject(node) || !isText(node.id)) throw graphErrors.notAGraph('nodes with an "id"', node);
  const { op, inputs, attributes } = node;
  if (!isText(op) || !Object.hasOwn(attributeRules, op))
    throw graphErrors.notAGraph(`as op of "${node.id}" one of ${Object.keys(attributeRules).join(', ')}`, op);
  if (!Array.isArray(inputs) || !inputs.every(isText))
    throw graphErrors.notAGraph(`as inputs of "${node.id}" a list of ids`, inputs);
  if (!isObject(attributes)) throw graphErrors.notAGraph(`as attributes of "${node.id}" an object`, attributes);
  const rules: Readonly<Record<string, Rule>> = attributeRules[op as OpKind];
  const checked = node as unknown as GraphNode;
  for (const name of Object.keys(attributes))
    if (!Object.hasOwn(rules, name)) throw graphErrors.unknownAttribute(checked, name, Object.keys(rules));
  for (const [name, { expected, holds }] of Object.entries(rules))
    if (!holds(attributes[name])) throw graphErrors.wrongAttribute(checked, name, expected, attributes[name]);
}
