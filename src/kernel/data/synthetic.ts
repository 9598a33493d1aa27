/**
 * Data with a known truth: main effects of every field and one planted interaction of two (`planted`) or three
 * (`planted3`) fields. What a heatmap or an explanation should find is stored beside the rows.
 */

import { integer, listOf, number, OptionError, readOptions } from '../base/options.ts';
import { Random } from '../base/random.ts';
import type { Dataset } from './dataset.ts';
import { drawIndex, numberedFields, oneValuePerField, zipf } from './oneValuePerField.ts';

export interface PlantedOptions {
  /** Default 20000. */
  readonly rows?: number;
  /** Number of fields; default 6, named `a`, `b`, ... */
  readonly fields?: number;
  /** Values per field, Zipf-skewed with exponent 1.1; default 12. */
  readonly values?: number;
  /** Factor on the interaction table, whose entries are N(0, 1) before centring; default 1. */
  readonly strength?: number;
  /** Standard deviation of the noise; default 0.1. */
  readonly noise?: number;
  /** Numbers of the interacting fields; default [1, 3], for `planted3` [1, 3, 4]. */
  readonly interaction?: readonly number[];
  /** Default 2016. */
  readonly seed?: number;
}

export interface Truth {
  readonly bias: number;
  /** Main effect of each feature id. */
  readonly main: Float64Array;
  /** Names of the interacting fields. */
  readonly interaction: readonly string[];
  /** The interaction by value numbers, the last field fastest; every one-field mean under the marginals is 0. */
  readonly table: Float64Array;
}

export interface PlantedDataset extends Dataset {
  readonly truth: Truth;
}

/** y = w0 + Σ main effects N(0, 0.5²) + strength * table of one field pair + noise. */
export const planted = (options?: PlantedOptions): PlantedDataset => plant('planted', [1, 3], options);

/** y = w0 + Σ main effects N(0, 0.5²) + strength * table of one field triple + noise: no pair can explain it. */
export const planted3 = (options?: PlantedOptions): PlantedDataset => plant('planted3', [1, 3, 4], options);

function plant(name: string, interaction: readonly number[], options: PlantedOptions | undefined): PlantedDataset {
  const read = readOptions(`${name}()`, options, {
    rows: integer(20_000, { min: 1 }),
    fields: integer(6, { min: interaction.length, max: 26 }),
    values: integer(12, { min: 2 }),
    strength: number(1, { min: 0 }),
    noise: number(0.1, { min: 0 }),
    interaction: listOf(integer(0, { min: 0 }), interaction),
    seed: integer(2016),
  });
  const fields = [...new Set(read.interaction)];
  if (fields.length !== interaction.length || fields.some((f) => f >= read.fields))
    throw new OptionError(
      `${name}(): "interaction" must be ${interaction.length} different fields below ${read.fields}, got ${read.interaction.join(', ')}`,
    );
  const map = numberedFields(
    Object.fromEntries(Array.from({ length: read.fields }, (_, f) => [String.fromCharCode(97 + f), read.values])),
  );
  const marginal = zipf(read.values, 1.1);
  const effects = new Random(read.seed, `${name}:effects`);
  const bias = effects.normal();
  const main = Float64Array.from({ length: map.features }, () => 0.5 * effects.normal());
  const table = centre(
    Float64Array.from({ length: read.values ** fields.length }, () => effects.normal()),
    fields.length,
    marginal,
  ).map((t) => t * read.strength);

  const random = new Random(read.seed, `${name}:rows`);
  const choices = new Int32Array(read.rows * read.fields);
  const target = new Float32Array(read.rows);
  for (let row = 0; row < read.rows; row++) {
    const chosen = choices.subarray(row * read.fields, (row + 1) * read.fields);
    let y = bias;
    for (let f = 0; f < read.fields; f++) {
      chosen[f] = drawIndex(marginal, random);
      y += main[map.fields[f].offset + chosen[f]];
    }
    y += table[fields.reduce((at, f) => at * read.values + chosen[f], 0)];
    target[row] = y + read.noise * random.normal();
  }
  const truth = { bias, main, interaction: fields.map((f) => map.fields[f].name), table };
  return { ...oneValuePerField(map, choices, target, `${name}, seed ${read.seed}`), truth };
}

/** Removes from a table of `axes` equal axes its weighted mean along each axis. */
function centre(table: Float64Array, axes: number, weights: Float64Array): Float64Array {
  const size = weights.length;
  for (let axis = 0; axis < axes; axis++) {
    const step = size ** axis;
    for (let start = 0; start < table.length; start++) {
      if (Math.floor(start / step) % size !== 0) continue;
      let mean = 0;
      for (let i = 0; i < size; i++) mean += weights[i] * table[start + i * step];
      for (let i = 0; i < size; i++) table[start + i * step] -= mean;
    }
  }
  return table;
}
