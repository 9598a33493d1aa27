import { expect, test } from 'vitest';
import { graphFromJson } from '../../../src/kernel/graph/fromJson.ts';
import { fm, models } from '../../../src/kernel/models/index.ts';
import { tinyCases } from '../engine/tinyModels.ts';

const { graph } = fm({ user: 3, item: 4 }, { factors: 2, dropout: 0.5 });
const plain = () => JSON.parse(JSON.stringify(graph));

/** The FM's graph as JSON with another value at `path`, such as `nodes.1.op`. */
function changed(path: string, value: unknown): unknown {
  if (path === '') return value;
  const keys = path.split('.');
  const json = plain();
  const owner = keys.slice(0, -1).reduce((part, key) => part[key], json);
  owner[keys[keys.length - 1]] = value;
  return json;
}

test('every graph of the project comes back as it was, frozen', () => {
  const built = Object.values(models).map(({ build }) => build({ user: 3, item: 4 }).graph);
  for (const given of [...built, ...tinyCases.map((each) => each.graph)]) {
    const read = graphFromJson(JSON.parse(JSON.stringify(given)));
    expect(read).toEqual(JSON.parse(JSON.stringify(given)));
    expect(Object.isFrozen(read.nodes[0].attributes)).toBe(true);
  }
});

test.each([
  ['', null, 'expected a graph with "version" 1, got false (boolean)'],
  ['version', 2, 'expected a graph with "version" 1, got 2 (number)'],
  ['name', 3, 'expected a graph with a "name", got 3'],
  ['nodes', {}, 'a list of "nodes", got {} (object)'],
  ['nodes.3', 'x', 'nodes with an "id", got "x"'],
  ['nodes.1.op', 'conv', 'as op of "linear" one of input, linear, embedding'],
  ['nodes.1.op', 'toString', 'as op of "linear" one of'],
  ['nodes.1.inputs', 'input', 'as inputs of "linear" a list of ids, got "input"'],
  ['nodes.1.inputs', ['nothing'], 'linear "linear" reads "nothing", which is not an earlier node'],
  ['nodes.1.attributes', null, 'as attributes of "linear" an object, got null'],
  ['nodes.1.attributes.bias', undefined, 'linear "linear": "bias" must be true or false, got undefined'],
  ['nodes.1.attributes.l2', -1, '"l2" must be a number at least 0, or nothing, got -1'],
  ['nodes.1.attributes.scale', 2, 'linear "linear" has no attribute "scale"; it has bias, l2, l1'],
  ['nodes.2.attributes.factors', 2.5, '"factors" must be an integer at least 1, got 2.5'],
  ['nodes.2.attributes.factors', '2', '"factors" must be an integer at least 1, got "2"'],
  ['nodes.4.attributes.ratio', 1, '"ratio" must be a ratio at least 0 and below 1, got 1'],
  ['nodes.7.attributes.task', 'sort', '"task" must be one of "regression", "binary", "ranking", got "sort"'],
  ['nodes.0.attributes.fields', [{ name: 'a' }], 'a list of { name, offset, size }'],
  ['nodes.2.id', 'table', 'reads "embedding", which is not an earlier node'],
])('%s as %j: %s', (path, value, message) => {
  expect(() => graphFromJson(changed(path, value))).toThrow(message);
});

test('a layer of a user is checked as data too', () => {
  const [input, linear, embedding, pairs, dropout, sum, ...rest] = plain().nodes;
  const layer = {
    id: 'own',
    op: 'layer',
    inputs: [dropout.id],
    attributes: { name: 'own', code: '', parameters: {}, shape: [2] },
  };
  const nodes = [input, linear, embedding, pairs, dropout, layer, { ...sum, inputs: ['own'] }, ...rest];
  expect(() => graphFromJson({ ...graph, nodes })).toThrow('layer "own": expected as code');
});
