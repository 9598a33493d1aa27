/**
 * Attention-based pooling (AFM eq. 4 and 5). All pairs of positions are computed; those that a row does not have get
 * a score so low that their attention is 0.
 */

import type { Pass, Rule } from './rules.ts';

const lowest = -1e9;

/** All pairs i < j of `m` positions, the first by `i`. */
function pairsOf(m: number): { readonly left: Int32Array; readonly right: Int32Array } {
  const count = (m * (m - 1)) / 2;
  const [left, right] = [new Int32Array(count), new Int32Array(count)];
  for (let i = 0, pair = 0; i < m; i++)
    for (let j = i + 1; j < m; j++, pair++) {
      left[pair] = i;
      right[pair] = j;
    }
  return { left, right };
}

export const attention: Rule<'attention'> = ({ id, attributes: { units, dropout } }, [set], pass) => {
  const { tf, rows, positions } = pass;
  const factors = set.shape[2]!;
  const { left, right } = pairsOf(positions);
  const pairs = left.length;
  const products = tf.mul(
    tf.gather(set, tf.tensor1d(left, 'int32'), 1),
    tf.gather(set, tf.tensor1d(right, 'int32'), 1),
  );
  const [W, b, h] = ['W', 'b', 'h'].map((name) => pass.parameter(id, name));
  const hidden = tf.relu(tf.add(tf.matMul(tf.reshape(products, [rows * pairs, factors]), W), b));
  const scores = tf.reshape(tf.matMul(hidden, tf.reshape(h, [units, 1])), [rows, pairs]);
  const { missing, multipliers } = forPairs(id, right, pass.training ? dropout : 0, pass);
  let weights = tf.softmax(tf.add(scores, tf.tensor2d(missing, [rows, pairs])));
  if (multipliers) weights = tf.mul(weights, tf.tensor2d(multipliers, [rows, pairs]));
  return tf.sum(tf.mul(products, tf.expandDims(weights, 2)), 1);
};

/** What is added to the scores of pairs that a row does not have, and the multipliers of dropout for those it has. */
function forPairs(id: string, right: Int32Array, ratio: number, { rows, rowStart, mask }: Pass) {
  const pairs = right.length;
  const missing = new Float32Array(rows * pairs);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const entries = rowStart[row + 1] - rowStart[row];
    for (let pair = 0; pair < pairs; pair++)
      if (right[pair] < entries) count++;
      else missing[row * pairs + pair] = lowest;
  }
  if (ratio === 0) return { missing, multipliers: null };
  const multipliers = new Float32Array(rows * pairs);
  const kept = mask(id, ratio, 1, count); // the batch's pairs are counted in row order
  for (let pair = 0, next = 0; pair < multipliers.length; pair++)
    if (missing[pair] === 0) multipliers[pair] = kept[next++];
  return { missing, multipliers };
}
