/**
 * Stages: the graph's nodes as this engine executes them. A run of batch norm, activation and dropout (in this order,
 * each at most once, nobody else reading in between) is one pass over the data, so it is one stage.
 */

import { consumersOf, type Graph, type GraphNode, type OpKind } from '../../graph/graph.ts';

type PointwiseOp = 'batchNorm' | 'activation' | 'dropout';
const order: readonly PointwiseOp[] = ['batchNorm', 'activation', 'dropout'];
const isPointwise = (node: GraphNode): node is GraphNode<PointwiseOp> => (order as readonly string[]).includes(node.op);

export interface PointwiseStage {
  readonly kind: 'pointwise';
  /** Id of the run's last node, whose value the stage provides. */
  readonly id: string;
  readonly inputs: readonly string[];
  readonly batchNorm?: GraphNode<'batchNorm'>;
  readonly activation?: GraphNode<'activation'>;
  readonly dropout?: GraphNode<'dropout'>;
}

type SingleOp = Exclude<OpKind, PointwiseOp>;
export type SingleStage<Op extends SingleOp = SingleOp> = {
  [K in Op]: { readonly kind: K; readonly id: string; readonly inputs: readonly string[]; readonly node: GraphNode<K> };
}[Op];

export type Stage = SingleStage | PointwiseStage;
export type StageKind = Stage['kind'];
export type StageOf<K extends StageKind> = Extract<Stage, { kind: K }>;

/** The stages of a graph, in order of evaluation. */
export function stagesOf(graph: Graph): readonly Stage[] {
  const stages: Stage[] = [];
  const done = new Set<string>();
  for (const node of graph.nodes) {
    if (done.has(node.id)) continue;
    if (!isPointwise(node)) {
      stages.push({ kind: node.op, id: node.id, inputs: node.inputs, node } as Stage);
      continue;
    }
    const run: GraphNode[] = [node];
    for (;;) {
      const last = run[run.length - 1];
      const next = consumersOf(graph, last.id);
      if (
        next.length !== 1 ||
        !isPointwise(next[0]) ||
        order.indexOf(next[0].op) <= order.indexOf(last.op as PointwiseOp)
      )
        break;
      run.push(next[0]);
      done.add(next[0].id);
    }
    const part = <Op extends PointwiseOp>(op: Op) => run.find((n) => n.op === op) as GraphNode<Op> | undefined;
    stages.push({
      kind: 'pointwise',
      id: run[run.length - 1].id,
      inputs: node.inputs,
      batchNorm: part('batchNorm'),
      activation: part('activation'),
      dropout: part('dropout'),
    });
  }
  return stages;
}
