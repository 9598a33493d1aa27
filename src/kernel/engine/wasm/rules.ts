/** Forward and backward of every stage, as one total table: a rule takes its buffers and returns what emits its tasks. */

import { EngineError } from '../checks.ts';
import { attention } from './attentionRule.ts';
import { padded } from './memory.ts';
import { pointwise } from './pointwiseRule.ts';
import { at, control } from './program.ts';
import { nothing, type StageRules } from './stageRule.ts';
import { tableRules } from './tableRules.ts';
import { updateMatrix, updateScalar, updateVector } from './updates.ts';

const upToTiles = (rows: number): number => (rows + 3) & ~3;

export const rules: StageRules = {
  input: () => ({ forward: nothing, backward: nothing }),

  ...tableRules,
  attention,
  pointwise,

  dense: ({ id, inputs: [input] }, e) => {
    const { kernels: k } = e.thread;
    const x = e.values.get(input)!;
    const z = e.takeVector(id);
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
      const out = e.takeScalar(id);
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
    const out = e.takeVector(id);
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
    const out = e.takeScalar(id);
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
    const out = e.takeScalar(id);
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
