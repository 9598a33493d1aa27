/** A model on one of the TensorFlows that tests run on. */

import type { CompileOptions } from '../../../../src/kernel/engine/engine.ts';
import type { Tensorflow } from '../../../../src/kernel/engine/tensorflow/load.ts';
import { TensorflowModel } from '../../../../src/kernel/engine/tensorflow/tensorflowModel.ts';
import type { Graph } from '../../../../src/kernel/graph/graph.ts';
import { compileOptions } from '../reference.ts';

export const modelOn = (tensorflow: Tensorflow, graph: Graph, options: Partial<CompileOptions> = {}): TensorflowModel =>
  new TensorflowModel(graph, compileOptions(options), tensorflow);
