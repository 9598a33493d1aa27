/// <reference path="./webassembly.d.ts" />

/** A thread's instance of the compiled kernels. */

import type { KernelName } from './generated/kernels.ts';

/** The kernels' exports (assembly/index.ts); every argument and result is a number. */
export type Kernels = { readonly [Name in KernelName]: (...args: number[]) => number };

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const abort = () => {
    throw new Error('a wasm kernel aborted');
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as Kernels;
}
