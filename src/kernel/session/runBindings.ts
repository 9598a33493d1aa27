/**
 * What a run brings along: its own `console`, `display`, `input`, timers and stop `signal`. They tie every output, also
 * one that comes late from a timer, to the run that made it.
 */

import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as read from '../base/options.ts';
import { readOptions } from '../base/options.ts';
import { type Inspect, mimeBundle } from '../format/display.ts';
import { stopReasons } from './errors.ts';
import type { Run } from './run.ts';

/** The names that every cell has besides the globals. */
export const bindingNames = [
  'console',
  'display',
  'input',
  'signal',
  'setTimeout',
  'setInterval',
  'setImmediate',
] as const;

export type RunBindings = { readonly [K in (typeof bindingNames)[number]]: unknown } & {
  readonly display: (value: unknown) => DisplayHandle;
};

/** A question of a cell to whoever sits in front of the notebook. */
export interface Question {
  readonly runId: number;
  readonly text: string;
  /** Whether the answer is hidden while it is typed. */
  readonly secret: boolean;
}

/** Brings a question to the user; null: the user cancelled. */
export type Ask = (question: Question) => Promise<string | null>;

export interface BindingSources {
  readonly inspect: Inspect;
  readonly nextOutputId: () => number;
  /** Absent where nobody can answer. */
  readonly ask?: Ask;
  /** Receives what a timer's callback throws. */
  readonly uncaught: (error: unknown) => void;
}

/** An output that can be replaced in place, as `display` returns it. */
export class DisplayHandle {
  readonly #update: (value: unknown) => void;

  /** @param outputId names the output in messages */
  constructor(
    readonly outputId: number,
    update: (value: unknown) => void,
  ) {
    this.#update = update;
  }

  /** Shows another value in the place of the output. */
  update(value: unknown): void {
    this.#update(value);
  }
}

export function runBindings(run: Run, { inspect, nextOutputId, ask, uncaught }: BindingSources): RunBindings {
  const display = (value: unknown): DisplayHandle => {
    const outputId = nextOutputId();
    run.emit({ type: 'output', runId: run.runId, outputId, bundle: mimeBundle(value, inspect) });
    return new DisplayHandle(outputId, (next) =>
      run.emit({ type: 'update', runId: run.runId, outputId, bundle: mimeBundle(next, inspect) }),
    );
  };
  return {
    console: new Console({ stdout: textStream(run, 'stdout'), stderr: textStream(run, 'stderr'), colorMode: false }),
    display,
    input: inputOf(run, ask),
    signal: run.signal,
    ...timers(run, uncaught),
  };
}

/** `await input('question')`: the answer, which appears in no output. Cancelling it stops the run. */
function inputOf(run: Run, ask: Ask | undefined) {
  return async (question: unknown = '', options: unknown = {}): Promise<string> => {
    const { secret } = readOptions('input()', options, { secret: read.boolean(false) });
    if (!ask) throw new Error('input(): nobody can answer here; give the value as a parameter of the notebook');
    const answer = await ask({ runId: run.runId, text: String(question), secret });
    if (answer === null) run.flag[0] ||= stopReasons.user;
    return run.check(answer ?? '');
  };
}

function textStream(run: Run, name: 'stdout' | 'stderr'): Writable {
  return new Writable({
    decodeStrings: false,
    write(text, _, done) {
      run.emit({ type: 'stream', runId: run.runId, name, text: String(text) });
      done();
    },
  });
}

type Callback = (...values: unknown[]) => unknown;

function timers(run: Run, uncaught: (error: unknown) => void) {
  const guarded = (callback: Callback, before?: () => void): Callback => {
    if (typeof callback !== 'function') throw new TypeError(`a timer needs a function, got ${typeof callback}`);
    return (...values) => {
      before?.();
      if (run.dead) return;
      try {
        callback(...values);
      } catch (error) {
        uncaught(error);
      }
    };
  };
  const once = (callback: Callback, ms?: number, ...values: unknown[]) => {
    const timer: NodeJS.Timeout = setTimeout(
      guarded(callback, () => run.forget(timer)),
      ms,
      ...values,
    );
    return run.remember(timer);
  };
  const every = (callback: Callback, ms?: number, ...values: unknown[]) =>
    run.remember(setInterval(guarded(callback), ms, ...values));
  const soon = (callback: Callback, ...values: unknown[]) => {
    const timer: NodeJS.Immediate = setImmediate(
      guarded(callback, () => run.forget(timer)),
      ...values,
    );
    return run.remember(timer);
  };
  return {
    setTimeout: Object.assign(once, { [promisify.custom]: delay }),
    setInterval: every,
    setImmediate: Object.assign(soon, { [promisify.custom]: turn }),
  };
}
