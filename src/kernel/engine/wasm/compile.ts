/** From a graph to a program: rules take their buffers and emit their tasks, forward, then loss, then backward. */

import { Emitter } from './emitter.ts';
import { Layout } from './memory.ts';
import { control, type Program, type ProgramSpec, type Thread } from './program.ts';
import { rules } from './rules.ts';
import type { Emission, StageRule } from './stageRule.ts';
import { type Stage, type StageKind, stagesOf } from './stages.ts';

/** Rows of a table are read ahead only while the batch's rows stay in the second-level cache: this many floats. */
const touchedFloats = 200_000;

/**
 * Compiles for one thread. The layout is the same for every thread, and for an empty `buffer`, which is how the size
 * of the memory is found.
 */
export function compileProgram(spec: ProgramSpec, thread: Thread, buffer: ArrayBufferLike): Program {
  const layout = new Layout();
  const e = new Emitter(spec, layout, thread, buffer);
  const stages = stagesOf(spec.graph);
  const emissions = stages.map((stage) => (rules[stage.kind] as StageRule<StageKind>)(stage as never, e));
  emitGrouping(e, stages);
  for (const emission of emissions) emission.forward();
  for (const emission of emissions.toReversed()) emission.backward();
  e.closeTraining();
  e.phases = e.infer;
  for (const emission of emissions) (emission as Emission).forward();
  const outputStage = stages[stages.length - 1];
  return {
    bytes: layout.bytes,
    chunkRows: e.chunkRows,
    control: e.controlAddress,
    batch: e.batch,
    settings: e.settings,
    parameters: e.parameters,
    output: e.scalars.get(outputStage.inputs[0])!,
    losses: e.losses,
    train: e.train,
    infer: e.infer,
  };
}

/** Groups the batch's entries by id on the first thread; the updates at the end of the step read the result. */
function emitGrouping(e: Emitter, stages: readonly Stage[]): void {
  if (e.thread.index !== 0) return;
  const { kernels: k } = e.thread;
  const b = e.batch;
  const tables = stages.filter((s) => s.kind === 'embedding').map((s) => e.parameter(s.id, 'V'));
  e.before(() => {
    const rows = e.words[control.rows];
    const unique = k.group(
      e.words[control.ones],
      b.rowStart,
      rows,
      b.ids,
      b.values,
      b.counts,
      b.unique,
      b.start,
      b.groupRow,
      e.entryGradients.any ? b.groupEntry : 0,
      b.groupValue,
    );
    e.words[control.unique] = unique;
    for (const { address, rowBytes, slots } of tables) {
      if ((unique * rowBytes) / 4 > touchedFloats) continue;
      k.touch(b.unique, unique, address, rowBytes);
      if (slots[0]) k.touch(b.unique, unique, slots[0], rowBytes);
    }
  });
}
