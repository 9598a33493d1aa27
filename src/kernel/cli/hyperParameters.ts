/** What the flags say of the model. */

import { defaultLoss, type Loss } from '../engine/losses.ts';
import type { Task } from '../graph/graph.ts';
import { type HyperParameters, type ModelName, models } from '../models/index.ts';
import { UsageError } from './flags.ts';
import type { TrainValues } from './trainCommand.ts';
import { modelFlags } from './trainFlags.ts';

/** Models that look at fields, not only at features. */
export const needsFields = (model: ModelName): boolean => model === 'wide-deep' || model === 'deep-cross';

/**
 * The options that the flags set, the task by the loss among them; what is not given stays the model's default.
 * @throws UsageError for a flag that the model does not have
 */
export function hyperParametersOf(values: TrainValues, given: ReadonlySet<string>): HyperParameters {
  const { model, loss } = values;
  const hyperParameters: Record<string, unknown> = { task: taskOf(loss) };
  for (const name of Object.keys(modelFlags)) {
    if (!given.has(name)) continue;
    const option = optionName(name);
    if (!models[model].options.includes(option)) throw notOfModel(model, name, option);
    hyperParameters[option] = values[name as keyof TrainValues];
  }
  return hyperParameters as HyperParameters;
}

/** `batch-norm` is the flag of the option `batchNorm`. */
const optionName = (flag: string): string => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const taskOf = (loss: Loss): Task =>
  loss === 'hinge' ? 'binary' : loss === 'maxMargin' ? 'ranking' : taskByLoss.get(loss)!;
const taskByLoss = new Map(Object.entries(defaultLoss).map(([task, { loss }]) => [loss, task as Task]));

function notOfModel(model: ModelName, flag: string, option: string): UsageError {
  const having = (Object.keys(models) as ModelName[]).filter((name) => models[name].options.includes(option));
  return new UsageError(
    `nfm train: --${flag} is not of model ${model}; ${having.join(', ')} ${having.length > 1 ? 'have' : 'has'} it`,
  );
}
