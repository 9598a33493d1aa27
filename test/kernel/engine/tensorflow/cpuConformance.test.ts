/** The same numbers as the wasm engine: TensorFlow.js in JavaScript. */

import { conformance } from './conformance.ts';
import { cpu } from './javascriptTensorflow.ts';

conformance(cpu);
