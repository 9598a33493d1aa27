/** The same numbers as the wasm engine: the native TensorFlow, where it is installed. */

import { describe } from 'vitest';
import { conformance } from './conformance.ts';
import { native, whyNotNative } from './tensorflows.ts';

if (!native) console.log(`the tests of the native TensorFlow are skipped: ${whyNotNative}`);

describe.skipIf(!native)(native ? native.why : `native TensorFlow (${whyNotNative})`, () => {
  if (native) conformance(native);
});
