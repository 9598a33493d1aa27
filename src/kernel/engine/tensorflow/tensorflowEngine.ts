/**
 * The engine on TensorFlow: the independent check of the wasm engine, and the only one that differentiates layers that
 * users write. Native where its library is installed (`nfm install-tensorflow`), else in plain JavaScript, which is slow.
 */

import { onTermination } from '../../base/termination.ts';
import type { Graph } from '../../graph/graph.ts';
import type { CompileOptions, Engine, Model } from '../engine.ts';
import { repairTensorflow } from './repair.ts';
import { TensorflowModel } from './tensorflowModel.ts';

/** Whether a model was compiled in this process before. */
let used = false;

export const tensorflowEngine: Engine = {
  name: 'tensorflow',

  /**
   * Compiles a graph for this engine; the first call of a process loads TensorFlow, which takes a second. `threads`,
   * `fast` and `capacity` have no meaning here: TensorFlow takes all cores, or as many as the environment variable
   * TF_NUM_INTRAOP_THREADS said when it was loaded. Results are reproducible only as far as TensorFlow's are.
   * @throws EngineError for a user's layer that fails, or does not return what it declares
   */
  async compile(graph: Graph, options: CompileOptions): Promise<Model> {
    const { loadTensorflow } = await import('./load.ts');
    const tensorflow = await loadTensorflow();
    if (!used) {
      onTermination(() => repairTensorflow(tensorflow.tf));
      if (!tensorflow.native) console.warn(tensorflow.why);
    }
    used = true;
    return new TensorflowModel(graph, options, tensorflow);
  },
};
