/** The TensorFlows that tests run on: plain JavaScript always, the native library where it is installed. */

import { fileURLToPath } from 'node:url';
import type { CompileOptions } from '../../../../src/kernel/engine/engine.ts';
import { loadTensorflow, type Tensorflow } from '../../../../src/kernel/engine/tensorflow/load.ts';
import { TensorflowModel } from '../../../../src/kernel/engine/tensorflow/tensorflowModel.ts';
import type { Graph } from '../../../../src/kernel/graph/graph.ts';
import { compileOptions } from '../reference.ts';

/** TensorFlow.js in JavaScript, also where a native library is installed. */
async function javascript(): Promise<Tensorflow> {
  const bundle = fileURLToPath(new URL('../../../../dist/tfjs.js', import.meta.url)); // `npm run build` makes it
  const tf: Tensorflow['tf'] = await import(bundle);
  tf.enableProdMode();
  await tf.setBackend('cpu');
  return { tf, native: false, version: tf.version_core, library: null, place: null, why: 'chosen by the tests' };
}

export const cpu = await javascript();

const loaded = await loadTensorflow();

/** null: not installed; `whyNotNative` then says so. */
export const native = loaded.native ? loaded : null;
export const whyNotNative = loaded.why;

export const modelOn = (tensorflow: Tensorflow, graph: Graph, options: Partial<CompileOptions> = {}): TensorflowModel =>
  new TensorflowModel(graph, compileOptions(options), tensorflow);
