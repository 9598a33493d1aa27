/** TensorFlow's native library where it is installed. Not beside `javascriptTensorflow.ts`, which says why. */

import { loadTensorflow } from '../../../../src/kernel/engine/tensorflow/load.ts';

const loaded = await loadTensorflow();

/** null: not installed; `whyNotNative` then says so. */
export const native = loaded.native ? loaded : null;
export const whyNotNative = loaded.why;
