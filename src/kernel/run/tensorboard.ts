/** A run as TensorBoard shows it, written while the run goes on. */

import { EventFile } from './eventFile.ts';
import type { RunEvent } from './events.ts';
import { RunSummaries } from './runSummaries.ts';

/**
 * Passes the events of a run on, each after it was written to a new event file in `folder`.
 * @throws OptionError before the first event when no file can be written there; later a file that cannot grow ends with
 * a warning, since a full disk is no reason to lose a training
 */
export async function* logged<Result>(
  events: AsyncGenerator<RunEvent, Result, void>,
  folder: string,
): AsyncGenerator<RunEvent, Result, void> {
  const file = await EventFile.create(folder);
  const summaries = new RunSummaries();
  let grows = true;
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) return next.value;
      const { step, values } = summaries.of(next.value, Date.now() / 1000);
      if (grows && values.length > 0)
        await file.add(step, values).catch((error: Error) => {
          grows = false;
          process.emitWarning(`the event file for TensorBoard in ${folder} ends before step ${step}: ${error.message}`);
        });
      yield next.value;
    }
  } finally {
    await file.close();
    await events.return(undefined as never); // the reader may have broken off
  }
}
