/** Batch norm, activation and dropout in one pass: the stage that most layers end with. */

import { dropoutKey, dropoutScale, dropoutThreshold } from '../dropout.ts';
import type { Emitter } from './emitter.ts';
import type { Rows } from './memory.ts';
import { at, control } from './program.ts';
import type { Emission, StageRule } from './stageRule.ts';
import { updateVector } from './updates.ts';

/** Parts of the `pointwise` kernels; they add up. */
const parts = { batchNorm: 1, relu: 2, dropout: 4 } as const;
/** Kinds of the `smooth` kernels. */
const smoothKinds: Readonly<Record<string, number | undefined>> = { sigmoid: 0, tanh: 1 };

export const pointwise: StageRule<'pointwise'> = (stage, e): Emission => {
  const { kernels: k } = e.thread;
  const x = e.values.get(stage.inputs[0])!;
  const y = e.takeRows(x.columns);
  e.values.set(stage.id, y);
  // The gradient is transformed in place, so a source that nobody else reads shares it.
  const shared = e.isSoleConsumer(stage.inputs[0]);
  const d = shared ? e.gradients.get(stage.inputs[0])! : e.takeRows(x.columns);
  e.gradients.set(stage.id, d);

  const norm = stage.batchNorm ? new BatchNorm(e, stage.batchNorm, x) : null;
  const activation = stage.activation?.attributes.function ?? 'identity';
  const smooth = smoothKinds[activation];
  const ratio = stage.dropout?.attributes.ratio ?? 0;
  const layer = stage.dropout ? e.dropoutLayers.get(stage.dropout.id)! : 0;
  const threshold = dropoutThreshold(ratio) - 32768;
  const scale = ratio > 0 ? dropoutScale(ratio) : 1;
  const maskBytes = x.bytes / 2;
  const masks = ratio > 0 ? e.layout.take(maskBytes * (e.spec.options.capacity.rows + 8)) : 0;
  const key = () => dropoutKey(e.spec.options.seed, layer, e.words[control.step]);
  const [a, b] = norm ? [norm.a, norm.b] : [0, 0];

  /** One pass of the kernel over a chunk; `which` parts of it. */
  const pass = (which: number, from: Rows, first: number, rows: number, stepKey: number): void => {
    const mask = masks + first * maskBytes;
    k.pointwise(
      which,
      at(from, first),
      at(y, first),
      y.ld,
      rows,
      y.bytes,
      a,
      b,
      mask,
      first,
      stepKey,
      threshold,
      scale,
    );
  };
  const back = (which: number, first: number, rows: number, chunk: number): void => {
    const sums = norm ? norm.backwardPart(chunk) : [0, 0];
    const mask = masks + first * maskBytes;
    k.pointwiseBackward(
      which,
      at(d, first),
      at(x, first),
      at(y, first),
      y.ld,
      rows,
      y.bytes,
      mask,
      scale,
      norm?.mean ?? 0,
      norm?.inverse ?? 0,
      sums[0],
      sums[1],
    );
  };

  const normPart = norm ? parts.batchNorm : 0;
  const reluPart = activation === 'relu' ? parts.relu : 0;
  const dropPart = ratio > 0 ? parts.dropout : 0;

  return {
    forward: () => {
      norm?.forward();
      const drop = e.training ? dropPart : 0;
      if (smooth === undefined) {
        const which = normPart | reluPart | drop;
        // The key depends on the step only; computed per chunk it costs a few nanoseconds.
        e.row((first, rows) => pass(which, x, first, rows, drop ? key() : 0));
        return;
      }
      e.row((first, rows) => {
        pass(normPart, x, first, rows, 0);
        k.smooth(smooth, at(y, first), y.ld, rows, y.bytes, y.columns);
        if (drop) pass(drop, y, first, rows, key());
      });
    },
    backward: () => {
      if (smooth === undefined) {
        const which = normPart | reluPart | dropPart;
        if (which) e.row((first, rows, chunk) => back(which, first, rows, chunk));
      } else {
        e.row((first, rows, chunk) => {
          if (dropPart) back(dropPart, first, rows, chunk);
          k.smoothBackward(smooth, at(d, first), at(y, first), y.ld, rows, y.bytes, scale);
          if (normPart) back(normPart, first, rows, chunk);
        });
      }
      norm?.backward(d);
      if (!shared)
        e.give(stage.inputs[0], (into) =>
          e.row((first, rows) => k.move(0, at(d, first), at(into, first), d.ld, rows, d.bytes)),
        );
    },
  };
};

/** The part of batch normalisation that looks at the whole batch: statistics, coefficients, γ and β. */
class BatchNorm {
  readonly mean: number;
  readonly variance: number;
  readonly inverse: number;
  readonly a: number;
  readonly b: number;
  /**
   * Sums per chunk: forward Σ x and its squares, backward Σ d and Σ d x̂. Not the same memory: one thread may be
   * writing the second kind, of the same phase, while another still combines the first.
   */
  readonly #forward: readonly [number, number];
  readonly #backward: readonly [number, number];

  constructor(
    readonly e: Emitter,
    readonly node: NonNullable<Parameters<typeof pointwise>[0]['batchNorm']>,
    readonly x: Rows,
  ) {
    [this.mean, this.variance, this.inverse, this.a, this.b] = Array.from({ length: 5 }, () => e.perThread(x.bytes));
    this.#forward = [e.perChunk(x.bytes), e.perChunk(x.bytes)];
    this.#backward = [e.perChunk(x.bytes), e.perChunk(x.bytes)];
  }

  /** Where a chunk's Σ d and Σ d x̂ go. */
  backwardPart(chunk: number): readonly [number, number] {
    return [this.#backward[0] + chunk * this.x.bytes, this.#backward[1] + chunk * this.x.bytes];
  }

  forward(): void {
    const { e, x } = this;
    const { kernels: k } = e.thread;
    const { epsilon, decay } = this.node.attributes;
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(
      (name) => e.parameter(this.node.id, name).address,
    );
    if (!e.training) {
      e.before(() =>
        k.inferenceCoefficients(mean, variance, x.bytes, gamma, beta, epsilon, this.inverse, this.a, this.b),
      );
      return;
    }
    e.row((first, rows, chunk) => {
      const offset = chunk * x.bytes;
      k.columnStatistics(at(x, first), x.ld, rows, x.bytes, this.#forward[0] + offset, this.#forward[1] + offset);
    });
    e.before(() => {
      const rows = e.words[control.rows];
      k.combineStatistics(
        this.#forward[0],
        this.#forward[1],
        rows,
        e.chunkRows,
        x.bytes,
        gamma,
        beta,
        epsilon,
        this.mean,
        this.variance,
        this.inverse,
        this.a,
        this.b,
      );
    });
    if (e.spec.gradientsOnly) return;
    e.finishOnce(() => {
      k.moveAverage(mean, this.mean, x.bytes, decay);
      k.moveAverage(variance, this.variance, x.bytes, decay);
    });
  }

  /** After the chunk sums of d: coefficients, and d becomes the gradient of x. */
  backward(d: Rows): void {
    const { e, x } = this;
    const { kernels: k } = e.thread;
    const [sumD, sumDX, q, s] = Array.from({ length: 4 }, () => e.perThread(x.bytes));
    e.before(() => {
      const rows = e.words[control.rows];
      const chunks = Math.ceil(rows / e.chunkRows);
      k.sumChunks(this.#backward[0], chunks, x.bytes, sumD);
      k.sumChunks(this.#backward[1], chunks, x.bytes, sumDX);
      k.backwardCoefficients(this.a, this.inverse, this.mean, sumD, sumDX, rows, x.bytes, q, s);
    });
    e.row((first, rows) => k.backwardApply(at(d, first), at(x, first), x.ld, rows, x.bytes, this.a, q, s));
    updateVector(e, e.parameter(this.node.id, 'beta'), sumD, 1);
    updateVector(e, e.parameter(this.node.id, 'gamma'), sumDX, 1);
  }
}
