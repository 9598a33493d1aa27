/**
 * The text model of libFM (Rendle, `-save_model`): the global bias, one first-order weight a line, one row of factors a
 * line. An FM, or an LR as an FM of no factors.
 */

import { shortestFloat32 } from '../data/libfmText.ts';
import type { Weights } from '../engine/engine.ts';
import { type Graph, type GraphNode, inputOf, nodeOf, outputOf } from '../graph/graph.ts';
import { ExportError, notExpressible } from './exportError.ts';

const pieceLength = 1 << 16;

/**
 * The lines of the file, in pieces of many.
 * @throws ExportError naming the first layer that libFM does not have, or for weights that are no numbers
 */
export function libfmModelText(graph: Graph, weights: Weights): Iterable<string> {
  const parts = partsOf(graph);
  for (const [id, values] of weights)
    if (!values.every(Number.isFinite))
      throw new ExportError(
        `${graph.name} cannot be exported to libFM: "${id}" has weights that are no finite numbers`,
      );
  return lines(graph, weights, parts);
}

interface Parts {
  readonly linear?: GraphNode<'linear'>;
  readonly table?: GraphNode<'embedding'>;
}

/** The first-order part and the table of a score that is at most their sum. Dropout is for training only. */
function partsOf(graph: Graph): Parts {
  const inputsOf = ({ inputs }: GraphNode): GraphNode[] => inputs.map((id) => nodeOf(graph, id));
  const withoutDropout = (node: GraphNode): GraphNode =>
    node.op === 'dropout' ? withoutDropout(inputsOf(node)[0]) : node;
  const refuse = ({ op, id }: GraphNode): never => {
    throw notExpressible(graph, 'libFM', `only an FM or LR can be, and it has ${op} "${id}"`);
  };
  const [score] = inputsOf(outputOf(graph));
  let parts: Parts = {};
  for (const term of score.op === 'add' ? inputsOf(score) : [score]) {
    if (term.op === 'linear' && !parts.linear) parts = { ...parts, linear: term };
    else if (term.op === 'sum' && !parts.table) {
      const pairs = withoutDropout(inputsOf(term)[0]);
      const isPairs = pairs.op === 'biInteraction' || (pairs.op === 'anova' && pairs.attributes.order === 2);
      parts = { ...parts, table: isPairs ? (inputsOf(pairs)[0] as GraphNode<'embedding'>) : refuse(pairs) };
    } else refuse(term);
  }
  return parts;
}

function* lines(graph: Graph, weights: Weights, { linear, table }: Parts): Generator<string, void, undefined> {
  const { features } = inputOf(graph).attributes;
  const w0 = linear?.attributes.bias ? weights.get(`${linear.id}.w0`)![0] : 0;
  yield `#global bias W0\n${shortestFloat32(w0)}\n#unary interactions Wj\n`;
  yield* rows(linear ? weights.get(`${linear.id}.w`)! : new Float32Array(features), features, 1);
  yield '#pairwise interactions Vj,f\n';
  yield* rows(table ? weights.get(`${table.id}.V`)! : new Float32Array(0), features, table?.attributes.factors ?? 0);
}

function* rows(numbers: Float32Array, count: number, columns: number): Generator<string, void, undefined> {
  let piece = '';
  for (let row = 0; row < count; row++) {
    piece += `${Array.from(numbers.subarray(row * columns, (row + 1) * columns), shortestFloat32).join(' ')}\n`;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
