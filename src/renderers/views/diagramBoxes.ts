/** A graph as boxes and edges: a dense layer takes its normalisation, activation and dropout into its box. */

import { consumersOf, type Graph, type GraphNode, nodeOf, type OpKind } from '../../kernel/graph/graph.ts';
import { elements, parametersOf } from '../../kernel/graph/params.ts';
import { shapesOf } from '../../kernel/graph/shape.ts';
import { labelOf, type Part, settingsOf, shapeText } from './diagramLabels.ts';
import { counted, formatNumber } from './numbers.ts';

/** How a box differs from the other model, where two are shown. */
export type Mark = 'added' | 'removed' | 'changed';

export interface Box {
  /** Id of its first node. */
  readonly id: string;
  readonly nodes: readonly GraphNode[];
  /** A circle is an operator; a pill is one with what follows it. */
  readonly form: 'box' | 'circle' | 'pill';
  readonly part: Part;
  readonly title: string;
  readonly detail: string;
  /** Trained numbers. */
  readonly parameters: number;
  /** Of the parameters, those of batch normalisation. */
  readonly batchNorm: number;
  /** Shape of what leaves the box. */
  readonly shape: string;
  /** Lines shown on hover: formula, settings, parameters. */
  readonly about: readonly string[];
  readonly mark?: Mark;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly mark?: Mark;
}

export interface Boxes {
  /** In an order of evaluation. */
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

/** Ops that go into the box of the layer before them. */
const followers: ReadonlySet<OpKind> = new Set(['batchNorm', 'activation', 'dropout']);

/** @throws GraphError where the graph is not well formed */
export function boxesOf(graph: Graph): Boxes {
  const shapes = shapesOf(graph);
  const parameters = parametersOf(graph).filter((p) => p.role !== 'state');
  const boxOf = new Map<string, string>(); // node id -> box id
  const boxes: Box[] = [];
  for (const node of graph.nodes) {
    if (boxOf.has(node.id)) continue;
    const nodes = chainFrom(graph, node);
    for (const { id } of nodes) boxOf.set(id, node.id);
    const own = parameters.filter((p) => nodes.some(({ id }) => id === p.node));
    const count = (of: typeof own) => of.reduce((sum, p) => sum + elements(p), 0);
    boxes.push({
      id: node.id,
      nodes,
      ...face(nodes),
      parameters: count(own),
      batchNorm: count(own.filter((p) => nodeOf(graph, p.node).op === 'batchNorm')),
      shape: shapeText(shapes.get(nodes[nodes.length - 1].id)!),
      about: [
        ...nodes.map((n) =>
          [`${n.op} "${n.id}": ${labelOf(n).formula}`, ...settingsOf(n).map((setting) => setting.join(' '))].join(', '),
        ),
        `${nodes[0].inputs.map((id) => shapeText(shapes.get(id)!)).join(' and ') || 'rows'} → ${shapeText(shapes.get(nodes[nodes.length - 1].id)!)}`,
        own.length > 0
          ? `${counted(count(own), 'parameter')}: ${own.map((p) => `${p.id} [${p.shape.map((n) => formatNumber(n)).join(', ')}]`).join(', ')}`
          : 'no parameters',
      ],
    });
  }
  const edges = boxes.flatMap((box) => box.nodes[0].inputs.map((from) => ({ from: boxOf.get(from)!, to: box.id })));
  return { boxes, edges };
}

/** The node with the followers that it takes into its box. */
function chainFrom(graph: Graph, head: GraphNode): readonly GraphNode[] {
  const nodes = [head];
  if (head.op !== 'dense' && head.op !== 'add' && !followers.has(head.op)) return nodes;
  for (;;) {
    const next = consumersOf(graph, nodes[nodes.length - 1].id);
    if (next.length !== 1 || !followers.has(next[0].op)) return nodes;
    nodes.push(next[0]);
  }
}

/** What is written on a box of these nodes. */
function face(nodes: readonly GraphNode[]): Pick<Box, 'form' | 'part' | 'title' | 'detail'> {
  const [head, ...rest] = nodes;
  const { part, title, detail } = labelOf(head);
  const titles = rest.map((node) => labelOf(node).title);
  if (rest.length > 0 && head.op !== 'dense' && head.op !== 'add')
    return { form: 'box', part, title: [title, ...titles].join(' → '), detail: '' };
  if (rest.length === 0) {
    const form = head.op === 'add' ? 'circle' : 'box';
    return { form, part, title, detail: detail || (head.op === 'dense' ? 'z W + b' : '') };
  }
  // The activation is what readers look for; the rest goes below.
  const activation = rest.find((node) => node.op === 'activation');
  const others = rest.filter((node) => node !== activation).map((node) => labelOf(node).title.toLowerCase());
  const [form, between] = head.op === 'add' ? (['pill', ' → '] as const) : (['box', ' · '] as const);
  return {
    form,
    part,
    title: activation ? title + between + labelOf(activation).title : title,
    detail: [detail, ...others].filter((text) => text !== '').join(' · ') || (form === 'box' ? 'z W + b' : ''),
  };
}

/** From the first box to the last along most boxes; of equal paths the first in the order of the graph. */
export function spineOf({ boxes, edges }: Boxes): readonly Box[] {
  const best = new Map<string, { readonly length: number; readonly before?: Box }>();
  for (const box of boxes) {
    let longest: { length: number; before?: Box } = { length: 1 };
    for (const { from } of edges.filter(({ to }) => to === box.id)) {
      const length = best.get(from)!.length + 1;
      if (length > longest.length) longest = { length, before: boxes.find(({ id }) => id === from) };
    }
    best.set(box.id, longest);
  }
  const path: Box[] = [];
  for (let box: Box | undefined = boxes[boxes.length - 1]; box; box = best.get(box.id)!.before) path.unshift(box);
  return path;
}
