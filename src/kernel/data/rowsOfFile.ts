/** Rows of a file with features numbered as a model numbers them. */

import { readCsv } from './csv.ts';
import type { Dataset } from './dataset.ts';
import { encode } from './encode.ts';
import { DataError } from './errors.ts';
import { readLibfm } from './libfm.ts';
import type { RowSpace } from './rows.ts';
import { columnsOf } from './schema.ts';
import type { Table } from './table.ts';

/**
 * Reads a table with the columns of the dictionary, or, where there is no dictionary, libFM text. Values that the
 * dictionary does not know are left out, and counted in `report.fields`.
 * @param options `targets`: whether the target column is read; without it the column may be missing, and targets are 0
 * @throws DataError with file and line
 */
export async function rowsOfFile(
  path: string,
  { dictionary, featureMap, features }: RowSpace,
  { targets }: { readonly targets: boolean },
): Promise<Dataset> {
  if (!dictionary) return readLibfm(path, featureMap?.features === features ? { featureMap } : { features });
  const { only, numbers } = columnsOf(dictionary.schema);
  if (targets) return encode(await readCsv(path, { only, numbers }), dictionary);
  const { column } = dictionary.schema.target;
  const inputs = only.filter(
    (name) => name !== column || dictionary.fields.some((f) => (f.spec.column ?? f.name) === name),
  );
  const table = await readCsv(path, { only: inputs, numbers: numbers.filter((name) => inputs.includes(name)) });
  if (table.rows === 0) throw new DataError(`${path}: expected rows, got none`, path);
  return encode(withTarget(table, column), dictionary);
}

/** The table with zeros in the target column. */
function withTarget(table: Table, column: string): Table {
  if (table.columns.has(column)) return table;
  const zeros = { kind: 'number', numbers: new Float64Array(table.rows) } as const;
  return { ...table, columns: new Map([...table.columns, [column, zeros]]) };
}
