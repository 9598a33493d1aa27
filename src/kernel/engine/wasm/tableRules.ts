/**
 * Forward and backward of the stages that read embedding tables and first-order weights by the ids of a row: the sparse
 * side. A pooling's backward writes gradients by entry, except where the table's update can read them from the pooling.
 */

import { consumersOf } from '../../graph/graph.ts';
import { at, control } from './program.ts';
import { nothing, type StageRules } from './stageRule.ts';
import { updateScalar, updateTable } from './updates.ts';

export const tableRules: Pick<StageRules, 'linear' | 'embedding' | 'biInteraction' | 'anova' | 'concat'> = {
  linear: ({ id, node }, e) => {
    const { kernels: k } = e.thread;
    const out = e.takeScalar(id);
    const w = e.parameter(id, 'w');
    const w0 = node.attributes.bias ? e.parameter(id, 'w0') : null;
    const { rowStart, ids, values } = e.batch;
    return {
      forward: () =>
        e.row((first, rows) => {
          const bias = w0 ? e.floats[w0.address / 4] : 0;
          k.linear(rowStart + 4 * first, rows, ids, values, w.address, bias, out + 4 * first);
        }),
      backward: () => {
        updateTable(e, w, { form: 'firstOrder' });
        if (w0) updateScalar(e, w0);
      },
    };
  },

  // Consumers read the table themselves; only the update is the embedding's own.
  embedding: ({ id }, e) => {
    const consumers = consumersOf(e.graph, id);
    const table = e.parameter(id, 'V');
    const alone = consumers.length === 1 && consumers[0].op === 'biInteraction';
    if (!alone) e.entryGradients.take(id);
    return {
      forward: nothing,
      backward: () => {
        const gradient = e.entryGradients.of(id);
        if (gradient !== undefined) updateTable(e, table, { form: 'entries', gradient });
        else
          updateTable(e, table, {
            form: 'pooled',
            sums: e.pools.get(id)!,
            gradient: e.gradients.get(consumers[0].id)!,
          });
      },
    };
  },

  biInteraction: ({ id, inputs: [embedding] }, e) => {
    const { kernels: k } = e.thread;
    const { address, rowBytes } = e.parameter(embedding, 'V');
    const value = e.takeVector(id);
    const sums = e.takeRows(value.columns);
    e.pools.set(embedding, sums);
    const { rowStart, ids, values } = e.batch;
    return {
      forward: () =>
        e.row((first, rows) => {
          const pool = e.words[control.ones] ? k.poolOnes : k.poolValued;
          pool(rowStart + 4 * first, rows, ids, values, address, rowBytes, at(sums, first), at(value, first), value.ld);
        }),
      backward: () => {
        const g = e.gradients.get(id)!;
        const entries = e.entryGradients.of(embedding);
        if (entries === undefined) return; // the table's update reads sums and gradient itself
        e.entryGradients.add(embedding, (first, rows) =>
          k.poolEntries(
            rowStart + 4 * first,
            rows,
            ids,
            values,
            address,
            rowBytes,
            at(sums, first),
            at(g, first),
            g.ld,
            entries,
          ),
        );
      },
    };
  },

  anova: ({ id, inputs: [embedding], node }, e) => {
    const { kernels: k } = e.thread;
    const { address, rowBytes } = e.parameter(embedding, 'V');
    const value = e.takeVector(id);
    const { order } = node.attributes;
    const scratch = e.perThread(16 * (order + 1) * (e.spec.options.capacity.longestRow + 2));
    const { rowStart, ids, values } = e.batch;
    return {
      forward: () =>
        e.row((first, rows) =>
          k.anova(
            rowStart + 4 * first,
            rows,
            ids,
            values,
            address,
            rowBytes,
            order,
            at(value, first),
            value.ld,
            scratch,
          ),
        ),
      backward: () => {
        const g = e.gradients.get(id)!;
        const entries = e.entryGradients.of(embedding)!;
        e.entryGradients.add(embedding, (first, rows) =>
          k.anovaEntries(
            rowStart + 4 * first,
            rows,
            ids,
            values,
            address,
            rowBytes,
            order,
            at(g, first),
            g.ld,
            entries,
            scratch,
          ),
        );
      },
    };
  },

  concat: ({ id, inputs: [embedding] }, e) => {
    const { kernels: k } = e.thread;
    const table = e.parameter(embedding, 'V');
    const value = e.takeVector(id);
    const { rowStart, ids, values, slots } = e.batch;
    return {
      forward: () =>
        e.row((first, rows) =>
          k.concat(
            rowStart + 4 * first,
            rows,
            ids,
            values,
            slots,
            table.address,
            table.rowBytes,
            at(value, first),
            value.ld,
          ),
        ),
      backward: () => {
        const g = e.gradients.get(id)!;
        const entries = e.entryGradients.of(embedding)!;
        const factors = table.parameter.shape[1];
        e.entryGradients.add(embedding, (first, rows) =>
          k.concatEntries(
            rowStart + 4 * first,
            rows,
            values,
            slots,
            table.rowBytes,
            factors,
            at(g, first),
            g.ld,
            entries,
          ),
        );
      },
    };
  },
};
