/** The native addon of an installed `@tensorflow/tfjs-node`, looked at before anything of the package is loaded. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { machineOf } from './machine.ts';
import { packageIn } from './places.ts';

/** The release that this engine is written for; any 4.x of it has the same addon interface. */
export const release = '4.22.0';

/** N-API level 8 is the highest that the package knows, and every Node from 15.12 on has it. */
export const addonFile = join('lib', 'napi-v8', 'tfjs_binding.node');

/** What a place has: nothing of the package, something that does not work and why, or an addon that loads. */
export type Found =
  | { readonly state: 'absent' }
  | { readonly state: 'broken'; readonly why: string }
  | { readonly state: 'works'; readonly packageFolder: string };

/**
 * Loads the addon of a place, and with it the TensorFlow library, into this process. The package's JavaScript stays
 * untouched: it registers itself in the process, so it must not be loaded for nothing.
 */
export function tryAddon(place: string): Found {
  const packageFolder = packageIn(place);
  const manifest = join(packageFolder, 'package.json');
  if (!existsSync(manifest)) return { state: 'absent' };
  const broken = (why: string): Found => ({ state: 'broken', why: `${packageFolder} ${why}` });
  let version: unknown;
  try {
    version = JSON.parse(readFileSync(manifest, 'utf8')).version;
  } catch {
    return broken('has a package.json that cannot be read');
  }
  if (!/^4\./.test(String(version))) return broken(`is version ${version}, and ${release} is needed`);
  const addon = join(packageFolder, addonFile);
  if (!existsSync(addon)) return broken(`has no addon (${addonFile}): its install script did not run or failed`);
  const machine = machineOf(addon);
  const here = `${process.platform} ${process.arch}`;
  if (machine === undefined) return broken(`has an addon (${addonFile}) that is no program of any kind: it is damaged`);
  if (machine !== here) return broken(`has an addon (${addonFile}) for ${machine}, and this is ${here}`);
  try {
    createRequire(manifest)(addon);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    return broken(`has an addon that does not load: ${reason}`);
  }
  return { state: 'works', packageFolder };
}
