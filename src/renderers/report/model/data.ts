/** The data card of a report: from the cards that cells showed, else from what runs and comparisons recorded. */

import type { DataCardPayload } from '../../../kernel/format/mime.ts';
import type { Field } from '../../../kernel/graph/graph.ts';
import type { DataSummary } from '../../../kernel/run/events.ts';
import { counted, formatNumber, formatShare } from '../../views/numbers.ts';
import type { Table } from '../../views/table.ts';
import { nameText } from '../../views/textFit.ts';
import { type Block, type Fact, paragraph } from './blocks.ts';
import { distinct, ofKind, type Shown } from './shown.ts';

type Summaries = Readonly<Record<string, DataSummary>>;

/** Data that something was trained on. */
interface Used {
  readonly data: Summaries;
  /** Known from the graph of a run. */
  readonly fields: readonly Field[];
}

export function dataBlocks(shown: readonly Shown[]): readonly Block[] {
  const cards = distinct(
    ofKind(shown, 'dataCard').map(({ payload }) => payload),
    ({ splitHash }) => splitHash,
  );
  const uncovered = usedData(shown).filter(({ data }) => !cards.some((card) => covers(card, data)));
  return [...cards.flatMap(cardBlocks), ...uncovered.flatMap(summaryBlocks)];
}

/** The distinct data of all runs and comparisons. */
export function usedData(shown: readonly Shown[]): readonly Used[] {
  const used = shown.flatMap((each): readonly Used[] => {
    if (each.kind === 'run') return [{ data: each.payload.config.data, fields: fieldsOf(each.payload.graph) }];
    return each.kind === 'comparison' && each.payload.data ? [{ data: each.payload.data, fields: [] }] : [];
  });
  // Of equal data the one that knows its fields.
  const known = [...used].sort((a, b) => b.fields.length - a.fields.length);
  return distinct(known, ({ data }) => Object.values(data).map(({ hash }) => hash));
}

const fieldsOf = ({ nodes }: { readonly nodes: readonly { readonly op: string; readonly attributes: unknown }[] }) =>
  (nodes.find(({ op }) => op === 'input')?.attributes as { readonly fields?: readonly Field[] } | undefined)?.fields ??
  [];

/** Whether a card describes the rows: the same parts with as many rows from the same places. */
const covers = ({ parts }: DataCardPayload, data: Summaries): boolean =>
  Object.entries(data).every(([name, { rows, source }]) =>
    parts.some((part) => part.part === name && part.rows === rows && part.source === source),
  );

function cardBlocks(card: DataCardPayload): readonly Block[] {
  const { parts, fields, terms, features, warnings, splitHash, dictionaryHash } = card;
  const partTable: Table = {
    caption: 'Rows',
    columns: [
      { title: 'part' },
      ...['rows', 'positive', 'target mean', 'features', 'unseen features', 'also in training'].map((title) => ({
        title,
        number: true,
      })),
      { title: 'source' },
    ],
    rows: parts.map((part) => ({
      cells: [
        part.part,
        formatNumber(part.rows),
        formatNumber(part.positives),
        formatNumber(part.targetMean, { digits: 4 }),
        formatNumber(part.featuresPresent),
        part.part === 'train' ? '—' : unseenText(part.untrained, part.featuresPresent),
        part.part === 'train' ? '—' : formatNumber(part.alsoInTraining),
        part.source,
      ],
    })),
  };
  const unseenParts = [...new Set(fields.flatMap(({ unseen }) => Object.keys(unseen)))].filter(
    (part) => part !== 'train',
  );
  const fieldTable: Table = {
    caption: 'Fields',
    columns: [
      { title: 'field' },
      ...['vocabulary', 'in training', 'coverage', ...unseenParts.map((part) => `unseen in ${part}`)].map((title) => ({
        title,
        number: true,
      })),
    ],
    rows: fields.map((field) => ({
      cells: [
        field.name,
        formatNumber(field.size),
        formatNumber(field.present),
        formatShare(field.coverage),
        ...unseenParts.map((part) => (field.unseen[part] === undefined ? '—' : formatShare(field.unseen[part]))),
      ],
    })),
  };
  const facts: Fact[] = [
    { name: 'Features', value: formatNumber(features) },
    { name: 'Split', value: splitHash, code: true },
    ...(dictionaryHash ? [{ name: 'Dictionary', value: dictionaryHash, code: true }] : []),
    termsFact(terms),
  ];
  return [
    { kind: 'table', table: partTable },
    unseenRemark,
    ...(fields.length > 0 ? [{ kind: 'table', table: fieldTable } as const] : []),
    { kind: 'facts', facts },
    ...(warnings.length > 0
      ? [paragraph('What is unusual in these data:', 'warning'), { kind: 'list', items: warnings } as const]
      : []),
  ];
}

const unseenRemark = paragraph(
  'Unseen features are those that no training row has: their weights keep their random start.',
  'quiet',
);
const unseenText = (unseen: number, of: number): string =>
  of > 0 ? `${formatNumber(unseen)} (${formatShare(unseen / of)})` : '0';
const termsFact = (terms: string | undefined): Fact => ({ name: 'Terms of use', value: terms ?? 'not recorded' });

function summaryBlocks({ data, fields }: Used): readonly Block[] {
  const parts = Object.entries(data);
  const table: Table = {
    caption: 'Rows',
    columns: [
      { title: 'part' },
      ...['rows', 'features', 'unseen features'].map((title) => ({ title, number: true })),
      { title: 'hash of the rows' },
      { title: 'source' },
    ],
    rows: parts.map(([part, { rows, features, unseenFeatures, hash, source }]) => ({
      cells: [
        nameText(part),
        formatNumber(rows),
        formatNumber(features),
        unseenFeatures === undefined
          ? '—'
          : features === undefined
            ? formatNumber(unseenFeatures)
            : unseenText(unseenFeatures, features),
        hash,
        source,
      ],
    })),
  };
  const terms = parts.find(([, summary]) => summary.terms !== undefined)?.[1].terms;
  const groups = parts.flatMap(([part, summary]) =>
    summary.groups
      ? [
          `${nameText(part)}: ${counted(summary.groups.used, 'group')} used, ${formatNumber(summary.groups.skipped)} without a positive or a negative row`,
        ]
      : [],
  );
  return [
    { kind: 'table', table },
    unseenRemark,
    ...(fields.length > 0
      ? [
          {
            kind: 'table',
            table: {
              caption: 'Fields',
              columns: [{ title: 'field' }, { title: 'vocabulary', number: true }],
              rows: fields.map(({ name, size }) => ({ cells: [name, formatNumber(size)] })),
            },
          } as const,
        ]
      : []),
    { kind: 'facts', facts: [termsFact(terms)] },
    ...(groups.length > 0 ? [{ kind: 'list', items: groups } as const] : []),
  ];
}
