/** The last step of an installation: the engine computes once, in a process of its own, which it may take down. */

import { polyfill, quieten } from './load.ts';
import { packageIn } from './places.ts';
import { type ProgramOptions, runProgram } from './program.ts';

const program = `
(${quieten})();
(${polyfill})(require('node:util'));
const tf = require(process.argv[1]);
const four = tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).sum().arraySync() / 2;
if (four !== 4) throw new Error('it computes 2 x 2 as ' + four);
console.log(JSON.stringify({ version: tf.version_core, library: tf.backend().binding.TF_Version }));
`;

/**
 * Loads the engine of a place and runs a product with it.
 * @returns the versions of TensorFlow.js and of its library
 * @throws ProgramError
 */
export async function tryEngine(
  place: string,
  options: ProgramOptions,
): Promise<{ readonly version: string; readonly library: string }> {
  const env = process.versions.electron ? { ...options.env, ELECTRON_RUN_AS_NODE: '1' } : options.env;
  const output = await runProgram(process.execPath, ['-e', program, packageIn(place)], { ...options, env });
  return JSON.parse(output.trim().split('\n').at(-1)!);
}
