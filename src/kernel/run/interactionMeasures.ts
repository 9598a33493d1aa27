/** The measures of interactions by name: which of them can read a model, which one suits it, and why another cannot. */

import type { Graph, GraphNode, OpKind } from '../graph/graph.ts';
import { type FieldSpace, poolingOf } from './factorization.ts';
import { isLinearAbove, unknownAbove } from './head.ts';
import { InteractionError } from './interactionError.ts';
import type { MetricContext } from './metrics.ts';
import { lossMetric } from './removedPairs.ts';
import { mostShapleyFields } from './shapleyInteractions.ts';

/** In the order in which they are preferred, `weights` and those after it only by name. */
export const measures = [
  'attention',
  'centred',
  'path',
  'shapley',
  'removed',
  'swapped',
  'weights',
  'raw',
  'firstOrder',
] as const;

/** How interactions are measured; what each one is says the table of readers in interactionReading.ts. */
export type Measure = (typeof measures)[number];

/** What a measure is chosen by. */
export interface MeasuredModel {
  readonly graph: Graph;
  /** How its raw outputs are judged. */
  readonly context: MetricContext;
}

/** What the measures ask of a model. */
interface Facts {
  readonly fields: number;
  /** The node that pools pairs, if the model has one and no other way to combine its features. */
  readonly pooling: GraphNode | undefined;
  readonly attention: boolean;
  /** What follows the pooling: nothing that bends it, hidden layers, or a layer whose formula is not known here. */
  readonly head: 'linear' | 'bent' | 'unknown' | null;
  /** The first layer that the user wrote. */
  readonly ownLayer: string | undefined;
  readonly firstOrder: boolean;
  /** Whether rows have a loss of their own. */
  readonly judged: boolean;
}

const combining: ReadonlySet<OpKind> = new Set(['biInteraction', 'attention', 'concat']);

function factsOf({ graph, context }: MeasuredModel, { fields }: FieldSpace): Facts {
  const pools = graph.nodes.filter((n) => combining.has(n.op) || (n.op === 'anova' && n.attributes.order === 2));
  const pooling = pools.length === 1 ? poolingOf(graph) : undefined;
  const headOf = ({ id }: GraphNode) =>
    unknownAbove(graph, id) ? 'unknown' : isLinearAbove(graph, id) ? 'linear' : 'bent';
  return {
    fields: fields.length,
    pooling,
    attention: pooling?.op === 'attention',
    head: pooling ? headOf(pooling) : null,
    ownLayer: graph.nodes.find(({ op }) => op === 'layer')?.id,
    firstOrder: graph.nodes.some(({ op }) => op === 'linear'),
    judged: lossMetric(context) !== null,
  };
}

const ofYourOwn = (layer: string) => `its layer "${layer}" is your own`;

const pools = ({ pooling, head, ownLayer }: Facts): string | null =>
  !pooling
    ? 'it does not pool pairs of features, or not them alone'
    : head === 'unknown'
      ? `${ofYourOwn(ownLayer!)}, and what stands above the pooled pairs must be known by its formula`
      : null;
const pairsAlone = (facts: Facts): string | null =>
  pools(facts) ??
  (facts.attention
    ? 'its attention weighs every pair by itself'
    : facts.head === 'bent'
      ? 'its hidden layers bend what the pairs add up to'
      : null);

const cannotGate = (layer: string) =>
  `${ofYourOwn(layer)}, and outputs without a field are computed by the wasm engine, which has no such layers`;

/** Why a measure cannot read a model; null where it can. */
const obstacles: { readonly [M in Measure]: (facts: Facts) => string | null } = {
  attention: (facts) =>
    pools(facts) ??
    (!facts.attention ? 'it has no attention' : facts.head === 'bent' ? 'hidden layers follow its attention' : null),
  centred: pairsAlone,
  weights: pairsAlone,
  path: (facts) => pools(facts) ?? (facts.attention ? 'its attention weighs every pair by itself' : null),
  raw: (facts) =>
    pools(facts) ?? (facts.attention && facts.head === 'bent' ? 'hidden layers follow its attention' : null),
  shapley: ({ fields, ownLayer }) =>
    ownLayer !== undefined
      ? cannotGate(ownLayer)
      : fields <= mostShapleyFields
        ? null
        : `it asks for all sets of fields, so for ${mostShapleyFields} fields at most, and the model has ${fields}`,
  removed: ({ judged, ownLayer }) =>
    !judged
      ? 'its scores only order rows, so that no row has a loss of its own'
      : ownLayer === undefined
        ? null
        : cannotGate(ownLayer),
  swapped: () => null,
  firstOrder: ({ firstOrder }) => (firstOrder ? null : 'it has no first-order part'),
};

/** Those that can read the model, in the order of preference. */
const possible = (facts: Facts): readonly Measure[] => measures.filter((measure) => obstacles[measure](facts) === null);

/** The measure for a model: exact where one is, free of main effects. `firstOrder` for a model that has no pairs. */
export function measureFor(model: MeasuredModel, space: FieldSpace): Measure {
  if (!model.graph.nodes.some(({ op }) => op === 'embedding')) return 'firstOrder';
  return possible(factsOf(model, space))[0];
}

/** @throws InteractionError that says why the measure cannot read the model, and which ones can */
export function checkMeasure(measure: Measure, model: MeasuredModel, space: FieldSpace): void {
  const facts = factsOf(model, space);
  const why = obstacles[measure](facts);
  if (why)
    throw new InteractionError(
      `interactions(): "${measure}" cannot read ${model.graph.name}: ${why}; choose ${possible(facts).join(', ')}`,
    );
}

/** Whether removing a pair is a matter of the pooled vector, in float64 and without the engine. */
export function removesFromPooled(model: MeasuredModel, space: FieldSpace): boolean {
  const { pooling, head, attention } = factsOf(model, space);
  return pooling !== undefined && (head === 'linear' || (head === 'bent' && !attention));
}
