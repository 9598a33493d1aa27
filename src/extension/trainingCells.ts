/** The notebook that "Train NFM" writes: a proposal as cells that a person would have written. No VS Code in here. */

import { basename } from 'node:path';
import type { FieldSpec, Schema } from '../kernel/data/schema.ts';
import type { TrainingProposal } from './trainingProposal.ts';

export interface TrainingCell {
  readonly kind: 'code' | 'markdown';
  readonly source: string;
}

export interface CellSettings {
  readonly seed: number;
  readonly threads: number;
  /** How a file is named in a cell: relative to the notebook where possible. */
  readonly nameOf: (path: string) => string;
}

const markdown = (source: string): TrainingCell => ({ kind: 'markdown', source });
const code = (source: string): TrainingCell => ({ kind: 'code', source });

export function trainingCells(proposal: TrainingProposal, settings: CellSettings): readonly TrainingCell[] {
  const { path, schema, task } = proposal;
  const { seed, threads } = settings;
  return [
    markdown(
      `# NFM on ${basename(path)}\n\n` +
        'A Neural Factorization Machine learns how pairs of features act together. Change the cells and run them again.',
    ),
    code(loadingCell(proposal, settings)),
    markdown(
      '## Model\n\n64 factors per feature, Bi-Interaction pooling and one hidden layer, as in the NFM paper. ' +
        'Dropout ratios are of the pooled vector and of the hidden layer.',
    ),
    code(
      "import { nfm } from 'nfm';\n\n" +
        `const model = nfm(data.train, { task: '${task}', factors: 64, hidden: [64], dropout: [0.5, 0.2] });\nmodel`,
    ),
    markdown('## Training\n\nStop the cell whenever you like: the best epoch so far is kept.'),
    code(
      "import { fit } from 'nfm';\n\n" +
        'const run = await fit(model, data, {\n' +
        '  epochs: 50,\n  learningRate: 0.05,\n' +
        `  seed: ${seed},\n${threads > 1 ? `  threads: ${threads},\n` : ''}  signal,\n});\nrun`,
    ),
    ...(schema
      ? [
          markdown('## What acts together\n\nPairs of fields by the strength of their interaction.'),
          code('run.interactions()'),
        ]
      : []),
  ];
}

function loadingCell({ path, schema, validation, test }: TrainingProposal, { seed, nameOf }: CellSettings): string {
  const quoted = (file: string): string => quote(nameOf(file));
  const given = validation !== undefined || test !== undefined;
  const options = [
    ...(schema ? ['  schema,'] : []),
    ...(validation === undefined ? [] : [`  validation: ${quoted(validation)},`]),
    ...(test === undefined ? [] : [`  test: ${quoted(test)},`]),
    ...(given ? [] : [`  split: { by: 'random', ratios: [0.7, 0.2, 0.1], seed: ${seed} },`]),
  ];
  const load = `const data = await load(${quoted(path)}, {\n${options.join('\n')}\n});\ndata`;
  if (!schema) return `import { load } from 'nfm';\n\n${load}`;
  const kinds = new Set<string>(schema.fields.map(({ kind }) => kind));
  const names = ['defineSchema', 'load', 'target', ...kinds].sort();
  return `import { ${names.join(', ')} } from 'nfm';\n\n${schemaText(schema)}\n${load}`;
}

function schemaText({ fields, target }: Schema): string {
  const lines = fields.map((field) => `    ${propertyName(field.name)}: ${fieldText(field)},`);
  return (
    `const schema = defineSchema({\n  fields: {\n${lines.join('\n')}\n  },\n` +
    `  target: target(${quote(target.column)}),\n});`
  );
}

/** The calls that make the fields which `inferSchema` proposes. */
const fieldTexts: { readonly [Kind in FieldSpec['kind']]: (field: Extract<FieldSpec, { kind: Kind }>) => string } = {
  categorical: () => 'categorical()',
  multiValued: ({ separator }) => `multiValued({ separator: ${quote(separator)} })`,
  hashed: ({ buckets }) => `hashed(${buckets})`,
  numeric: ({ transform }) => `numeric({ transform: '${transform}' })`,
};

const fieldText = (field: FieldSpec): string => (fieldTexts[field.kind] as (field: FieldSpec) => string)(field);

const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name));

/** A string literal with single quotes; file and column names may hold anything. */
const quote = (text: string): string =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"/g, '"')
    .replace(/'/g, "\\'")
    .replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)}'`;
