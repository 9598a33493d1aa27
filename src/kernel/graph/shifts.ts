/**
 * Parameters that training cannot feel. A batch normalisation subtracts the batch mean, and a pairwise loss subtracts
 * two scores, so a constant added to every row before them changes nothing: the gradient of a bias that does only that
 * is exactly 0. Computed naively it is rounding noise, which Adagrad from a tiny accumulator turns into steps of the
 * size of the learning rate; engines therefore leave these parameters alone.
 */

import { consumersOf, type Graph, type GraphNode, nodeOf, type OpKind, type OpTable } from './graph.ts';
import { parametersOf } from './params.ts';

/** The parameter whose only effect is a constant added to every row of the node's output. */
const shiftOf: Partial<Readonly<Record<OpKind, string>>> = {
  linear: 'w0',
  dense: 'b',
  batchNorm: 'beta',
  prediction: 'b',
};

/** What an op makes of a constant added to every row of its input: removes it, passes a constant on, or uses it. */
type Effect = 'removes' | 'passes' | 'uses';

const effects: OpTable<{ [Op in OpKind]: (node: GraphNode<Op>) => Effect }> = {
  input: () => 'uses',
  linear: () => 'uses',
  embedding: () => 'uses',
  biInteraction: () => 'uses',
  anova: () => 'uses',
  concat: () => 'uses',
  attention: () => 'uses',
  dense: () => 'passes',
  batchNorm: () => 'removes',
  dropout: (node) => (node.attributes.ratio === 0 ? 'passes' : 'uses'),
  activation: (node) => (node.attributes.function === 'identity' ? 'passes' : 'uses'),
  layer: () => 'uses',
  add: () => 'passes',
  sum: () => 'passes',
  prediction: () => 'passes',
  output: () => 'uses',
};

/**
 * Ids of the parameters with a gradient of exactly 0 in training: biases (and batch norm's β) all of whose paths lead
 * through linear maps only (dense, add, identity, sums; no dropout, no activation) into a batch normalisation, or, with
 * a `pairwise` loss, to the output.
 */
export function removedShifts(graph: Graph, pairwise = false): ReadonlySet<string> {
  const effectOf = (node: GraphNode): Effect =>
    node.op === 'output' && pairwise ? 'removes' : (effects[node.op] as (node: GraphNode) => Effect)(node);
  const removed = (id: string): boolean => {
    const consumers = consumersOf(graph, id);
    return (
      consumers.length > 0 &&
      consumers.every((node) => {
        const effect = effectOf(node);
        return effect === 'removes' || (effect === 'passes' && removed(node.id));
      })
    );
  };
  const shifts = parametersOf(graph).filter((p) => shiftOf[nodeOf(graph, p.node).op] === p.name);
  return new Set(shifts.filter((p) => removed(p.node)).map((p) => p.id));
}
