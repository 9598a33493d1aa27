/**
 * `nfm train`:
 *
 *   flags -> rows of one id space -> model -> train() -> progress on stderr -> model file -> result on stdout
 */

import type { Split } from '../data/dataset.ts';
import { dictionaryHash } from '../data/featureMap.ts';
import { isPairwise } from '../engine/losses.ts';
import { models } from '../models/index.ts';
import { checkFolder } from '../run/checkpoint.ts';
import type { FittedModel } from '../run/fittedModel.ts';
import { snapshot } from '../run/fittedModel.ts';
import { namesOf, saveModel } from '../run/modelFile.ts';
import { train } from '../run/train.ts';
import type { TrainOptions } from '../run/trainOptions.ts';
import { readFlags, UsageError } from './flags.ts';
import { commandHelp } from './help.ts';
import { hyperParametersOf } from './hyperParameters.ts';
import { loadRows } from './loadRows.ts';
import { Progress } from './progress.ts';
import { schemaFileHelp } from './schemaFile.ts';
import type { Terminal } from './terminal.ts';
import { type TrainValues, trainFlags } from './trainFlags.ts';
import { reportJson, reportText } from './trainReport.ts';

const trainUsage = ['nfm train --train FILE [--validation FILE] [--test FILE] [flags]'];
export const trainAbout =
  'Trains a model on files of rows, keeps the weights of its best epoch, and prints its metrics.';

/** @returns the exit code: 0, 1 for a training that failed, 130 for one that Ctrl-C stopped */
export async function trainCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, given, rest } = readFlags('nfm train', args, trainFlags);
  if (values.help) {
    terminal.out(`${commandHelp(trainUsage, trainAbout, trainFlags)}\n${schemaFileHelp}`);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`nfm train: unexpected argument "${rest[0]}"; files are given by flags`);
  if (values.train === undefined) throw new UsageError('nfm train: --train FILE is missing (nfm train --help)');

  const hyperParameters = hyperParametersOf(values, given);
  checkTogether(values, given);
  if (values.save !== undefined) await checkFolder(values.save);
  const split = await loadRows(values.train, values, terminal);
  const { graph } = models[values.model].build(split.train, hyperParameters);
  const progress = new Progress(terminal);
  const run = train(graph, split, { ...trainOptions(values, split), signal: terminal.signal });
  let fitted: FittedModel | undefined;
  let failure: string | undefined;
  try {
    while (!fitted) {
      const next = await run.next();
      if (next.done) fitted = next.value;
      else {
        progress.show(next.value);
        if (next.value.type === 'failed') failure = next.value.message;
      }
    }
  } finally {
    progress.end();
  }

  const { reason, bestEpoch } = fitted.result;
  const saves = values.save !== undefined && bestEpoch > 0;
  if (saves) await saveModel(values.save!, { ...snapshot(fitted), names: namesOf(split.train) });
  fitted.model.dispose();
  terminal.out(values.json ? reportJson(fitted) : reportText(fitted));
  if (saves) terminal.note(`saved to ${values.save}`);
  else if (values.save !== undefined) terminal.note(`nothing saved to ${values.save}: no epoch was finished`);
  if (failure !== undefined) terminal.note(`error: ${failure}`);
  return reason === 'aborted' ? 130 : reason === 'failed' ? 1 : 0;
}

/** @throws UsageError for flags that contradict each other */
function checkTogether(values: TrainValues, given: ReadonlySet<string>): void {
  const { optimizer } = values;
  if (given.has('init-accumulator') && optimizer !== 'adagrad')
    throw new UsageError(`nfm train: --init-accumulator is of optimizer adagrad, and the optimizer is ${optimizer}`);
  if (given.has('patience') && values['early-stopping'] === 'none')
    throw new UsageError('nfm train: --patience has no meaning with --early-stopping none; leave one out');
}

function trainOptions(values: TrainValues, split: Split): TrainOptions {
  const { loss, optimizer, patience } = values;
  const grouped = split.train.group !== null;
  const map = split.train.featureMap;
  if (isPairwise(loss) && !grouped)
    throw new UsageError(
      `nfm train: --loss ${loss} compares rows of one group; give --group-by FIELD, or qid: in the file`,
    );
  const accumulator = values['init-accumulator'];
  const stopping = { rises: { rises: patience }, patience: { patience }, none: false } as const;
  return {
    engine: values.engine,
    optimizer: { name: optimizer, ...(accumulator === undefined ? {} : { initialAccumulator: accumulator }) },
    learningRate: values['learning-rate'],
    loss,
    reduction: values.reduction,
    batchSize: values['batch-size'],
    dropLast: values['drop-last'],
    rows: values.rows,
    epochs: values.epochs,
    earlyStopping: stopping[values['early-stopping']],
    metric: values.metric,
    metrics: ['rmse', 'mae', 'auc', 'logLoss', ...(grouped ? ['gauc', 'ndcg@10', 'hr@10', 'mrr'] : [])],
    evaluateTrain: values['evaluate-train'],
    seed: values.seed,
    threads: values.threads,
    fast: values.fast,
    initFrom: values['pretrain-from'],
    tensorboard: values.tensorboard,
    ...(map ? { dictionary: dictionaryHash(map) } : {}),
  };
}
