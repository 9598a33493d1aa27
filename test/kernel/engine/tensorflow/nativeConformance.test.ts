/** The same numbers as the wasm engine: the native TensorFlow, where it is installed. */

import { describe, expect, test } from 'vitest';
import { tinyNfm } from '../tinyModels.ts';
import { conformance } from './conformance.ts';
import { modelOn } from './modelOn.ts';
import { native, whyNotNative } from './nativeTensorflow.ts';

if (!native) console.log(`the tests of the native TensorFlow are skipped: ${whyNotNative}`);

describe.skipIf(!native)(native ? native.why : `native TensorFlow (${whyNotNative})`, () => {
  if (!native) return;
  const tensorflow = native;
  test('the model says what runs', () => {
    expect(tensorflow.tf.getBackend()).toBe('tensorflow');
    expect(modelOn(tensorflow, tinyNfm()).engine).toMatch(
      /^tensorflow 4\.22\.0 \(TensorFlow 2\..*, native, \d+ threads?\)$/,
    );
  });
  conformance(tensorflow);
});
