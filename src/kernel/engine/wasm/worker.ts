/** Entry of a worker thread (runs in node:worker_threads; bundled into a string by the build script). */

import { parentPort, workerData } from 'node:worker_threads';
import { compileProgram } from './compile.ts';
import { instantiate } from './instance.ts';
import { control, run } from './program.ts';
import { commands, type WorkerInput } from './threadCommands.ts';

const { module, memory, spec, index, count } = workerData as WorkerInput;
const thread = { kernels: instantiate(module, memory), index, count };
const program = compileProgram(spec, thread, memory.buffer);
const words = new Int32Array(memory.buffer, program.control, 32);

let generation = Atomics.load(words, control.generation);
parentPort!.postMessage(program.bytes);
for (;;) {
  Atomics.wait(words, control.generation, generation);
  generation = Atomics.load(words, control.generation);
  if (words[control.command] === commands.exit) break;
  run(words[control.command] === commands.train ? program.train : program.infer, thread, words, program);
}
