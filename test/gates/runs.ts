/** The runs of the acceptance gates: the NFM paper's settings on Frappe, each trained once and shared by the gates. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Split } from '../../src/kernel/data/dataset.ts';
import { readFeatureMap } from '../../src/kernel/data/featureMap.ts';
import { groupByField } from '../../src/kernel/data/fields.ts';
import { readLibfm } from '../../src/kernel/data/libfm.ts';
import { wasmEngine } from '../../src/kernel/engine/wasm/wasmEngine.ts';
import type { Graph } from '../../src/kernel/graph/graph.ts';
import { fm, lr, nfm } from '../../src/kernel/models/index.ts';
import type { FittedModel } from '../../src/kernel/run/fittedModel.ts';
import { train } from '../../src/kernel/run/train.ts';
import type { TrainOptions } from '../../src/kernel/run/trainOptions.ts';

/** Folder of the shared data sets: ../shared/data beside the checkout, or NFM_SHARED_DATA. Not part of the project. */
const sharedData = process.env.NFM_SHARED_DATA ?? join(process.cwd(), '..', 'shared', 'data');

/** Frappe's training and validation rows, grouped by user; null where the files are missing. */
export async function loadFrappe(): Promise<Split | null> {
  const folder = join(sharedData, 'frappe');
  if (!existsSync(join(folder, 'frappe.train.libfm'))) return null;
  const featureMap = await readFeatureMap(join(folder, 'features.tsv'));
  const files = ['train', 'validation'].map((part) => join(folder, `frappe.${part}.libfm`));
  const [rows, validation] = await readLibfm(files, { featureMap });
  return { train: groupByField(rows, 'user'), validation: groupByField(validation, 'user') };
}

export const missingFrappe =
  'skipped: the Frappe files are not at ../shared/data/frappe (set NFM_SHARED_DATA to their parent folder)';

type Setup = { readonly graph: Graph } & Partial<TrainOptions>;

/** The settings of each run, by name. `space` is anything with the features and fields of the data. */
export function setups(space: Split['train']): Record<string, Setup> {
  const nfm0 = (dropout: number, batchNorm = true) => nfm(space, { factors: 64, hidden: [], dropout, batchNorm }).graph;
  const nfm1 = (options: object = {}) =>
    nfm(space, { factors: 64, hidden: [64], dropout: [0.5, 0.2], batchNorm: true, ...options }).graph;
  const slow = { learningRate: 0.02 };
  return {
    LR: { graph: lr(space).graph },
    FM: { graph: fm(space, { factors: 64 }).graph, ...slow },
    'FM, drop 0.5': { graph: fm(space, { factors: 64, dropout: 0.5 }).graph, epochs: 120 },
    ...Object.fromEntries(
      [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7].map((ratio) => [
        `NFM-0, drop ${ratio}`,
        { graph: nfm0(ratio), ...slow, epochs: 120, evaluateTrain: 20 },
      ]),
    ),
    'NFM-0, no BN': { graph: nfm0(0.3, false), ...slow, epochs: 120, evaluateTrain: 20 },
    'NFM-1': { graph: nfm1() },
    'NFM-1, identity': { graph: nfm1({ activation: 'identity' }) },
    'NFM-1, no dropout': { graph: nfm1({ dropout: 0 }) },
    'NFM-1, K 128': { graph: nfm(space, { factors: 128, hidden: [128], dropout: [0.5, 0.2] }).graph },
  };
}

const metrics = ['rmse', 'mae', 'auc', 'gauc'];

/** Trains one setup to its end with the paper's protocol: batches of 128, the last one dropped, 4 rises stop. */
export async function runSetup(split: Split, { graph, ...options }: Setup): Promise<FittedModel> {
  const events = train(graph, split, {
    engine: wasmEngine,
    epochs: 150,
    earlyStopping: { rises: 4 },
    dropLast: true,
    metrics,
    ...options,
  });
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}

/** Trains each named run once, on first use, and tells how it went. */
export class Runs {
  readonly #done = new Map<string, FittedModel>();
  readonly #setups: Record<string, Setup>;

  constructor(
    readonly split: Split,
    readonly report: (line: string) => void = () => {},
  ) {
    this.#setups = setups(split.train);
  }

  async get(name: string, changes: Partial<TrainOptions> = {}, as = name): Promise<FittedModel> {
    const known = this.#done.get(as);
    if (known) return known;
    const start = performance.now();
    const fitted = await runSetup(this.split, { ...this.#setups[name], ...changes });
    this.#done.set(as, fitted);
    const { result } = fitted;
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    this.report(
      `  ${as}: validation RMSE ${result.validation.rmse!.toFixed(4)} at epoch ${result.bestEpoch} of ${result.history.length}, ${seconds} s`,
    );
    return fitted;
  }
}
