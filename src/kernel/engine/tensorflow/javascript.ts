/**
 * TensorFlow.js in plain JavaScript, for where its native library is not: all gradients and the methods of tensors, as
 * the package for Node has them. It is a bundle of its own, `dist/tfjs.js`, read only when a training asks for it.
 */

import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';

export * from '@tensorflow/tfjs-core';
