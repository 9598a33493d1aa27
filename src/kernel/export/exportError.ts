/** What goes wrong with an export: a model that a format has no words for, or a place that is taken. */

import type { Graph } from '../graph/graph.ts';

export class ExportError extends Error {
  override name = 'ExportError';
}

/** @param reason which part of the model the format has no words for */
export const notExpressible = (graph: Graph, format: string, reason: string): ExportError =>
  new ExportError(`${graph.name} cannot be exported to ${format}: ${reason}`);
