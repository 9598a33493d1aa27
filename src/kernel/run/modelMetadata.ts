/** What a model file says of its model beside the graph and the weights, checked as data: files come from strangers. */

import { integer, nearest, OptionError, oneOf, readOptions, value } from '../base/options.ts';
import { losses } from '../engine/losses.ts';
import { type Field, type Graph, inputOf } from '../graph/graph.ts';
import type { Metrics, RunConfig } from './events.ts';
import type { TargetRange } from './metrics.ts';
import type { FeatureNames, SavedModel } from './modelFile.ts';

export type Described = Omit<SavedModel, 'graph' | 'weights'>;

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isSize = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;
const isMetric = (v: unknown): boolean => v === null || typeof v === 'number';
const isText = (v: unknown): v is string => typeof v === 'string';
const textOrNull = (expected: string) => value<string | null, null>(expected, (v) => v === null || isText(v), null);

const metrics = value<Metrics, null>(
  'an object of numbers or null',
  (v) => isObject(v) && Object.values(v).every(isMetric),
  null,
);

const rules = {
  loss: oneOf(losses, null),
  targetRange: value<TargetRange, null>(
    'two numbers, the smaller first',
    (v) => Array.isArray(v) && v.length === 2 && v.every(Number.isFinite) && v[0] <= v[1],
    null,
  ),
  dictionary: textOrNull('a hash or null'),
  validation: metrics,
  test: metrics,
  metric: textOrNull('the name of a metric or null'),
  bestEpoch: value<number | null, null>('the number of an epoch or null', (v) => v === null || isSize(v), null),
  program: textOrNull('the name of a program or null'),
  config: value<RunConfig, null>('a run: { model, engine, seed, options, data }', isConfig, null),
  names: value<FeatureNames>('names of the features, as a data set has them', isNames, undefined),
};

/** Entries that files of the first release lack. */
const added = ['metric', 'bestEpoch', 'program', 'names'];

function isConfig(v: unknown): boolean {
  const isSeed = (seed: unknown) => integer(null).read(seed, () => null as never) !== null;
  return (
    isObject(v) && isText(v.model) && isText(v.engine) && isSeed(v.seed) && isObject(v.options) && isObject(v.data)
  );
}

function isNames(v: unknown): boolean {
  if (!isObject(v)) return false;
  const { dictionary, featureMap } = v;
  if (dictionary !== undefined) return isDictionary(dictionary);
  return featureMap === undefined || isFeatureMap(featureMap);
}

function isDictionary(v: unknown): boolean {
  if (!isObject(v) || !isObject(v.schema) || !Array.isArray(v.schema.fields) || !isObject(v.schema.target))
    return false;
  const isWhole = (field: unknown) => isObject(field) && isObject(field.spec) && isText(field.spec.kind);
  if (!Array.isArray(v.fields) || !v.fields.every(isWhole)) return false;
  const values = v.fields.map((field) => field.values);
  return fill(v.features, v.fields, values);
}

const isFeatureMap = (v: unknown): boolean =>
  isObject(v) && Array.isArray(v.fields) && Array.isArray(v.values) && fill(v.features, v.fields, v.values);

/** Whether fields side by side make up all features, each with as many values as ids, or one for a hashed block. */
function fill(features: unknown, fields: readonly Field[], values: readonly (readonly string[])[]): boolean {
  let next = 0;
  for (const [f, field] of fields.entries()) {
    if (!isObject(field) || !isText(field.name) || field.offset !== next || !isSize(field.size)) return false;
    const named = values[f];
    if (!Array.isArray(named) || !named.every(isText)) return false;
    if (named.length !== field.size && !(named.length === 1 && named[0].startsWith('#'))) return false;
    next += field.size;
  }
  return next === features;
}

/**
 * Checks the description of a saved model of `graph`.
 * @param where the file, for messages
 * @throws OptionError naming the entry, what was expected and what was found
 */
export function describedModel(where: string, json: unknown, graph: Graph): Described {
  if (!isObject(json)) throw new OptionError(`${where}: expected an object that describes the model`);
  for (const name of Object.keys(rules))
    if (json[name] === undefined && !added.includes(name)) {
      const near = nearest(name, Object.keys(json));
      throw new OptionError(`${where}: expected "${name}", got none${near ? ` (but "${near}")` : ''}`);
    }
  const known = Object.fromEntries(Object.entries(json).filter(([name]) => Object.hasOwn(rules, name)));
  const { names, ...described } = readOptions(where, known, rules) as Described;
  const named = names?.dictionary?.features ?? names?.featureMap?.features ?? 0;
  const { features } = inputOf(graph).attributes;
  if (named > features)
    throw new OptionError(`${where}: names of ${named} features, but ${graph.name} has ${features}`);
  return { ...described, ...(names && { names }) };
}
