/** What the flags say of the model. */

import type { Loss } from '../engine/losses.ts';
import type { Task } from '../graph/graph.ts';
import { type HyperParameters, type ModelName, models } from '../models/index.ts';
import { UsageError } from './flags.ts';
import { modelFlags, type TrainValues } from './trainFlags.ts';

/** Models that look at fields, not only at features. */
export const needsFields = (model: ModelName): boolean => model === 'wide-deep' || model === 'deep-cross';

/**
 * The options that the flags set, the task by the loss among them; what is not given stays the model's default.
 * @throws UsageError for a flag that the model does not have
 */
export function hyperParametersOf(values: TrainValues, given: ReadonlySet<string>): HyperParameters {
  const { model, loss } = values;
  const hyperParameters: Record<string, unknown> = { task: taskOf[loss] };
  for (const name of Object.keys(modelFlags)) {
    if (!given.has(name)) continue;
    const option = optionName(name);
    if (!models[model].options.includes(option)) throw notOfModel(model, name, option);
    hyperParameters[option] = values[name as keyof TrainValues];
  }
  if (Array.isArray(values.dropout)) hyperParameters.dropout = upToLastLayer(values.dropout, layersOf(values));
  return hyperParameters as HyperParameters;
}

/** Layers with a drop ratio of their own. */
function layersOf({ model, hidden }: TrainValues): number {
  const usual: Partial<Record<ModelName, number>> = { nfm: 1, 'wide-deep': 3, 'deep-cross': 5 };
  return (hidden?.length ?? usual[model] ?? 0) + (model === 'nfm' ? 1 : 0); // nfm: the Bi-Interaction layer too
}

/** The last ratio of a list also holds for the layers above: the paper has one ratio for all its hidden layers. */
const upToLastLayer = (ratios: readonly number[], layers: number): readonly number[] =>
  ratios.concat(new Array(Math.max(0, layers - ratios.length)).fill(ratios[ratios.length - 1]));

/** `batch-norm` is the flag of the option `batchNorm`. */
const optionName = (flag: string): string => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What the output means, by the loss that it is trained with. */
const taskOf: Readonly<Record<Loss, Task>> = {
  squared: 'regression',
  log: 'binary',
  hinge: 'binary',
  bpr: 'ranking',
  maxMargin: 'ranking',
};

function notOfModel(model: ModelName, flag: string, option: string): UsageError {
  const having = (Object.keys(models) as ModelName[]).filter((name) => models[name].options.includes(option));
  return new UsageError(
    `nfm train: --${flag} is not of model ${model}; ${having.join(', ')} ${having.length > 1 ? 'have' : 'has'} it`,
  );
}
