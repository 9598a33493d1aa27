/** Training speed of this project's engines: steps with shuffled rows. */

import { permutation, Random } from '../../src/kernel/base/random.ts';
import { capacityFor } from '../../src/kernel/data/dataset.ts';
import type { CompileOptions, Model } from '../../src/kernel/engine/engine.ts';
import { optimizer } from '../../src/kernel/engine/optimizers.ts';
import { compileWith } from '../../src/kernel/engine/wasm/wasmEngine.ts';
import type { Graph } from '../../src/kernel/graph/graph.ts';
import { nfm } from '../../src/kernel/models/index.ts';
import type { Workload } from './workloads.ts';

export interface Setting {
  readonly name: string;
  readonly threads: number;
  readonly fast: boolean;
  /** Rows of one measurement. */
  readonly rows: number;
}

/** Rows a second of NFM-1: the median of three passes over `rows` rows, the shuffle included, after two that are not counted. */
export async function measureTraining(
  { data, factors, batch }: Workload,
  setting: Setting,
  compile: (graph: Graph, options: CompileOptions) => Promise<Model> = (graph, options) =>
    compileWith(graph, options, options.threads),
): Promise<number> {
  const graph = nfm({ features: data.features, fields: [] }, { factors, hidden: [factors], dropout: [0.5, 0.2] }).graph;
  const model = await compile(graph, {
    seed: 1,
    loss: 'squared',
    reduction: 'halfSum',
    optimizer: optimizer('adagrad'),
    capacity: capacityFor([data], batch),
    threads: setting.threads,
    rows: 'touched',
    freeze: [],
    fast: setting.fast,
  });
  const pass = (epoch: number) => {
    const start = performance.now();
    const order = permutation(setting.rows, new Random(1, `shuffle:${epoch}`));
    for (let from = 0; from < setting.rows; from += batch)
      model.step(data, order, from, Math.min(from + batch, setting.rows));
    return setting.rows / ((performance.now() - start) / 1000);
  };
  const rates = [0, 1, 2, 3, 4].map(pass).slice(2);
  model.dispose();
  return rates.sort((a, b) => a - b)[1];
}
