/**
 * A session: the cells of one notebook, evaluated one after the other in one scope. Outputs leave through one function
 * as messages of the protocol; whoever starts the session decides where they go.
 */

import { inspect as nodeInspect } from 'node:util';
import { Script } from 'node:vm';
import { type Inspect, mimeBundle } from '../format/display.ts';
import type { LogMessage, RunMessage, RunOutcome, Variable } from '../format/protocol.ts';
import { isDisplayed, setActiveCell } from './activeCell.ts';
import { errorReport, Interrupted, stopReasons } from './errors.ts';
import { type ImportFunction, importMeta, type Library, notebookImport } from './modules.ts';
import { Run } from './run.ts';
import { type Ask, bindingNames, DisplayHandle, type RunBindings, runBindings } from './runBindings.ts';
import { type Accessors, NotebookScope } from './scope.ts';
import { framesOf, importSite, installStackTraces, registerCell } from './stack.ts';
import { type CellScript, transformCell } from './transform.ts';
import { variablesOf } from './variables.ts';

export interface SessionOptions {
  /** Absolute path of the notebook, from which its imports resolve. The file need not exist. */
  readonly notebook: string;
  /** What cells import as `nfm`: the namespace object of the library; one per process. */
  readonly library: Library;
  /** Receives every message. */
  readonly emit: (message: RunMessage | LogMessage) => void;
  /** Brings a cell's `input` to the user. Without it such a cell fails. */
  readonly ask?: Ask;
  /** How long an interrupted cell that does not stop by itself is waited for, in milliseconds. Default 500. */
  readonly graceMs?: number;
}

export interface RunRequest {
  readonly cellId: string;
  readonly code: string;
  /** Default `typescript`. */
  readonly language?: string;
  /** Names the run in messages; unique in the session. Default: the execution count. */
  readonly runId?: number;
  /** How stack traces name the cell. Default `Cell <execution count>`. */
  readonly label?: string;
  /** One slot that stops the run when a `stopReasons` is set, also from another thread while the cell blocks this one. */
  readonly flag?: Int32Array;
  /** Stops the run when it is aborted; cells see it as `signal`. */
  readonly signal?: AbortSignal;
}

const languages = ['typescript', 'nfm-ts', 'javascript'];

/** How a run came to its end. */
type Ending = Pick<RunOutcome, 'status' | 'value' | 'error'>;

export class Session {
  readonly scope = new NotebookScope();
  readonly #options: SessionOptions;
  readonly #import: ImportFunction;
  readonly #meta: object;
  /** The newest run of each cell. */
  readonly #newest = new Map<string, Run>();
  readonly #runs = new Map<number, Run>();
  /** Runs whose late outputs were dropped; the log says so once a run. */
  readonly #outdated = new WeakSet<Run>();
  #latest: Run | undefined;
  /** Ends the run under way. */
  #finish: ((ending: Ending) => void) | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #executionCount = 0;
  #outputCount = 0;

  constructor(options: SessionOptions) {
    installStackTraces();
    this.#options = options;
    const load = notebookImport(options.notebook, options.library);
    this.#import = async (specifier, importOptions) => {
      const site = importSite();
      try {
        return await load(specifier, importOptions);
      } catch (error) {
        site.attach(error);
        throw error;
      }
    };
    this.#meta = importMeta(options.notebook);
  }

  /**
   * Runs a cell after those that were asked for before it. Never rejects: what the cell throws is in the outcome, which
   * is also sent as `done`.
   */
  run(request: RunRequest): Promise<RunOutcome> {
    const outcome = this.#queue.then(() => this.#execute(request));
    this.#queue = outcome;
    return outcome;
  }

  /**
   * An error that nobody caught (a rejection without a handler, a callback of a library): shown in the cell whose
   * code it came through, else in the latest one; false where no cell has run. The host calls this from its
   * process-wide handlers.
   */
  uncaught(error: unknown): boolean {
    if (error instanceof Interrupted) return true; // what a stopped run left behind has stopped too
    const frames = typeof error === 'object' && error !== null ? framesOf(error) : [];
    const origin = frames.find((frame) => frame.runId !== undefined)?.runId;
    const run = (origin === undefined ? undefined : this.#runs.get(origin)) ?? this.#latest;
    run?.emit({ type: 'error', runId: run.runId, ...errorReport(error, run, inspect) });
    return run !== undefined;
  }

  /**
   * Ends the run under way if it is this one, whatever its cell still does or waits for; of what it does from now on
   * nothing has an effect. For a run that was told to stop and does not: because it waits for something that never
   * happens, or because its execution was terminated and will not come back.
   */
  abandon(runId: number): void {
    const run = this.#latest;
    if (!run || run.runId !== runId) return;
    run.flag[0] ||= stopReasons.user;
    this.#finish?.(this.#failure(run, new Interrupted(run.flag[0])));
  }

  /** Text that code outside of cells printed, such as a library: shown in the running or latest cell; false without one. */
  print(name: 'stdout' | 'stderr', text: string): boolean {
    const run = this.#latest;
    run?.emit({ type: 'stream', runId: run.runId, name, text });
    return run !== undefined;
  }

  /** What the names of the notebook hold now. */
  variables(): readonly Variable[] {
    return variablesOf(this.scope, (runId) => this.#runs.get(runId)?.cellId ?? '');
  }

  /** Ends what the cells left behind: timers are cleared, late outputs dropped. */
  close(): void {
    for (const run of this.#runs.values()) run.end();
  }

  #execute(request: RunRequest): Promise<RunOutcome> {
    const executionCount = ++this.#executionCount;
    const { cellId, runId = executionCount, label = `Cell ${executionCount}` } = request;
    const { flag = new Int32Array(1), signal = new AbortController().signal } = request;
    const run = new Run({ runId, cellId, label }, flag, signal, (from, message) => this.#send(from, message));
    const bindings = runBindings(run, {
      inspect,
      nextOutputId: () => ++this.#outputCount,
      ask: this.#options.ask,
      uncaught: (error) => this.uncaught(error),
    });
    this.#runs.set(runId, run);
    this.#newest.set(cellId, run);
    this.#latest = run;
    setActiveCell({ runId, signal, display: bindings.display });
    run.emit({ type: 'started', runId, executionCount });

    return new Promise((resolve) => {
      let names: Pick<RunOutcome, 'defines' | 'uses'> = { defines: [], uses: [] };
      const finish = (ending: Ending) => {
        if (this.#finish !== finish) return; // it was given up before
        this.#finish = undefined;
        const { error } = ending;
        if (error) run.emit({ type: 'error', runId, ...error });
        const outcome = { ...ending, executionCount, ...names };
        run.emit({ type: 'done', runId, ...outcome });
        if (outcome.status === 'interrupted') run.end();
        resolve(outcome);
      };
      this.#finish = finish;
      const compiled = this.#compile(request).then((script) => {
        names = { defines: script.defines, uses: script.uses };
        return script;
      });
      this.#evaluate(run, bindings, compiled).then(finish, (error) => finish(this.#failure(run, error)));
    });
  }

  #failure(run: Run, thrown: unknown): Ending {
    const status = run.flag[0] || run.signal.aborted ? 'interrupted' : 'error';
    return { status, error: errorReport(thrown, run, inspect) };
  }

  async #compile({ code, language = 'typescript' }: RunRequest): Promise<CellScript> {
    if (!languages.includes(language))
      throw new Error(`cells of language "${language}" cannot run here; expected ${languages.join(', ')}`);
    return transformCell(code, { bindings: bindingNames, isPublished: (name) => this.scope.has(name) });
  }

  async #evaluate(run: Run, bindings: RunBindings, compiled: Promise<CellScript>): Promise<Ending> {
    const { flag, signal } = run;
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      flag[0] ||= stopReasons.user;
      timer = setTimeout(() => this.abandon(run.runId), this.#options.graceMs ?? 500);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
    try {
      const script = await compiled;
      run.check();
      const filename = registerCell({ runId: run.runId, label: run.label, map: script.map, shift: script.shift });
      const wrapper = new Script(script.code, { filename }).runInThisContext();
      const cell: () => Promise<{ value: unknown }> = wrapper(...this.#wrapperArguments(run, bindings));
      const { value } = await cell();
      const shown = value !== undefined && !(value instanceof DisplayHandle) && !isDisplayed(value, run.runId);
      // A stopped cell comes here when all it still had to do was to keep a partial result.
      return { status: flag[0] ? 'interrupted' : 'ok', ...(shown ? { value: mimeBundle(value, inspect) } : {}) };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  /** In the order of the transform's wrapper: scope, publish, import, check, typeof, flag, import.meta, bindings. */
  #wrapperArguments(run: Run, bindings: RunBindings): unknown[] {
    const publish = (accessors: Accessors) => {
      if (run.dead) run.check();
      this.scope.publish(accessors, run.runId);
    };
    return [
      this.scope.names,
      publish,
      this.#import,
      run.check,
      (name: string) => this.scope.typeOf(name),
      run.flag,
      this.#meta,
      ...bindingNames.map((name) => bindings[name]),
    ];
  }

  /** A late output of a run whose cell has run again since has no place any more. */
  #send(run: Run, message: RunMessage): void {
    if (this.#newest.get(run.cellId) === run) this.#options.emit(message);
    else if (!this.#outdated.has(run)) {
      this.#outdated.add(run);
      this.#options.emit({ type: 'log', text: `late ${message.type} of an earlier run of ${run.label} dropped` });
    }
  }
}

const inspect: Inspect = (value) =>
  nodeInspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 });
