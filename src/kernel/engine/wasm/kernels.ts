/** Loading the compiled kernels: two builds of one source, inlined by the build script. */

import { setFlagsFromString } from 'node:v8';
import { fastKernels, plainKernels } from './generated/kernels.ts';

/** A function that uses one relaxed SIMD instruction: valid only where the runtime has them. */
const relaxedProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 17, 65, 0, 253, 17, 65,
  0, 253, 17, 253, 133, 2, 11,
]);

function relaxedSimd(): boolean {
  if (WebAssembly.validate(relaxedProbe)) return true;
  setFlagsFromString('--experimental-wasm-relaxed-simd'); // Node 20 has it behind this flag; newer ones have it on
  return WebAssembly.validate(relaxedProbe);
}

const modules = new Map<'plain' | 'fast', WebAssembly.Module>();

/**
 * The compiled module. `fast` uses fused multiply-add where the runtime has relaxed SIMD.
 * @throws Error when `fast` is asked for and the runtime does not have it
 */
export function kernelModule(build: 'plain' | 'fast'): WebAssembly.Module {
  let module = modules.get(build);
  if (!module) {
    if (build === 'fast' && !relaxedSimd())
      throw new Error('fast: this runtime has no relaxed SIMD; leave "fast" off, or use Node 20 or newer');
    module = new WebAssembly.Module(Buffer.from(build === 'fast' ? fastKernels : plainKernels, 'base64'));
    modules.set(build, module);
  }
  return module;
}
