/**
 * What TensorBoard gets of each event of a run: curves of its metrics by epoch, the model and the options as text, and
 * its settings for the table "HParams".
 */

import { type Graph, outputOf } from '../graph/graph.ts';
import { summary } from '../graph/print.ts';
import { type Setting, type SummaryValue, scalar, sessionEnd, sessionStart, text } from './eventProto.ts';
import type { Metrics, RunConfig, RunEvent } from './events.ts';

export interface StepValues {
  readonly step: number;
  readonly values: readonly SummaryValue[];
}

type Started = Extract<RunEvent, { type: 'started' }>;
type Settings = Readonly<Record<string, Setting>>;

const nothing: StepValues = { step: 0, values: [] };

export class RunSummaries {
  #learningRate: readonly SummaryValue[] = [];

  /** @param seconds since 1970 */
  of(event: RunEvent, seconds: number): StepValues {
    switch (event.type) {
      case 'started':
        return this.#start(event, seconds);
      case 'epoch': {
        const speed = scalar('rows_per_second', event.rowsPerSecond);
        const metrics = [...scalars(event.train, 'train'), ...scalars(event.validation, 'validation')];
        return { step: event.epoch, values: [...metrics, ...this.#learningRate, speed] };
      }
      case 'finished':
      case 'stopped':
      case 'failed': {
        const end = sessionEnd(event.type === 'failed' ? 'failure' : 'success', seconds);
        return { step: event.bestEpoch, values: [...scalars(event.test, 'test'), end] };
      }
      case 'progress':
      case 'paused':
        return nothing;
    }
  }

  #start({ graph, config }: Started, seconds: number): StepValues {
    const options = optionsOf(config);
    const rate = options['optimizer.learningRate'];
    if (typeof rate === 'number') this.#learningRate = [scalar('learning_rate', rate)];
    return {
      step: 0,
      values: [
        text('model', codeBlock(summary(graph))),
        text('options', table(options)),
        sessionStart({ ...options, ...attributesOf(graph) }, seconds),
      ],
    };
  }
}

/** `rmse/validation`: a section a metric, its parts side by side. */
const scalars = (metrics: Metrics, part: string): readonly SummaryValue[] =>
  Object.entries(metrics).flatMap(([name, value]) => (value === null ? [] : [scalar(`${name}/${part}`, value)]));

const optionsOf = ({ model, engine, seed, options, data }: RunConfig): Settings => ({
  ...flat('', { model, engine, ...options, seed }),
  ...Object.fromEntries(Object.entries(data).map(([part, { source }]) => [part, source])),
});

/** The settings of the model's layers by node id: `embedding.factors`. */
function attributesOf(graph: Graph): Settings {
  const settings: Record<string, Setting> = { task: outputOf(graph).attributes.task };
  for (const { id, op, attributes } of graph.nodes)
    if (op !== 'output' && op !== 'layer')
      for (const [name, value] of Object.entries(attributes)) if (isSetting(value)) settings[`${id}.${name}`] = value;
  return settings;
}

const isSetting = (value: unknown): value is Setting => ['number', 'string', 'boolean'].includes(typeof value);

/** Settings inside settings by a dot, lists as text; what has no value is left out. */
function flat(prefix: string, options: Readonly<Record<string, unknown>>): Settings {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]): [string, Setting][] => {
      const path = `${prefix}${name}`;
      if (isSetting(value)) return [[path, value]];
      if (Array.isArray(value)) return value.length > 0 ? [[path, value.join(', ')]] : [];
      return typeof value === 'object' && value !== null ? Object.entries(flat(`${path}.`, { ...value })) : [];
    }),
  );
}

// Markdown.

const codeBlock = (lines: string): string => lines.replace(/^/gm, '    ');

const table = (settings: Settings): string =>
  [
    '| option | value |',
    '|---|---|',
    ...Object.entries(settings).map((row) => `| ${row.map(cell).join(' | ')} |`),
  ].join('\n');

const cell = (value: Setting): string => String(value).replace(/\s+/g, ' ').replaceAll('|', '\\|');
