/** What a report rests on: program, engine and machine of the runs, and what is needed to repeat them. */

import type { ReportSource } from '../../../kernel/format/report.ts';
import type { RunConfig } from '../../../kernel/run/events.ts';
import { nameText } from '../../views/textFit.ts';
import { type Block, type Fact, paragraph } from './blocks.ts';
import { usedData } from './data.ts';
import { distinct, ofKind, type Shown } from './shown.ts';

export function environmentBlocks(shown: readonly Shown[], { version, date }: ReportSource): readonly Block[] {
  const configs = shown.flatMap((each): readonly Omit<RunConfig, 'data'>[] => {
    if (each.kind === 'run') return [each.payload.config];
    return each.kind === 'comparison' ? each.payload.models.flatMap(({ config }) => config ?? []) : [];
  });
  const machines = configs.flatMap(({ environment }) => environment ?? []);
  const all = (values: readonly string[]): string => [...new Set(values)].filter((value) => value !== '').join('; ');
  const facts: Fact[] = [
    { name: 'Engine', value: all(configs.map(({ engine }) => engine)) },
    { name: 'Program of the runs', value: all(machines.map((m) => `NFM Notebooks ${m.version}`)) },
    { name: 'Node', value: all(machines.map(({ node }) => node)) },
    { name: 'System', value: all(machines.map(({ system }) => system)) },
    { name: 'Processor', value: all(machines.map(({ cpu }) => cpu)) },
    { name: 'Program of this report', value: `NFM Notebooks ${version}` },
    { name: 'Exported on', value: date ?? '' },
  ].filter(({ value }) => value !== '');
  return [
    { kind: 'facts', facts },
    ...(configs.length > 0 && machines.length === 0
      ? [paragraph('The runs were recorded by a version that did not keep the machine.', 'quiet')]
      : []),
  ];
}

export function repeatBlocks(shown: readonly Shown[], source: ReportSource): readonly Block[] {
  const files = distinct(
    ofKind(shown, 'dataCard').flatMap(({ payload }) => payload.files),
    (file) => [file.path, file.sha256],
  );
  const rows = usedData(shown).flatMap(({ data }) => Object.entries(data));
  const facts: Fact[] = [
    { name: `${source.name}${source.state ? ` (${source.state})` : ''}`, value: `sha256 ${source.sha256}`, code: true },
    ...files.map(({ path, sha256 }): Fact => ({ name: path, value: `sha256 ${sha256}`, code: true })),
    ...distinct(rows, ([part, { hash }]) => [part, hash]).map(
      ([part, { hash }]): Fact => ({ name: `Rows of ${nameText(part)}`, value: hash, code: true }),
    ),
  ];
  return [
    paragraph('This command runs the notebook again, from its first cell to its last:'),
    { kind: 'command', text: source.command },
    paragraph(
      'Equal inputs have equal hashes; with equal inputs, seeds and engine the figures are the same to the last bit.',
    ),
    { kind: 'facts', facts },
  ];
}
