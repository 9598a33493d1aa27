/** Settings of runs: where runs differ, and where they differ from the defaults. */

import type { Graph } from '../../../kernel/graph/graph.ts';
import type { RunConfig } from '../../../kernel/run/events.ts';
import { settingsOf } from '../../views/diagramLabels.ts';
import { counted } from '../../views/numbers.ts';
import type { Table } from '../../views/table.ts';
import { nameText } from '../../views/textFit.ts';
import { type Block, paragraph } from './blocks.ts';
import { distinct, type Shown } from './shown.ts';

/** The settings of one model or run, by name, as texts. */
interface Setup {
  readonly name: string;
  /** Of the training and of the layers. */
  readonly values: ReadonlyMap<string, string>;
  /** Names of those that are of the layers, which have no defaults. */
  readonly layers: ReadonlySet<string>;
  /** Of the settings that are not the default, that default. */
  readonly defaults: ReadonlyMap<string, string>;
}

/** More columns than these are not read side by side. */
const mostColumns = 6;
/** Follow from the loss and from the data; nobody sets them. */
const derived: ReadonlySet<string> = new Set(['meaning', 'dictionary']);

export function settingsBlocks(shown: readonly Shown[]): readonly Block[] {
  const setups = distinct(shown.flatMap(setupsOf), ({ name, values }) => [name, [...values]]);
  if (setups.length === 0) return [];
  const names = [...new Set(setups.flatMap(({ values }) => [...values.keys()]))];
  const differs = (name: string): boolean => distinct(setups, ({ values }) => values.get(name) ?? null).length > 1;
  const changed = (name: string): boolean => setups.some(({ defaults }) => defaults.has(name));
  const same = names.filter((name) => !differs(name));
  const tables = [
    table('Where they differ', names.filter(differs), setups),
    table(
      setups.length > 1 ? 'Common to all, other than the default' : 'Other than the default',
      same.filter(changed),
      setups.slice(0, 1),
    ),
  ].filter(({ rows }) => rows.length > 0);
  const ofLayers = (name: string): boolean => setups.some(({ layers }) => layers.has(name));
  const rest = same.filter((name) => !changed(name));
  const folds = [
    { what: 'with their defaults', names: rest.filter((name) => !ofLayers(name)) },
    { what: setups.length > 1 ? 'of the layers, common to all' : 'of the layers', names: rest.filter(ofLayers) },
  ].filter(({ names }) => names.length > 0);
  return [
    ...tables.map((each): Block => ({ kind: 'table', table: each })),
    ...(tables.length === 0 ? [paragraph('Every setting of the training has its default.')] : []),
    ...folds.map(({ what, names }): Block => {
      const summary = `${counted(names.length, 'setting')} ${what}`;
      return {
        kind: 'folded',
        paper: true,
        summary,
        blocks: [{ kind: 'table', table: table(summary, names, setups.slice(0, 1)) }],
      };
    }),
  ];
}

function table(caption: string, names: readonly string[], setups: readonly Setup[]): Table {
  const columns = setups.slice(0, mostColumns);
  const standard = names.map((name) =>
    setups.map(({ defaults }) => defaults.get(name)).find((value) => value !== undefined),
  );
  const known = standard.some((value) => value !== undefined);
  const one = columns.length === 1;
  return {
    caption: setups.length > mostColumns ? `${caption} (the first ${mostColumns} of ${setups.length})` : caption,
    columns: [
      { title: 'setting' },
      ...columns.map(({ name }) => ({ title: one ? 'value' : nameText(name) })),
      ...(known ? [{ title: 'default' }] : []),
    ],
    rows: names.map((name, i) => ({
      cells: [name, ...columns.map(({ values }) => values.get(name) ?? '—'), ...(known ? [standard[i] ?? ''] : [])],
    })),
  };
}

function setupsOf(each: Shown): readonly Setup[] {
  if (each.kind === 'run') {
    const { config, graph } = each.payload;
    return [setupOf(`${config.model} (cell ${each.cell})`, config, String(config.seed), graph)];
  }
  if (each.kind !== 'comparison') return [];
  const { models, seeds } = each.payload;
  return models.flatMap(({ name, config, graph }) =>
    config ? [setupOf(name, config, seeds ? seeds.join(', ') : String(config.seed), graph)] : [],
  );
}

function setupOf(name: string, config: Omit<RunConfig, 'data'>, seed: string, graph?: Graph): Setup {
  const { seed: _, ...options } = config.options;
  const { seed: __, ...defaults } = config.defaults ?? {};
  const layers = graph ? layersOf(graph) : [];
  const values = new Map([
    ['engine', config.engine],
    ['seed', seed],
    ...Object.entries(options).flatMap(([key, value]) => flat(key, value)),
    ...layers,
  ]);
  // A default of several parts stands beside those parts alone that differ from it.
  const other = Object.entries(defaults)
    .flatMap(([key, value]) => flat(key, value))
    .filter(([key, value]) => values.get(key) !== value);
  return { name, values, layers: new Set(layers.map(([each]) => each)), defaults: new Map(other) };
}

/** `optimizer` with its parts as `optimizer learningRate`. */
function flat(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (derived.has(name)) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, valueText(value)]];
  return Object.entries(value).flatMap(([key, part]) => flat(key === 'name' ? name : `${name} ${key}`, part));
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length > 0 ? value.map(valueText).join(', ') : 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The layers' attributes by node; the fields are in the data card. */
const layersOf = ({ nodes }: Graph): readonly (readonly [string, string])[] =>
  nodes.flatMap((node) =>
    node.op === 'input'
      ? []
      : settingsOf(node).map(([name, value]) => [`${nameText(node.id)} ${name}`, value] as const),
  );
