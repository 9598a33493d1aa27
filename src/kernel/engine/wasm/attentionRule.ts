/**
 * Attention-based pooling (AFM eq. 4 and 5). A row's pairs are rows of matrices of their own, so the attention network
 * is a dense layer on them; each chunk's pairs start at a multiple of 4, with zero rows between, for the product kernels.
 */

import { pairCapacity } from './batchPlace.ts';
import { padded, takeRows } from './memory.ts';
import { at, control } from './program.ts';
import type { StageRule } from './stageRule.ts';
import { updateMatrix, updateVector } from './updates.ts';

const relu = 2; // part of the `pointwise` kernels

export const attention: StageRule<'attention'> = ({ id, inputs: [embedding], node }, e) => {
  const { kernels: k } = e.thread;
  const { address: table, rowBytes } = e.parameter(embedding, 'V');
  const [W, b, h] = ['W', 'b', 'h'].map((name) => e.parameter(id, name));
  const { units } = node.attributes;
  const value = e.takeVector(id);
  const { columns } = value;

  const capacity = pairCapacity(e.spec.options.capacity, e.chunks);
  const matrix = (width: number) => takeRows(e.layout, capacity, width);
  const [products, hidden] = [matrix(columns), matrix(units)];
  const [scores, weights] = [e.layout.take(4 * capacity), e.layout.take(4 * capacity)];
  const { rowStart, ids, values, pairStart } = e.batch;
  const kept = e.batch.kept.get(id) ?? 0;
  const [inner, width] = [padded(columns), padded(units)];

  const firstPair = (chunk: number) => e.integers[pairStart / 4 + chunk];
  /** Pairs of a chunk without the rows that fill its last tile. */
  const counts = new Int32Array(e.chunks);

  return {
    forward: () => {
      const keptHere = e.training ? kept : 0;
      e.row((first, rows, chunk) => {
        const p = firstPair(chunk);
        const count = k.pairs(rowStart + 4 * first, rows, ids, values, table, rowBytes, at(products, p), products.ld);
        counts[chunk] = count;
        const tiles = (count + 3) & ~3;
        e.floats.fill(0, at(products, p + count) / 4, at(products, p + tiles) / 4);
        if (count)
          k.multiply(at(products, p), products.ld, W.address, b.address, at(hidden, p), hidden.ld, tiles, inner, width);
        k.pointwise(relu, at(hidden, p), at(hidden, p), hidden.ld, count, hidden.bytes, 0, 0, 0, 0, 0, 0, 0);
        k.dot(at(hidden, p), hidden.ld, count, hidden.bytes, h.address, 0, scores + 4 * p);
        const dropped = keptHere ? keptHere + 4 * p : 0;
        k.weigh(
          rowStart + 4 * first,
          rows,
          scores + 4 * p,
          dropped,
          at(products, p),
          products.ld,
          products.bytes,
          weights + 4 * p,
          at(value, first),
          value.ld,
        );
      });
    },

    backward: () => {
      const g = e.gradients.get(id)!;
      const [dProducts, dHidden, part] = [matrix(columns), matrix(units), matrix(columns)];
      const dScores = e.layout.take(4 * capacity);
      const [dh, db] = [e.perChunk(h.bytes), e.perChunk(b.bytes)];
      const entries = e.entryGradients.of(embedding)!;
      e.row((first, rows, chunk) => {
        const p = firstPair(chunk);
        const count = counts[chunk];
        const tiles = (count + 3) & ~3;
        const dropped = kept ? kept + 4 * p : 0;
        k.weighBackward(
          rowStart + 4 * first,
          rows,
          weights + 4 * p,
          dropped,
          at(products, p),
          products.ld,
          products.bytes,
          at(g, first),
          g.ld,
          dScores + 4 * p,
          at(dProducts, p),
        );
        k.dotBackward(
          at(hidden, p),
          at(dHidden, p),
          hidden.ld,
          count,
          hidden.bytes,
          h.address,
          dScores + 4 * p,
          dh + chunk * h.bytes,
        );
        k.pointwiseBackward(relu, at(dHidden, p), 0, at(hidden, p), hidden.ld, count, hidden.bytes, 0, 1, 0, 0, 0, 0);
        e.floats.fill(0, at(dHidden, p + count) / 4, at(dHidden, p + tiles) / 4);
        k.columnSums(at(dHidden, p), dHidden.ld, count, dHidden.bytes, db + chunk * b.bytes);
        if (!count) return;
        k.multiply(at(dHidden, p), dHidden.ld, W.transposed, 0, at(part, p), part.ld, tiles, width, inner);
        k.move(1, at(part, p), at(dProducts, p), part.ld, count, part.bytes);
      });
      e.entryGradients.add(embedding, (first, rows, chunk) =>
        k.pairEntries(
          rowStart + 4 * first,
          rows,
          ids,
          values,
          table,
          rowBytes,
          at(dProducts, firstPair(chunk)),
          dProducts.ld,
          entries,
        ),
      );
      updateVector(e, h, dh);
      updateVector(e, b, db);
      updateMatrix(e, W, products, dHidden, () => firstPair(Math.ceil(e.words[control.rows] / e.chunkRows)));
    },
  };
};
