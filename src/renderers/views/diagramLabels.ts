/** What stands on the box of each op. */

import type { ActivationName, GraphNode, OpKind, OpTable, Penalty, Task } from '../../kernel/graph/graph.ts';
import type { Shape } from '../../kernel/graph/shape.ts';
import { formatNumber } from './numbers.ts';
import { nameText } from './textFit.ts';
import type { PaletteColor } from './theme.ts';

/** The part of a model that a box belongs to; also the name of its colour. */
export type Part = Extract<
  PaletteColor,
  'input' | 'linear' | 'embedding' | 'pooling' | 'hidden' | 'regulariser' | 'prediction' | 'output'
>;

/** Names of the parts where parameters are shared out. */
export const partNames: { readonly [P in Part]: string } = {
  input: 'Input',
  linear: 'Linear',
  embedding: 'Embedding',
  pooling: 'Pooling',
  hidden: 'Hidden layers',
  regulariser: 'Batch norm',
  prediction: 'Prediction',
  output: 'Output',
};

export interface OpLabel {
  readonly part: Part;
  readonly title: string;
  /** The line below the title. */
  readonly detail: string;
  /** What the op computes; shown on hover. */
  readonly formula: string;
}

const activationNames: { readonly [Name in ActivationName]: string } = {
  relu: 'ReLU',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  identity: 'identity',
};

const meanings: { readonly [T in Task]: string } = {
  regression: 'regression: a number',
  binary: 'binary: logit of the positive class',
  ranking: 'ranking: a score that orders items',
};

/** Of a layer's code shown on hover. */
const codeLetters = 400;

const listed = (...parts: readonly (string | false)[]): string => parts.filter((part) => part !== false).join(' · ');
const penalties = ({ l2, l1 }: Penalty): readonly (string | false)[] => [!!l2 && `L2 ${l2}`, !!l1 && `L1 ${l1}`];

const labels: OpTable<{ [Op in OpKind]: (node: GraphNode<Op>) => OpLabel }> = {
  input: ({ attributes: { features, fields } }) => ({
    part: 'input',
    title: 'Sparse input x',
    detail: listed(
      fields.length > 0 && `${formatNumber(fields.length)} ${fields.length === 1 ? 'field' : 'fields'}`,
      `${formatNumber(features)} features`,
    ),
    formula: 'feature ids with their values',
  }),
  linear: ({ attributes }) => ({
    part: 'linear',
    title: 'Linear Σwᵢxᵢ',
    detail: listed(attributes.bias ? 'first order + bias w₀' : 'first order, no bias', ...penalties(attributes)),
    formula: attributes.bias ? 'w₀ + Σ wᵢxᵢ' : 'Σ wᵢxᵢ',
  }),
  embedding: ({ attributes }) => ({
    part: 'embedding',
    title: 'Embedding xᵢvᵢ',
    detail: listed(`table V, K = ${formatNumber(attributes.factors)}`, ...penalties(attributes)),
    formula: 'xᵢvᵢ of every active feature',
  }),
  biInteraction: () => ({
    part: 'pooling',
    title: 'Bi-Interaction',
    detail: '½[(Σxᵢvᵢ)² − Σ(xᵢvᵢ)²]',
    formula: 'Σᵢ﹤ⱼ xᵢvᵢ ⊙ xⱼvⱼ = ½[(Σxᵢvᵢ)² − Σ(xᵢvᵢ)²]',
  }),
  anova: ({ attributes: { order } }) => ({
    part: 'pooling',
    title: `ANOVA, order ${order}`,
    detail: `products of ${order} features`,
    formula: `per factor the sum over all products of ${order} different features`,
  }),
  concat: () => ({
    part: 'pooling',
    title: 'Concatenation',
    detail: 'fields side by side',
    formula: '[Σ xᵢvᵢ of field 1, Σ xᵢvᵢ of field 2, …]',
  }),
  attention: ({ attributes }) => ({
    part: 'pooling',
    title: 'Attention pooling',
    detail: listed(
      `${formatNumber(attributes.units)} units`,
      attributes.dropout > 0 && `dropout ${attributes.dropout}`,
      ...penalties(attributes),
    ),
    formula: 'Σᵢ﹤ⱼ aᵢⱼ pᵢⱼ with pᵢⱼ = xᵢvᵢ ⊙ xⱼvⱼ and a = softmax(hᵀ ReLU(W pᵢⱼ + b))',
  }),
  dense: ({ attributes }) => ({
    part: 'hidden',
    title: `Dense ${formatNumber(attributes.units)}`,
    detail: listed(...penalties(attributes)),
    formula: 'z W + b',
  }),
  batchNorm: ({ attributes: { decay, epsilon } }) => ({
    part: 'regulariser',
    title: 'Batch norm',
    detail: `decay ${decay} · ε ${epsilon}`,
    formula: 'γ ⊙ (z − μ) / √(σ² + ε) + β',
  }),
  dropout: ({ attributes: { ratio } }) => ({
    part: 'regulariser',
    title: `Dropout ${ratio}`,
    detail: 'in training only',
    formula: `each unit is 0 with probability ${ratio}, in training only`,
  }),
  activation: (node) => ({
    part: 'hidden',
    title: activationNames[node.attributes.function],
    detail: 'activation',
    formula: `${activationNames[node.attributes.function]}(z)`,
  }),
  layer: ({ attributes: { name, code, shape } }) => ({
    part: 'hidden',
    title: `Layer ${nameText(name)}`,
    detail: `own operations, ${formatNumber(shape[0])} units`,
    formula: nameText(code, codeLetters),
  }),
  add: () => ({ part: 'output', title: '+', detail: '', formula: 'sum of its inputs' }),
  sum: () => ({ part: 'prediction', title: 'Sum', detail: 'of all K numbers', formula: 'Σ z' }),
  prediction: ({ attributes }) => ({
    part: 'prediction',
    title: attributes.bias ? 'hᵀz + b' : 'hᵀz',
    detail: listed('prediction', ...penalties(attributes)),
    formula: attributes.bias ? 'hᵀz + b' : 'hᵀz',
  }),
  output: ({ attributes: { task } }) => ({
    part: 'output',
    title: 'ŷ',
    detail: meanings[task],
    formula: meanings[task],
  }),
};

export const labelOf = (node: GraphNode): OpLabel => (labels[node.op] as (node: GraphNode) => OpLabel)(node);

/** All attributes of a node as texts: `['units', '64']`. */
export function settingsOf(node: GraphNode): readonly (readonly [name: string, value: string])[] {
  if (node.op === 'layer') return layerSettings(node);
  return Object.entries(node.attributes as Readonly<Record<string, unknown>>).map(([name, value]) => [
    name,
    Array.isArray(value)
      ? fieldNames(value) || 'none'
      : Number.isInteger(value)
        ? formatNumber(value as number)
        : String(value),
  ]);
}

/** Without the name, which is the id, and the code, which is the formula. */
const layerSettings = ({ attributes: { parameters, shape } }: GraphNode<'layer'>) => [
  ['shape', `[${shape}]`] as const,
  ...Object.entries(parameters).map(([name, own]) => [name, `[${own.shape.join(', ')}] ${own.init}`] as const),
];

function fieldNames(fields: readonly { readonly name: string; readonly size: number }[]): string {
  const shown = fields.slice(0, 12).map(({ name, size }) => `${nameText(name)} (${formatNumber(size)})`);
  return [...shown, ...(fields.length > 12 ? [`${fields.length - 12} more`] : [])].join(', ');
}

/** The shape of a batch of B rows: `[B, 10, 64]`. */
export function shapeText(shape: Shape): string {
  const fields = (n: number) => (n > 0 ? String(n) : 'active');
  switch (shape.kind) {
    case 'sparse':
      return `[B, ${fields(shape.fields)}]`;
    case 'set':
      return `[B, ${fields(shape.fields)}, ${shape.factors}]`;
    case 'vector':
      return `[B, ${shape.size}]`;
    case 'scalar':
      return '[B, 1]';
  }
}
