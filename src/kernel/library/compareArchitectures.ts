/** Two model designs beside each other, as cells show them. */

import { type JsonObject, mime } from '../format/mime.ts';
import { differenceOf, differenceText, type NodeDifference } from '../graph/difference.ts';
import type { Graph } from '../graph/graph.ts';
import { graphOf, type ModelDesign } from './design.ts';

/**
 * What leads from one model to another. As the value of a cell it is one diagram: boxes that were added, removed or
 * changed are marked, with what changed on them.
 *
 *     compareArchitectures(fm(data.train), nfm(data.train, { hidden: [64, 32] }))
 *
 * @throws OptionError for anything that is no design
 * @throws GraphError for a graph that is not well formed
 */
export function compareArchitectures(before: ModelDesign, after: ModelDesign): ArchitectureDifference {
  const call = 'compareArchitectures()';
  return new ArchitectureDifference(graphOf(before, call), graphOf(after, call));
}

export class ArchitectureDifference {
  readonly before: Graph;
  readonly after: Graph;
  /** The nodes that differ. */
  readonly nodes: readonly NodeDifference[];

  constructor(before: Graph, after: Graph) {
    this.before = before;
    this.after = after;
    this.nodes = differenceOf(before, after);
  }

  /** One line a node. */
  toString(): string {
    return differenceText(this.before, this.after);
  }

  toMime(): JsonObject {
    const { before, after } = this;
    return { [mime.difference]: { before, after } as unknown as JsonObject, [mime.text]: this.toString() };
  }
}
