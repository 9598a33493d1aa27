/** What one should know of a data set before trusting a figure on it, as data and as text. */

import type { Field } from '../graph/graph.ts';
import type { Dataset, FieldCounts, Split } from './dataset.ts';
import { distinctRows, duplicatesAcross } from './duplicates.ts';
import { dictionaryHash } from './featureMap.ts';
import { splitHash } from './split.ts';

export type Part = 'train' | 'validation' | 'test';

export interface PartCard {
  readonly part: Part;
  readonly source: string;
  readonly rows: number;
  readonly positives: number;
  readonly distinctRows: number;
  readonly targetMean: number;
  /** Entries in the shortest and the longest row, and on average. */
  readonly rowLength: { readonly min: number; readonly mean: number; readonly max: number };
  /** Feature ids that occur. */
  readonly featuresPresent: number;
  /** Of those, ids that do not occur in training: their weights keep their random start. */
  readonly untrained: number;
  /** Rows of this part that also are training rows. */
  readonly alsoInTraining: number;
  /** Broken rows left out of the whole source. */
  readonly skippedRows: number;
  /** Explicit zero values in the whole source, which are no entries. */
  readonly zeros: number;
}

export interface FieldCard {
  readonly name: string;
  readonly size: number;
  /** Share of training rows with an entry in the field. */
  readonly coverage: number;
  /** Largest |x| in training; above 10 for a numeric field usually means that it should be transformed. */
  readonly largestValue: number;
  /** Ids of the field that occur in training. */
  readonly present: number;
  /** Per part the values that the dictionary does not know, as a share of the rows. */
  readonly unseen: Readonly<Partial<Record<Part, number>>>;
  /** Per part the cells that were missing, merged or clipped, where the rows came through a schema. */
  readonly counts: Readonly<Partial<Record<Part, FieldCounts>>>;
}

/** A file that was read, known by the SHA-256 of its bytes. */
export interface FileCard {
  readonly path: string;
  readonly sha256: string;
}

export interface DataCard {
  readonly files: readonly FileCard[];
  /** Under which terms the rows may be used; absent where nobody said. */
  readonly terms?: string;
  readonly features: number;
  readonly parts: readonly PartCard[];
  readonly fields: readonly FieldCard[];
  readonly splitHash: string;
  readonly dictionaryHash: string | null;
  readonly warnings: readonly string[];
}

/**
 * Describes a split.
 * @param files the files it came from, if any
 */
export function dataCard(split: Split, files: readonly FileCard[] = []): DataCard {
  const parts = (['train', 'validation', 'test'] as const).filter((part) => split[part] !== undefined);
  const occurs = (data: Dataset): Int32Array => {
    const counts = new Int32Array(data.features);
    for (const id of data.ids) counts[id]++;
    return counts;
  };
  const inTraining = occurs(split.train);
  const also = duplicatesAcross(split);
  const partCards = parts.map((part) =>
    describePart(part, split[part]!, occurs(split[part]!), inTraining, part === 'train' ? 0 : also[part]),
  );
  const fields = split.train.fields.map((field) => {
    const unseen: Partial<Record<Part, number>> = {};
    const counts: Partial<Record<Part, FieldCounts>> = {};
    for (const part of parts) {
      const found = split[part]!.report?.fields?.find(({ name }) => name === field.name);
      if (!found) continue;
      counts[part] = found;
      unseen[part] = found.unseen / split[part]!.rows;
    }
    const ofField = inTraining.subarray(field.offset, field.offset + field.size);
    const present = ofField.reduce((n, c) => n + (c > 0 ? 1 : 0), 0);
    return { name: field.name, size: field.size, present, ...inField(split.train, field), unseen, counts };
  });
  const map = split.train.featureMap;
  return {
    files,
    ...(split.train.terms === undefined ? {} : { terms: split.train.terms }),
    features: split.train.features,
    parts: partCards,
    fields,
    splitHash: splitHash(split),
    dictionaryHash: map ? dictionaryHash(map) : null,
    warnings: [...warningsOf(partCards, fields), ...schemaWarnings(split.train, fields)],
  };
}

function describePart(part: Part, data: Dataset, counts: Int32Array, inTraining: Int32Array, also: number): PartCard {
  let [min, max] = [Infinity, 0];
  for (let row = 0; row < data.rows; row++) {
    const length = data.rowStart[row + 1] - data.rowStart[row];
    if (length < min) min = length;
    if (length > max) max = length;
  }
  let positives = 0;
  let sum = 0;
  for (const y of data.target) {
    sum += y;
    if (y > 0) positives++;
  }
  let present = 0;
  let untrained = 0;
  for (let id = 0; id < counts.length; id++)
    if (counts[id] > 0) {
      present++;
      if (inTraining[id] === 0) untrained++;
    }
  return {
    part,
    source: data.source,
    rows: data.rows,
    positives,
    distinctRows: distinctRows(data),
    targetMean: sum / data.rows,
    rowLength: { min, mean: data.ids.length / data.rows, max },
    featuresPresent: present,
    untrained,
    alsoInTraining: also,
    skippedRows: data.report?.skippedRows ?? 0,
    zeros: data.report?.zeros ?? 0,
  };
}

function inField(data: Dataset, { offset, size }: Field): { coverage: number; largestValue: number } {
  let covered = 0;
  let largestValue = 0;
  for (let row = 0; row < data.rows; row++) {
    let here = 0;
    for (let e = data.rowStart[row]; e < data.rowStart[row + 1]; e++) {
      if (data.ids[e] < offset || data.ids[e] >= offset + size) continue;
      here = 1;
      largestValue = Math.max(largestValue, data.values ? Math.abs(data.values[e]) : 1);
    }
    covered += here;
  }
  return { coverage: covered / data.rows, largestValue };
}

/** The checks of a data card that are worth a warning. */
function warningsOf(parts: readonly PartCard[], fields: readonly FieldCard[]): string[] {
  const warnings: string[] = [];
  for (const p of parts) {
    if (p.alsoInTraining > 0) warnings.push(`${p.alsoInTraining} ${p.part} rows are also training rows`);
    if (p.untrained > 0) warnings.push(`${p.untrained} features occur in ${p.part} but not in training`);
  }
  const skipped = new Map(parts.filter((p) => p.skippedRows > 0).map((p) => [p.source, p.skippedRows]));
  for (const [source, rows] of skipped) warnings.push(`${rows} broken rows of ${source} were left out`);
  for (const f of fields) {
    if (f.present === 1 && f.coverage === 1 && f.size > 1) warnings.push(`field ${f.name} is constant in training`);
    const unseen = f.unseen.validation ?? 0;
    if (unseen > 0.05)
      warnings.push(`${percent(unseen)} of validation rows have a value of ${f.name} not seen in training`);
  }
  return warnings;
}

/** What the schema shows: numbers that want a transform, and a target that is also a feature. */
function schemaWarnings({ dictionary }: Dataset, fields: readonly FieldCard[]): string[] {
  if (!dictionary) return [];
  const warnings: string[] = [];
  for (const [f, { spec, name }] of dictionary.fields.entries()) {
    if ((spec.column ?? name) === dictionary.schema.target.column)
      warnings.push(`field ${name} is the target column itself (leak)`);
    if (spec.kind === 'numeric' && fields[f].largestValue > 10)
      warnings.push(`numbers of ${name} reach ${fields[f].largestValue}; transform them, for example 'standard'`);
  }
  return warnings;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The card as aligned text. */
export function printDataCard(card: DataCard): string {
  const lines = table([
    ['part', 'rows', 'positive', 'distinct', 'target mean', 'entries a row', 'features', 'source'],
    ...card.parts.map((p) => [
      p.part,
      String(p.rows),
      String(p.positives),
      String(p.distinctRows),
      p.targetMean.toFixed(5),
      p.rowLength.min === p.rowLength.max ? String(p.rowLength.max) : `${p.rowLength.min} to ${p.rowLength.max}`,
      String(p.featuresPresent),
      p.source,
    ]),
  ]);
  if (card.fields.length > 0)
    lines.push(
      '',
      ...table([
        ['field', 'ids', 'in training', 'coverage', 'unseen'],
        ...card.fields.map((f) => [
          f.name,
          String(f.size),
          String(f.present),
          percent(f.coverage),
          Object.entries(f.unseen)
            .map(([part, share]) => `${part} ${percent(share)}`)
            .join(', '),
        ]),
      ]),
    );
  lines.push('');
  for (const { path, sha256 } of card.files) lines.push(`file       ${sha256} ${path}`);
  lines.push(`features   ${card.features}`, `split      ${card.splitHash}`);
  if (card.terms !== undefined) lines.push(`terms      ${card.terms}`);
  if (card.dictionaryHash) lines.push(`dictionary ${card.dictionaryHash}`);
  for (const warning of card.warnings) lines.push(`warning: ${warning}`);
  return lines.join('\n');
}

/** Rows of cells in aligned columns: the first and last to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  return rows.map((row) =>
    row
      .map((cell, c) => (c === 0 || c === row.length - 1 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join('  ')
      .trimEnd(),
  );
}
