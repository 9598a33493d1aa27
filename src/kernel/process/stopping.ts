/**
 * Stopping a run, mildest means first:
 *
 * 1. its flag: loops and awaits of the cell throw, so `finally` and clean-up run;
 * 2. a cell that does nothing but wait is given up and stays without effect;
 * 3. library code that does not come back (a regular expression, a sort) is terminated by V8;
 * 4. native code cannot be: the host is told, and the user waits or restarts.
 *
 * The first three keep everything the notebook has.
 */

export interface StopTimes {
  /** How long a cell may take to stop by itself, in milliseconds. */
  readonly grace: number;
  /** A main thread that takes longer to answer is blocked. */
  readonly answer: number;
  /** How long after a termination the user is told that the run is stuck. */
  readonly stuck: number;
}

export const stopTimes: StopTimes = { grace: 500, answer: 300, stuck: 5000 };

/** A run as the control thread knows it. */
export interface RunUnderWay {
  readonly runId: number;
  /** False while the run waits for others; it will end as soon as it starts. */
  readonly started: boolean;
  readonly ended: boolean;
  /** Waits for the end; false after `ms`. */
  endsWithin(ms: number): Promise<boolean>;
}

export interface MainThread {
  /** Whether the main thread answers within `ms`. */
  answers(ms: number): Promise<boolean>;
  /** False where a termination would end the process. */
  readonly canTerminate: boolean;
  /** Cuts off what the main thread executes. */
  terminate(): void;
  /** Ends the run without its cell. */
  abandon(runId: number): void;
  /** Tells the host that the run cannot be stopped. */
  stuck(runId: number): void;
}

/** Levels 2 to 4 for a run whose flag is set; returns when the run has ended or has been given up. */
export async function stopRun(run: RunUnderWay, main: MainThread, times = stopTimes): Promise<void> {
  if ((await run.endsWithin(times.grace)) || !run.started) return;
  if (!(await main.answers(times.answer))) {
    if (run.ended) return; // what blocks now is another run
    if (main.canTerminate) main.terminate();
    if (!(main.canTerminate && (await main.answers(times.stuck)))) {
      main.stuck(run.runId);
      await main.answers(Infinity);
    }
  }
  main.abandon(run.runId);
}
