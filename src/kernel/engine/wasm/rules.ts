/** Forward and backward of every stage, as one total table: a rule takes its buffers and returns what emits its tasks. */

import { consumersOf } from '../../graph/graph.ts';
import { EngineError } from '../checks.ts';
import { attention } from './attentionRule.ts';
import type { Emitter } from './emitter.ts';
import { padded, type Rows } from './memory.ts';
import { pointwise } from './pointwiseRule.ts';
import { at, control } from './program.ts';
import type { StageKind, StageOf } from './stages.ts';
import { updateMatrix, updateScalar, updateTable, updateVector } from './updates.ts';

/** Emits the tasks of one stage. `backward` runs over the stages in reverse, after all forwards. */
export interface Emission {
  forward(): void;
  backward(): void;
}

export type StageRule<K extends StageKind> = (stage: StageOf<K>, e: Emitter) => Emission;

const nothing = (): void => {};
const upToTiles = (rows: number): number => (rows + 3) & ~3;

export const rules: { readonly [K in StageKind]: StageRule<K> } = {
  input: () => ({ forward: nothing, backward: nothing }),

  linear: ({ id, node }, e) => {
    const { kernels: k } = e.thread;
    const out = takeScalar(e, id);
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
    if (!alone) e.takeEntryGradient(id);
    return {
      forward: nothing,
      backward: () => {
        const gradient = e.entryGradient(id);
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
    const value = takeVector(e, id);
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
        const entries = e.entryGradient(embedding);
        if (entries === undefined) return; // the table's update reads sums and gradient itself
        e.addToEntries(embedding, (first, rows) =>
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
    const value = takeVector(e, id);
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
        const entries = e.entryGradient(embedding)!;
        e.addToEntries(embedding, (first, rows) =>
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
    const value = takeVector(e, id);
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
        const entries = e.entryGradient(embedding)!;
        const factors = table.parameter.shape[1];
        e.addToEntries(embedding, (first, rows) =>
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

  attention,
  pointwise,

  dense: ({ id, inputs: [input] }, e) => {
    const { kernels: k } = e.thread;
    const x = e.values.get(input)!;
    const z = takeVector(e, id);
    const W = e.parameter(id, 'W');
    const b = e.parameter(id, 'b');
    const [inner, columns] = [padded(x.columns), padded(z.columns)];
    return {
      forward: () =>
        e.row((first, rows) =>
          k.multiply(at(x, first), x.ld, W.address, b.address, at(z, first), z.ld, upToTiles(rows), inner, columns),
        ),
      backward: () => {
        const d = e.gradients.get(id)!;
        e.give(input, (into) =>
          e.row((first, rows) =>
            k.multiply(at(d, first), d.ld, W.transposed, 0, at(into, first), into.ld, upToTiles(rows), columns, inner),
          ),
        );
        if (b.trained) {
          const parts = e.perChunk(b.bytes);
          e.row((first, rows, chunk) => k.columnSums(at(d, first), d.ld, rows, d.bytes, parts + chunk * b.bytes));
          updateVector(e, b, parts);
        }
        updateMatrix(e, W, x, d, () => e.words[control.rows]);
      },
    };
  },

  add: ({ id, inputs }, e) => {
    const { kernels: k } = e.thread;
    if (e.shapes.get(id)!.kind === 'scalar') {
      const out = takeScalar(e, id);
      const parts = inputs.map((input) => e.scalars.get(input)!);
      return {
        forward: () =>
          e.row((first, rows) => {
            for (let i = 0; i < parts.length; i++) k.moveFloats(i ? 1 : 0, parts[i] + 4 * first, out + 4 * first, rows);
          }),
        backward: nothing, // every part's gradient is the output's
      };
    }
    const parts = inputs.map((input) => e.values.get(input)!);
    const out = takeVector(e, id);
    return {
      forward: () =>
        e.row((first, rows) => {
          for (let i = 0; i < parts.length; i++)
            k.move(i ? 1 : 0, at(parts[i], first), at(out, first), out.ld, rows, out.bytes);
        }),
      backward: () => {
        const d = e.gradients.get(id)!;
        for (const input of inputs)
          e.give(input, (into) =>
            e.row((first, rows) => k.move(0, at(d, first), at(into, first), d.ld, rows, d.bytes)),
          );
      },
    };
  },

  layer: ({ node }) => {
    throw new EngineError(
      `layer "${node.id}" is written in TensorFlow operations, which the wasm engine cannot differentiate; ` +
        "train and predict this model with engine: 'tensorflow'",
    );
  },

  sum: ({ id, inputs: [input] }, e) => {
    const { kernels: k } = e.thread;
    const x = e.values.get(input)!;
    const out = takeScalar(e, id);
    return {
      forward: () => e.row((first, rows) => k.sum(at(x, first), x.ld, rows, x.bytes, out + 4 * first)),
      backward: () =>
        e.give(input, (into) =>
          e.row((first, rows) =>
            k.sumBackward(at(into, first), into.ld, rows, into.bytes, into.columns, e.slopes + 4 * first),
          ),
        ),
    };
  },

  prediction: ({ id, inputs: [input], node }, e) => {
    const { kernels: k } = e.thread;
    const x = e.values.get(input)!;
    const out = takeScalar(e, id);
    const h = e.parameter(id, 'h');
    const b = node.attributes.bias ? e.parameter(id, 'b') : null;
    return {
      forward: () =>
        e.row((first, rows) =>
          k.dot(at(x, first), x.ld, rows, x.bytes, h.address, b ? e.floats[b.address / 4] : 0, out + 4 * first),
        ),
      backward: () => {
        const parts = e.perChunk(h.bytes);
        e.give(input, (into) =>
          e.row((first, rows, chunk) =>
            k.dotBackward(
              at(x, first),
              at(into, first),
              x.ld,
              rows,
              x.bytes,
              h.address,
              e.slopes + 4 * first,
              parts + chunk * h.bytes,
            ),
          ),
        );
        updateVector(e, h, parts);
        if (b) updateScalar(e, b);
      },
    };
  },

  output: ({ inputs: [input] }, e) => {
    const { kernels: k } = e.thread;
    const outputs = e.scalars.get(input)!;
    return {
      forward: nothing,
      backward: () =>
        e.row((first, rows, chunk) =>
          k.loss(
            e.lossKind,
            outputs + 4 * first,
            e.batch.targets + 4 * first,
            rows,
            e.reduction(),
            e.slopes + 4 * first,
            e.losses + 8 * chunk,
            e.slopeSums + 4 * chunk,
          ),
        ),
    };
  },
};

function takeScalar(e: Emitter, id: string): number {
  const address = e.layout.take(4 * (e.spec.options.capacity.rows + 8));
  e.scalars.set(id, address);
  return address;
}

/** Rows for a node's value and for its gradient. */
function takeVector(e: Emitter, id: string): Rows {
  const value = e.takeRows(e.width(id));
  e.values.set(id, value);
  e.gradients.set(id, e.takeRows(value.columns));
  return value;
}
