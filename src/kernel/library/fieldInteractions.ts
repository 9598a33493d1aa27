/** Which pairs of fields act together in a trained model, by the reading that fits the model. */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import { attentionContributions } from '../run/attentionContributions.ts';
import { pathContributions, sampleRows } from '../run/contributions.ts';
import { factorizationOf } from '../run/factorization.ts';
import { fieldPairStrengths } from '../run/interactions.ts';
import { purify, strengthsOf } from '../run/purify.ts';

export interface FieldInteraction {
  /** `city x weather`: the names of the two fields. */
  readonly fields: string;
  /** Root mean square of what the pair adds to the output, its fields' main effects taken out. */
  readonly strength: number;
  /** Of the strengths of all pairs. */
  readonly share: number;
}

/**
 * Strengths of all pairs of fields, strongest first: centred pair weights under a linear head (FM, NFM-0), purified
 * attention (AFM) or path contributions (hidden layers) of at most 2000 training rows.
 */
export function fieldInteractions(graph: Graph, weights: Weights, train: Dataset): FieldInteraction[] {
  const model = factorizationOf(graph, weights, train);
  const pairs =
    model.pooling.op === 'attention'
      ? strengthsOf(purify(attentionContributions(model, weights, sampleRows(train)).contributions).contributions)
      : model.head.linear
        ? fieldPairStrengths(model)
        : strengthsOf(purify(pathContributions(model, sampleRows(train))).contributions);
  const total = pairs.reduce((sum, { strength }) => sum + strength, 0);
  return pairs
    .map(({ a, b, strength }) => ({
      fields: `${model.fields[a].name} x ${model.fields[b].name}`,
      strength,
      share: total > 0 ? strength / total : 0,
    }))
    .sort((p, q) => q.strength - p.strength);
}
