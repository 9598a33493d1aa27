/**
 * TensorFlow.js in JavaScript, also where a native library is installed. All copies of TensorFlow.js in a process share
 * one engine, so a test file imports either this or `nativeTensorflow.ts`.
 */

import { fileURLToPath } from 'node:url';
import type { Tensorflow } from '../../../../src/kernel/engine/tensorflow/load.ts';

const bundle = fileURLToPath(new URL('../../../../dist/tfjs.js', import.meta.url)); // `npm run build` makes it
const tf: Tensorflow['tf'] = await import(bundle);
tf.enableProdMode();
await tf.setBackend('cpu');

export const cpu: Tensorflow = {
  ...{ tf, native: false, version: tf.version_core, library: null, place: null, why: 'chosen by the tests' },
};
