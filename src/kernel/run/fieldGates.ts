/**
 * A model whose fields can be switched off, one by one or together, in any row: an absent field is its mean over the
 * training rows, of its embeddings and of its first-order part alike. A feature of its own with exactly these weights
 * stands for it, so that the engine predicts what is asked, whatever the model is made of.
 */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import { type Field, freeze, type Graph } from '../graph/graph.ts';
import type { FieldSpace } from './factorization.ts';

/** Raw outputs of rows by a graph with weights; `predictorOf` of an engine. */
export type Predictor = (graph: Graph, weights: Weights) => (rows: Dataset) => Float32Array;

/** Raw outputs of one row of the sample, one for each set of absent fields. */
export type GatedModel = (row: number, absences: readonly (readonly number[])[]) => Float32Array;

/**
 * @param train rows whose means absent fields take
 * @param sample the rows that will be asked for; the tables of the gated model hold their features alone
 */
export function gatedModel(
  {
    graph,
    weights,
    predictorOf,
  }: { readonly graph: Graph; readonly weights: Weights; readonly predictorOf: Predictor },
  { fields, fieldOf }: FieldSpace,
  train: Dataset,
  sample: Dataset,
): GatedModel {
  const used = fields.map(() => new Set<number>());
  for (const id of sample.ids) used[fieldOf[id]].add(id);
  /** Per field a block of new ids: the mean, then the features that the sample has. */
  const blocks: Field[] = [];
  const newId = new Map<number, number>();
  let next = 0;
  for (const [f, { name }] of fields.entries()) {
    blocks.push({ name, offset: next++, size: 1 + used[f].size });
    for (const id of used[f]) newId.set(id, next++);
  }
  const features = next;

  const shares = new Float64Array(fieldOf.length); // mean of x_i over the training rows
  for (let e = 0; e < train.ids.length; e++) shares[train.ids[e]] += (train.values?.[e] ?? 1) / train.rows;
  /** A table with a row per feature, for the new ids. */
  const gatedTable = (table: Float32Array, width: number): Float32Array => {
    const means = new Float64Array(fields.length * width);
    for (const [id, share] of shares.entries())
      if (share !== 0) for (let k = 0; k < width; k++) means[fieldOf[id] * width + k] += share * table[id * width + k];
    const gated = new Float32Array(features * width);
    for (const [f, { offset }] of blocks.entries())
      gated.set(means.subarray(f * width, (f + 1) * width), offset * width);
    for (const [id, to] of newId) gated.set(table.subarray(id * width, (id + 1) * width), to * width);
    return gated;
  };
  const gatedWeights = new Map(weights);
  for (const node of graph.nodes) {
    const [id, width] = node.op === 'embedding' ? [`${node.id}.V`, node.attributes.factors] : [`${node.id}.w`, 1];
    if (node.op === 'embedding' || node.op === 'linear') gatedWeights.set(id, gatedTable(weights.get(id)!, width));
  }
  const nodes = graph.nodes.map((node) =>
    node.op === 'input' ? { ...node, attributes: { ...node.attributes, features, fields: blocks } } : node,
  );
  const predict = predictorOf(freeze({ ...graph, nodes }), gatedWeights);
  const means = blocks.map(({ offset }) => offset);
  return (row, absences) => predict(gatedRows(sample, row, absences, means, newId, fieldOf));
}

/** One row of a sample many times: each time with other fields replaced by their means; in the order of fields. */
function gatedRows(
  sample: Dataset,
  row: number,
  absences: readonly (readonly number[])[],
  means: readonly number[],
  newId: ReadonlyMap<number, number>,
  fieldOf: Int32Array,
): Dataset {
  const present: { readonly id: number; readonly x: number }[][] = means.map(() => []);
  for (let e = sample.rowStart[row]; e < sample.rowStart[row + 1]; e++) {
    const id = sample.ids[e];
    present[fieldOf[id]].push({ id: newId.get(id)!, x: sample.values?.[e] ?? 1 });
  }
  const mean = means.map((id) => [{ id, x: 1 }]);
  const rowStart = new Int32Array(absences.length + 1);
  const ids: number[] = [];
  const values: number[] = [];
  for (const [i, absent] of absences.entries()) {
    for (const [f, own] of present.entries())
      for (const { id, x } of absent.includes(f) ? mean[f] : own) {
        ids.push(id);
        values.push(x);
      }
    rowStart[i + 1] = ids.length;
  }
  return {
    ...{ rows: absences.length, features: means.length + newId.size, fields: [], rowStart, group: null },
    ids: Int32Array.from(ids),
    values: sample.values && Float32Array.from(values),
    target: new Float32Array(absences.length),
    source: `${sample.source}, row ${row} with absent fields`,
  };
}
