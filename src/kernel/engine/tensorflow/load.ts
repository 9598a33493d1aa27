/**
 * Loads TensorFlow.js: the native library where one is installed, else plain JavaScript. Only processes that run cells
 * or commands load it; it takes a second and 400 MB.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Core from '@tensorflow/tfjs-core';
import { tryAddon } from './addon.ts';
import { placesFrom, variables } from './places.ts';

export interface Tensorflow {
  /** The one instance of TensorFlow.js in this process; its backend is chosen. */
  readonly tf: typeof Core;
  /** Whether the native library computes; else JavaScript does, which is slow. */
  readonly native: boolean;
  /** Version of TensorFlow.js. */
  readonly version: string;
  /** Version of the native library; null in JavaScript. */
  readonly library: string | null;
  /** The folder in which the native engine is installed; null in JavaScript. */
  readonly place: string | null;
  /** One sentence: what was found where, and in JavaScript how to get the native engine. */
  readonly why: string;
}

/** A TensorFlow that the user named does not work. */
export class TensorflowError extends Error {
  override name = 'TensorflowError';
}

const remedy = 'run "NFM: Install TensorFlow Engine" in VS Code or "nfm install-tensorflow" in a terminal';

let loaded: Promise<Tensorflow> | undefined;

/**
 * TensorFlow.js for this process, loaded once. Looked at in order: the folder that NFM_TENSORFLOW names, packages of
 * the working directory and the folders above it, the extension's install, the user's install.
 * @throws TensorflowError when NFM_TENSORFLOW names a folder whose engine does not work; other broken ones are passed
 *   over, and `why` tells of them
 */
export function loadTensorflow(): Promise<Tensorflow> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(): Promise<Tensorflow> {
  const { chosen, searched } = placesFrom(process.cwd(), process.env);
  quieten();
  if (chosen !== undefined) {
    const found = tryAddon(chosen);
    if (found.state === 'works') return native(chosen, found.packageFolder);
    const why = found.state === 'broken' ? found.why : `${chosen} has no node_modules/@tensorflow/tfjs-node`;
    throw new TensorflowError(
      `${variables.chosen} (the setting nfm.tensorflow.path in VS Code) names a TensorFlow that does not work: ${why}; ` +
        `name another folder, or leave it empty and ${remedy}`,
    );
  }
  const broken: string[] = [];
  for (const place of searched) {
    const found = tryAddon(place);
    if (found.state === 'works') return native(place, found.packageFolder);
    if (found.state === 'broken') broken.push(found.why);
  }
  return javascript(broken.join('; '));
}

/**
 * TensorFlow writes to stderr as it starts, and with oneDNN it announces that sums may be rounded in another order.
 * Without oneDNN it is silent, and the small steps of these models are faster. Both count before the library is loaded;
 * what the user has set stays. (It and `polyfill` are also sent as text to another process: they use nothing around them.)
 */
export function quieten(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
}

function native(place: string, packageFolder: string): Tensorflow {
  const require = createRequire(join(packageFolder, 'package.json'));
  polyfill(require('node:util'));
  const tf: typeof Core = require(packageFolder);
  tf.enableProdMode(); // no advice on stderr, no search for NaN after every op
  const { binding } = tf.backend() as unknown as { readonly binding: { readonly TF_Version: string } };
  const version = tf.version_core;
  const library = binding.TF_Version;
  const why = `TensorFlow ${library} from ${place}, through @tensorflow/tfjs-node ${version}`;
  return { tf, native: true, version, library, place, why };
}

/** Functions that tfjs-node calls: gone from Node 23 on, and from 22 on each with a warning. */
export function polyfill(util: Record<string, unknown>): void {
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}

/**
 * Beside the bundle that this file is part of. In the repository the sources themselves, and programs that are bundled
 * into node_modules/.cache, use the built one.
 */
function javascriptBundle(): string {
  const places = ['./tfjs.js', '../../../../dist/tfjs.js', '../../../dist/tfjs.js'];
  const bundle = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (!bundle) throw new TensorflowError('dist/tfjs.js is missing; "npm run build" makes it');
  return bundle.href;
}

async function javascript(broken: string): Promise<Tensorflow> {
  const tf: typeof Core = await import(javascriptBundle());
  tf.enableProdMode();
  await tf.setBackend('cpu');
  const version = tf.version_core;
  const found = broken === '' ? 'its native library is not installed' : `no native library that works: ${broken}`;
  const why = `TensorFlow.js ${version} computes in JavaScript, which is slow: ${found}; to get it, ${remedy}`;
  return { tf, native: false, version, library: null, place: null, why };
}
