/** The hidden layers of a model as a list of widths: usual shapes, and how a builder stage gets them. */

import { describe, type OptionRule } from '../base/options.ts';
import { argument, count } from '../builder/options.ts';
import type { HiddenOptions, Pooled } from '../builder/stages.ts';

/** The width of a hidden layer, or the inner width of a residual unit, which keeps the width of its input. */
export type HiddenLayer = number | { readonly residual: number };

/**
 * Lists of hidden layers for the option `hidden`, from a width and a number of layers:
 * `nfm(frappe, { hidden: hiddenShape.tower(64, 3) })`.
 */
export const hiddenShape = {
  /** `constant(64, 3)` is [64, 64, 64]. */
  constant: (width: number, layers: number): readonly HiddenLayer[] => widths('constant', width, layers, () => 1),

  /** `tower(64, 3)` is [64, 32, 16]: each layer half as wide as the one below, at least 1. */
  tower: (width: number, layers: number): readonly HiddenLayer[] =>
    widths('tower', width, layers, (layer) => 0.5 ** layer),

  /** `diamond(64, 3)` is [64, 128, 64]: doubling up to the middle, then halving. */
  diamond: (width: number, layers: number): readonly HiddenLayer[] =>
    widths('diamond', width, layers, (layer) => 2 ** Math.min(layer, layers - 1 - layer)),

  /** Residual units z + W1 f(z W0 + b0) + b1 of inner width `width`. */
  residual: (width: number, layers: number): readonly HiddenLayer[] =>
    widths('residual', width, layers, () => 1).map((residual) => ({ residual })),
};

function widths(shape: string, width: number, layers: number, factor: (layer: number) => number): readonly number[] {
  const call = `hiddenShape.${shape}()`;
  const first = argument(call, 'width', width, count);
  const length = argument(call, 'layers', layers, count);
  return Array.from({ length }, (_, layer) => Math.max(1, Math.floor(first * factor(layer))));
}

/** Reads the option `hidden`; undefined when absent. */
export const hidden: OptionRule<readonly HiddenLayer[] | undefined> = {
  read(given, fail) {
    if (given === undefined) return undefined;
    if (!Array.isArray(given)) return fail('a list of layer widths');
    for (const layer of given)
      if (!isWidth(layer) && !isWidth((layer as { residual?: unknown } | null)?.residual))
        fail(`a list of layer widths, integers at least 1 (or { residual: width }), but one is ${describe(layer)}`);
    return given;
  },
};

const isWidth = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;

/** `hidden 1`, `hidden 2`, ...: how messages name the layers. */
export const hiddenNames = (layers: readonly HiddenLayer[]): readonly string[] =>
  layers.map((_, i) => `hidden ${i + 1}`);

/** The stage with these hidden layers on top, and `dropout[i]` in layer i. */
export function stack<Name extends string>(
  stage: Pooled<Name>,
  layers: readonly HiddenLayer[],
  dropout: readonly number[],
  options: Omit<HiddenOptions, 'dropout'>,
): Pooled<Name> {
  return layers.reduce<Pooled<Name>>((below, layer, i) => {
    const own = { ...options, dropout: dropout[i] };
    return typeof layer === 'number' ? below.hidden(layer, own) : below.residual(layer.residual, own);
  }, stage);
}
