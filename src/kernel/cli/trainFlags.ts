/** The flags of `nfm train`. Hyper-parameters without a default here have the default of the chosen model. */

import { engineNames } from '../engine/choose.ts';
import { losses, reductions } from '../engine/losses.ts';
import { optimizerNames } from '../engine/optimizers.ts';
import { type ModelName, models } from '../models/index.ts';
import { type Flag, type Flags, type FlagValues, flag } from './flags.ts';

const names = Object.keys(models) as ModelName[];
const atLeastOne = { min: 1 };
const notNegative = { min: 0 };

export const engineHelp =
  'What computes: wasm, or tensorflow (nfm install-tensorflow installs its native library). auto is wasm, but tensorflow ' +
  'for a model with layers that a user wrote, whose code it then runs. Default auto.';

/** Flags that set an option of the model; each is the option's name with dashes. */
export const modelFlags = group('Model', {
  factors: flag.integer('K', 'Numbers per embedding vector (default 64; afm 256).', undefined, atLeastOne),
  hidden: flag.widths(
    'Widths of the hidden layers, from the pooling up, or none (default: nfm one layer of K; wide-deep 1024,512,256). ' +
      'For deep-cross the inner widths of its residual units (default 512,512,256,128,64).',
  ),
  dropout: flag.ratios(
    'Drop ratios: for nfm first of the Bi-Interaction layer, then of each hidden layer (default 0.5, then 0.2); fm: of ' +
      'the Bi-Interaction layer; afm: of the pooled vector (default 0.2); wide-deep and deep-cross: of each hidden ' +
      'layer. One number is for all layers; the last of several also holds for the layers above. Default 0 where not said.',
  ),
  'batch-norm': flag.switch(
    'Batch normalisation of the Bi-Interaction vector and of the hidden layers (default: on for nfm, else off); ' +
      '--no-batch-norm switches it off.',
  ),
  activation: flag.word(
    ['relu', 'sigmoid', 'tanh', 'identity'],
    'Activation of the hidden layers (default relu).',
    undefined,
  ),
  attention: flag.integer('T', 'Attention units of afm (default K).', undefined, atLeastOne),
  'attention-dropout': flag.number('RATIO', 'Drop ratio on the attention weights of afm (default 0).', undefined, {
    min: 0,
    below: 1,
  }),
  order: flag.integer('N', 'Most features in one product of hofm (default 3).', undefined, { min: 2 }),
  'share-tables': flag.switch('One embedding table for all orders of hofm (default: one per order).'),
  l2: flag.number(
    'LAMBDA',
    'L2 penalty on the embeddings; lr: on w, afm: on the attention matrix (default 0).',
    undefined,
    notNegative,
  ),
  l1: flag.number('LAMBDA', 'L1 penalty on the same weights, by proximal steps (default 0).', undefined, notNegative),
  'init-stdev': flag.number('S', 'Embeddings start at N(0, S²) (default 0.01).', undefined, { above: 0 }),
});

export const trainFlags = {
  ...group('Data', {
    train: flag.text('FILE', 'Rows to train on: libFM text or CSV/TSV (with --schema), also .gz. Required.'),
    validation: flag.text(
      'FILE',
      'Rows that choose the best epoch and stop the training; without them the last epoch is kept.',
    ),
    test: flag.text('FILE', 'Rows for the final figure; looked at once, after the training.'),
    format: flag.word(['libfm', 'csv'], 'Format of the files (default: by name, else by content).', undefined),
    features: flag.integer(
      'N',
      'Number of features of libFM files (default: 1 + the largest id of all files together).',
      undefined,
      atLeastOne,
    ),
    'feature-map': flag.text(
      'FILE',
      'Names of the features of libFM files: id, field and value, separated by tabs, with a header. Gives the fields.',
    ),
    schema: flag.text('FILE', 'What the columns of CSV files mean, as JSON; see "Schema files" below.'),
    'group-by': flag.text('FIELD', 'Field whose values group the rows for GAUC and ranking metrics, for example user.'),
  }),
  ...group('Model', {
    model: flag.word(
      names,
      `The model: ${names.map((n) => `${n} (${models[n].title})`).join(', ')}. Default nfm.`,
      'nfm',
    ),
  }),
  ...modelFlags,
  ...group('Model', {
    'pretrain-from': flag.text(
      'FILE',
      'Start from the embeddings and first-order weights of a saved FM with the same features and factors.',
    ),
  }),
  ...group('Training', {
    loss: flag.word(
      losses,
      'squared (regression), log or hinge (labels 1 and 0, or 1 and -1), bpr or maxMargin (pairs of rows within a ' +
        'group). Default squared.',
      'squared',
    ),
    reduction: flag.word(
      reductions,
      "How the losses of a batch become the objective (default: halfSum, the NFM authors', for squared; else mean).",
      undefined,
    ),
    optimizer: flag.word(optimizerNames, 'Default adagrad.', 'adagrad'),
    'learning-rate': flag.number('RATE', 'Default 0.05; adam 0.001.', undefined, { above: 0 }),
    'init-accumulator': flag.number(
      'A',
      "Start of Adagrad's accumulators (default 1e-8, the NFM authors').",
      undefined,
      notNegative,
    ),
    'batch-size': flag.integer('N', 'Rows (or pairs) a step. Default 128.', 128, atLeastOne),
    'drop-last': flag.switch('Leave out the last batch of an epoch when it is not full.'),
    rows: flag.word(
      ['touched', 'all'],
      'Table rows that momentum, Adam and L2 touch in a step: those of the batch, or all (exact, slow). Default touched.',
      'touched',
    ),
    epochs: flag.integer('N', 'Passes over the training rows at most. Default 200.', 200, atLeastOne),
    'early-stopping': flag.word(
      ['rises', 'patience', 'none'],
      'rises: stop when the validation metric got worse N times in a row, as in the NFM paper; patience: stop after N ' +
        'epochs without a better one; N is --patience. Default rises.',
      'rises',
    ),
    patience: flag.integer('N', 'The N of --early-stopping. Default 4.', 4, atLeastOne),
    metric: flag.text(
      'NAME',
      'Validation metric that chooses the best epoch: rmse, mae, logLoss, auc, gauc, hr@K, ndcg@K, mrr ' +
        '(default by loss: rmse, logLoss, else ndcg@10, or auc without groups).',
    ),
    'evaluate-train': flag.integer(
      'N',
      'Compute the metrics of the training rows too, every N epochs (default 0: never).',
      0,
      notNegative,
    ),
    seed: flag.integer('N', 'Initial weights, dropout, shuffles and pairs derive from it. Default 2016.', 2016),
    engine: flag.word(engineNames, engineHelp, 'auto'),
    threads: flag.integer(
      'N',
      'Threads of the wasm engine at most; results do not depend on it. TensorFlow takes all cores, or as many as the ' +
        'environment variable TF_NUM_INTRAOP_THREADS says. Default 1.',
      1,
      atLeastOne,
    ),
    fast: flag.switch(
      'Fused multiply-add in the wasm engine: faster, and the same numbers only on machines that fuse.',
    ),
  }),
  ...group('Result', {
    save: flag.text(
      'FILE',
      'Write the model with the best weights (safetensors), for nfm predict and --pretrain-from.',
    ),
    tensorboard: flag.text(
      'DIR',
      'Write the run as an event file for TensorBoard into this folder, while it goes on (tensorboard --logdir DIR).',
    ),
    json: flag.switch('Print one JSON document on standard output; everything else goes to standard error.'),
    help: flag.switch('Print this text.'),
  }),
} satisfies Flags;

export type TrainValues = FlagValues<typeof trainFlags>;

function group<F extends Record<string, Flag>>(name: string, flags: F): F {
  return Object.fromEntries(Object.entries(flags).map(([key, value]) => [key, { ...value, group: name }])) as F;
}
