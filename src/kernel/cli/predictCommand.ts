/** `nfm predict`: a saved model and a file of rows to one prediction per row. */

import { predictionRules } from '../builder/prediction.ts';
import type { Dataset } from '../data/dataset.ts';
import { writeFileAtomically } from '../data/files.ts';
import { shortestFloat32 } from '../data/libfmText.ts';
import { rowsOfFile } from '../data/rowsOfFile.ts';
import { engineFor, engineNames } from '../engine/choose.ts';
import { inputOf, outputOf, type Task } from '../graph/graph.ts';
import { predictAll } from '../run/evaluate.ts';
import { loadModel, openModel, type SavedModel } from '../run/modelFile.ts';
import { flag, readFlags, UsageError } from './flags.ts';
import { commandHelp } from './help.ts';
import type { Terminal } from './terminal.ts';
import { engineHelp } from './trainFlags.ts';

const predictFlags = {
  model: flag.text('FILE', 'Model file that nfm train --save wrote. Required.'),
  data: flag.text(
    'FILE',
    'Rows to predict: libFM text (its targets are not looked at) or, for a model trained on CSV, a table with the same ' +
      'columns (the target column may be missing). Required.',
  ),
  out: flag.text('FILE', 'Write the predictions here (default: standard output).'),
  engine: flag.word(engineNames, engineHelp, 'auto'),
  threads: flag.integer('N', 'Threads of the wasm engine at most. Default 1.', 1, { min: 1 }),
  help: flag.switch('Print this text.'),
};

export const predictAbout =
  'Predicts rows with a saved model, one line a row: the estimate of a regression, the probability of the positive ' +
  'class after log or hinge loss, the score after a pairwise loss. A model with layers that a user wrote holds their ' +
  'code, which runs: take it from people you trust.';

const numberOf: { readonly [T in Task]: (raw: number) => number } = {
  regression: predictionRules.regression,
  binary: (raw) => predictionRules.binary(raw).probability,
  ranking: (raw) => predictionRules.ranking(raw).score,
};

export async function predictCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, rest } = readFlags('nfm predict', args, predictFlags);
  if (values.help) {
    terminal.out(commandHelp(['nfm predict --model FILE --data FILE [--out FILE]'], predictAbout, predictFlags));
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`nfm predict: unexpected argument "${rest[0]}"; files are given by flags`);
  const { model: modelPath, data: dataPath, out } = values;
  if (modelPath === undefined) throw new UsageError('nfm predict: --model FILE is missing (nfm predict --help)');
  if (dataPath === undefined) throw new UsageError('nfm predict: --data FILE is missing (nfm predict --help)');

  const saved = await loadModel(modelPath);
  const data = await rowsFor(saved, dataPath, terminal);
  const model = await openModel(saved, [data], engineFor(saved.graph, values.engine), { threads: values.threads });
  const outputs = await predictAll(model, data, terminal.signal);
  model.dispose();
  const predict = numberOf[outputOf(saved.graph).attributes.task];
  if (out === undefined) for (const piece of lines(outputs, predict)) terminal.out(piece);
  else await writeFileAtomically(out, lines(outputs, predict));
  return 0;
}

/** Predictions as text, many lines a piece. */
function* lines(outputs: Float32Array, predict: (raw: number) => number): Generator<string, void, undefined> {
  const atOnce = 8192;
  for (let from = 0; from < outputs.length; from += atOnce)
    yield Array.from(
      outputs.subarray(from, from + atOnce),
      (raw) => `${shortestFloat32(Math.fround(predict(raw)))}\n`,
    ).join('');
}

/** The rows of a file as the model numbers its features, with a warning for values that it does not know. */
async function rowsFor({ names, graph }: SavedModel, path: string, terminal: Terminal): Promise<Dataset> {
  const { features, fields } = inputOf(graph).attributes;
  const data = await rowsOfFile(path, { features, fields, ...names }, { targets: false });
  for (const { name, unseen } of data.report?.fields ?? [])
    if (unseen > 0)
      terminal.note(`warning: ${unseen} values of ${name} were not in training and have no part in the prediction`);
  return data;
}
