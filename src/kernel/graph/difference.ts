/** What leads from one graph to another: nodes by their ids, in words and as data. */

import { grouped } from '../base/grouped.ts';
import type { Graph, GraphNode, OpKind } from './graph.ts';
import { elements, parametersOf } from './params.ts';

export interface NodeDifference {
  /** The node's id. */
  readonly node: string;
  readonly op: OpKind;
  readonly change: 'added' | 'removed' | 'changed';
  /** What differs in a changed node: `factors 64 → 32`, `input pooled → dropout1`. */
  readonly settings: readonly string[];
  /** Trained parameters of the node in both graphs; 0 where it is not. */
  readonly parameters: readonly [before: number, after: number];
}

/**
 * The nodes that differ, those of `after` in its order, then the removed ones. A node is the same in both graphs when
 * its id and op are.
 * @throws GraphError where a graph is not well formed
 */
export function differenceOf(before: Graph, after: Graph): readonly NodeDifference[] {
  const [old, now] = [trainedParameters(before), trainedParameters(after)];
  const sameIn = ({ nodes }: Graph, { id, op }: GraphNode) => nodes.find((node) => node.id === id && node.op === op);
  const kept = after.nodes.flatMap((node): NodeDifference[] => {
    const { id, op } = node;
    const earlier = sameIn(before, node);
    if (!earlier) return [{ node: id, op, change: 'added', settings: [], parameters: [0, now(id)] }];
    const settings = changedSettings(earlier, node);
    if (settings.length === 0 && old(id) === now(id)) return [];
    return [{ node: id, op, change: 'changed', settings, parameters: [old(id), now(id)] }];
  });
  const removed = before.nodes
    .filter((node) => !sameIn(after, node))
    .map(({ id, op }): NodeDifference => ({ node: id, op, change: 'removed', settings: [], parameters: [old(id), 0] }));
  return [...kept, ...removed];
}

const signs = { added: '+', removed: '−', changed: '≠' } as const;

/**
 * The difference in lines, one a node:
 *
 *     FM → NFM-1: 5 nodes added, 1 changed; 328,576 → 168,032 trained parameters
 *     ≠ embedding (embedding): factors 64 → 32, 323,520 → 161,760 parameters
 *     + dense1 (dense): 1,056 parameters
 *
 * @throws GraphError where a graph is not well formed
 */
export function differenceText(before: Graph, after: Graph): string {
  const nodes = differenceOf(before, after);
  const counts = (['added', 'removed', 'changed'] as const).flatMap((change) => {
    const count = nodes.filter((node) => node.change === change).length;
    return count > 0 ? [`${count} ${count === 1 ? 'node' : 'nodes'} ${change}`] : [];
  });
  const totals = [before, after].map((graph) => grouped(parametersIn(graph)));
  const lines = nodes.map(({ node, op, change, settings, parameters: [old, now] }) => {
    const size = old === now || old === 0 || now === 0 ? grouped(now || old) : `${grouped(old)} → ${grouped(now)}`;
    const about = [...settings, ...(old || now ? [`${size} parameters`] : [])].join(', ');
    return `${signs[change]} ${node} (${op})${about ? `: ${about}` : ''}`;
  });
  const parameters = totals[0] === totals[1] ? totals[0] : totals.join(' → ');
  const head = `${before.name} → ${after.name}: ${counts.join(', ') || 'no difference'}; ${parameters} trained parameters`;
  return [head, ...lines].join('\n');
}

function changedSettings(before: GraphNode, after: GraphNode): readonly string[] {
  const settings = ({ inputs, attributes }: GraphNode): Readonly<Record<string, unknown>> => ({
    ...attributes,
    input: inputs.join(', '),
  });
  const [old, now] = [settings(before), settings(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.flatMap((name) => {
    const [a, b] = [shown(old[name]), shown(now[name])];
    if (JSON.stringify(old[name]) === JSON.stringify(now[name])) return [];
    return [a.length + b.length > 60 ? `other ${name}` : `${name} ${a} → ${b}`];
  });
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? 'none' : JSON.stringify(value);

function trainedParameters(graph: Graph): (node: string) => number {
  const parameters = parametersOf(graph).filter(({ role }) => role !== 'state');
  return (node) => parameters.reduce((sum, each) => sum + (each.node === node ? elements(each) : 0), 0);
}

const parametersIn = (graph: Graph): number =>
  parametersOf(graph).reduce((sum, each) => sum + (each.role === 'state' ? 0 : elements(each)), 0);
