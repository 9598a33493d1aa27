/**
 * Dropout masks from a counter hash of (seed, layer, step, row, column): the same on every engine, for any number of
 * threads, and after a resume. 16 bits decide a unit, so the ratio in effect is floor(ratio * 65536) / 65536.
 */

import type { Graph, GraphNode } from '../graph/graph.ts';

/** A 32-bit mixing function (the constants are a published avalanche search result, "lowbias32"). */
export function mix(x: number): number {
  let h = x;
  h ^= h >>> 16;
  h = Math.imul(h, 0x7feb352d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x846ca68b);
  return h ^ (h >>> 16);
}

/** The key of one dropout layer (numbered from 0 in graph order) at one step. */
export function dropoutKey(seed: number, layer: number, step: number): number {
  return mix(mix(mix(seed | 0) ^ (step + 1)) ^ Math.imul(layer + 1, 0x9e3779b9));
}

/** 16-bit threshold: a unit is dropped when its 16 bits are below it. */
export const dropoutThreshold = (ratio: number): number => Math.floor(ratio * 65536);

/** Scale of kept units, from the ratio in effect. */
export const dropoutScale = (ratio: number): number => 1 / (1 - dropoutThreshold(ratio) / 65536);

/**
 * The multiplier (0 or the scale) of unit `column` of `row` in a layer of `width` units. Units are hashed eight at a
 * time, four counters with two units each: counter i of a group holds units i*2 and i*2+1 in its halves.
 */
export function dropoutMultiplier(key: number, ratio: number, width: number, row: number, column: number): number {
  const counters = paddedWidth(width) / 2; // two units a counter
  const bits = mix((key + row * counters + (column >> 1)) | 0);
  const half = column & 1 ? bits >> 16 : (bits << 16) >> 16; // signed, as SIMD compares 16-bit lanes
  return half < dropoutThreshold(ratio) - 32768 ? 0 : dropoutScale(ratio);
}

/** The multipliers of `rows` x `width` units, row by row: what `dropoutMultiplier` says of each. */
export function dropoutMask(key: number, ratio: number, rows: number, width: number): Float32Array {
  const mask = new Float32Array(rows * width);
  const counters = paddedWidth(width) / 2;
  const [threshold, scale] = [dropoutThreshold(ratio) - 32768, dropoutScale(ratio)];
  for (let row = 0, unit = 0; row < rows; row++)
    for (let column = 0; column < width; column += 2) {
      const bits = mix((key + row * counters + (column >> 1)) | 0);
      mask[unit++] = (bits << 16) >> 16 < threshold ? 0 : scale;
      if (column + 1 < width) mask[unit++] = bits >> 16 < threshold ? 0 : scale;
    }
  return mask;
}

/** Widths are padded to whole groups of 16 units, so that rows start at whole groups. */
export const paddedWidth = (width: number): number => (width + 15) & ~15;

const drops = (node: GraphNode): boolean =>
  node.op === 'dropout' || (node.op === 'attention' && node.attributes.dropout > 0);

/**
 * The number of each dropout layer by node id, in graph order: `dropout` nodes, and `attention` nodes whose own dropout
 * is above 0. Attention drops pairs: the pairs of a batch, counted in row order, are the columns of its row 0.
 */
export function dropoutLayers(graph: Graph): ReadonlyMap<string, number> {
  return new Map(graph.nodes.filter(drops).map((node, layer) => [node.id, layer]));
}
