/** The graph as text: what `model.summary()`, the CLI and text/plain outputs show. */

import { grouped } from '../base/grouped.ts';
import { type Graph, type GraphNode, inputOf, type OpKind, outputOf } from './graph.ts';
import { countParameters, elements, type Initialiser, type Parameter, parametersOf } from './params.ts';
import { printShape, shapesOf } from './shape.ts';

/** A node's settings; its id, inputs and penalties stand elsewhere. */
const settingsRules: { readonly [Op in OpKind]: (node: GraphNode<Op>) => readonly string[] } = {
  input: () => [],
  linear: ({ attributes }) => [attributes.bias ? 'bias' : 'no bias'],
  embedding: ({ attributes }) => [`factors ${attributes.factors}`],
  biInteraction: () => [],
  anova: ({ attributes }) => [`order ${attributes.order}`],
  concat: () => [],
  attention: ({ attributes: { units, dropout } }) => [`units ${units}`, ...(dropout ? [`dropout ${dropout}`] : [])],
  dense: ({ attributes }) => [`units ${attributes.units}`],
  batchNorm: ({ attributes }) => [`decay ${attributes.decay}`, `epsilon ${attributes.epsilon}`],
  dropout: ({ attributes }) => [`ratio ${attributes.ratio}`],
  activation: ({ attributes }) => [attributes.function],
  layer: ({ attributes }) => [oneLine(attributes.code)],
  add: () => [],
  sum: () => [],
  prediction: ({ attributes }) => [attributes.bias ? 'bias' : 'no bias'],
  output: ({ attributes }) => [attributes.task],
};

/** Code in one line of at most 40 characters. */
function oneLine(code: string): string {
  const line = code.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

const header = ['node', 'layer', 'input', 'output shape', 'parameters', 'start'];

/**
 * A graph as a table of nodes with settings, inputs, output shapes, parameter counts and initialisers (`start`), then
 * the totals with and without batch normalisation, and the penalties.
 * @throws GraphError where the graph is not well formed
 */
export function summary(graph: Graph): string {
  const shapes = shapesOf(graph);
  const parameters = parametersOf(graph);
  const rows = graph.nodes.map((node) => {
    const own = parameters.filter((p) => p.node === node.id);
    const trained = sizeOf(own.filter((p) => p.role !== 'state'));
    const settings = (settingsRules[node.op] as (n: GraphNode) => readonly string[])(node);
    return [
      node.id,
      [node.op, settings.join(', ')].join(' ').trimEnd(),
      node.inputs.join(', '),
      printShape(shapes.get(node.id)!),
      trained ? grouped(trained) : '',
      starts(own),
    ];
  });
  return [...title(graph), '', ...table(header, rows), '', ...totals(graph, parameters)].join('\n');
}

function title(graph: Graph): readonly string[] {
  const { features, fields } = inputOf(graph).attributes;
  const shown = fields.slice(0, 10).map((f) => `${f.name} ${grouped(f.size)}`);
  if (fields.length > shown.length) shown.push(`${fields.length - shown.length} more`);
  const first = `${graph.name}: ${outputOf(graph).attributes.task} on ${grouped(features)} features`;
  return shown.length ? [first, `fields: ${shown.join(', ')}`] : [first];
}

function totals(graph: Graph, parameters: readonly Parameter[]): readonly string[] {
  const { weights, batchNorm } = countParameters(graph);
  const lines = [`parameters: ${grouped(weights)}`];
  if (batchNorm) {
    lines[0] += ' without batch normalisation';
    lines.push(`            ${grouped(weights + batchNorm)} with it`);
    lines.push(`state:      ${grouped(sizeOf(parameters.filter((p) => p.role === 'state')))} moving averages`);
  }
  const penalised = parameters.filter((p) => p.l2 || p.l1).map((p) => `${p.id} ${penaltyText(p)}`);
  lines.push(`penalties:  ${penalised.join(', ') || 'none'}`);
  return lines;
}

const penaltyText = ({ l2, l1 }: Parameter): string =>
  [...(l2 ? [`l2 ${l2}`] : []), ...(l1 ? [`l1 ${l1}`] : [])].join(' and ');

/** `W, b ~ N(0, 0.125²)`: names with the same start together. */
function starts(parameters: readonly Parameter[]): string {
  const names = new Map<string, string[]>();
  for (const { name, initialiser } of parameters) {
    const start = startText(initialiser);
    names.set(start, [...(names.get(start) ?? []), name]);
  }
  return [...names].map(([start, of]) => `${of.join(', ')} ${start}`).join('; ');
}

const startText = (start: Initialiser): string =>
  start.kind === 'constant' ? `= ${start.value}` : `~ N(0, ${Number(start.stdev.toPrecision(4))}²)`;

const sizeOf = (parameters: readonly Parameter[]): number => parameters.reduce((sum, p) => sum + elements(p), 0);

/** Left-aligned columns, the parameter counts right-aligned. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const right = heads.indexOf('parameters');
  const widths = heads.map((head, c) => Math.max(head.length, ...rows.map((row) => row[c].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, c) => (c === right ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
      .join('  ')
      .trimEnd();
  return [line(heads), widths.map((w) => '-'.repeat(w)).join('  '), ...rows.map(line)];
}
