/** The files of a training run as data sets of one id space, with what is noticed on the way told on standard error. */

import type { Split } from '../data/dataset.ts';
import { DataError } from '../data/errors.ts';
import { fieldsFromPosition } from '../data/fields.ts';
import { load } from '../data/load.ts';
import { UsageError } from './flags.ts';
import { needsFields } from './hyperParameters.ts';
import { readSchemaFile } from './schemaFile.ts';
import type { Terminal } from './terminal.ts';
import type { TrainValues } from './trainFlags.ts';

/** @throws DataError, UsageError */
export async function loadRows(path: string, values: TrainValues, terminal: Terminal): Promise<Split> {
  const { validation, test, format, features, schema } = values;
  const featureMap = values['feature-map'];
  if (featureMap !== undefined && features !== undefined)
    throw new UsageError(
      'nfm train: --features and --feature-map exclude each other: the map has the number of features',
    );
  if (schema !== undefined && (featureMap ?? features) !== undefined)
    throw new UsageError(
      `nfm train: --schema is for tables, --${featureMap === undefined ? 'features' : 'feature-map'} for libFM files; leave one out`,
    );
  const loaded = await load(path, {
    validation,
    test,
    format: format ?? (schema === undefined ? undefined : 'csv'),
    featureMap,
    groupBy: values['group-by'],
    ...(schema === undefined ? {} : { schema: await readSchemaFile(schema) }),
    ...(features === undefined ? {} : { libfm: { features } }),
  });
  for (const warning of loaded.card.warnings) terminal.note(`warning: ${warning}`);
  const split = {
    train: loaded.train,
    ...(loaded.validation && { validation: loaded.validation }),
    ...(loaded.test && { test: loaded.test }),
  };
  return needsFields(values.model) && split.train.fields.length === 0 ? byPosition(split, values, terminal) : split;
}

/** Fields of libFM files without a feature map: the position in the row. */
function byPosition(split: Split, { model }: TrainValues, terminal: Terminal): Split {
  const parts = Object.keys(split) as (keyof Split)[];
  try {
    const datasets = fieldsFromPosition(parts.map((part) => split[part]!));
    terminal.note(
      `note: model ${model} needs fields, and the files have no feature map: ` +
        `the ${datasets[0].fields.length} positions in a row are taken as fields (--feature-map names them)`,
    );
    return Object.fromEntries(parts.map((part, i) => [part, datasets[i]])) as unknown as Split;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(
      `model ${model} needs fields, give --feature-map FILE; taking positions as fields fails: ${error.message}`,
    );
  }
}
