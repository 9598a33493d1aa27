/**
 * A session: the cells of one notebook, evaluated one after the other in one scope. Outputs leave through one function
 * as messages of the protocol; whoever starts the session decides where they go.
 */

import { inspect as nodeInspect } from 'node:util';
import { Script } from 'node:vm';
import { type Inspect, mimeBundle } from '../format/display.ts';
import type { LogMessage, RunMessage, RunOutcome, RunStatus } from '../format/protocol.ts';
import { errorReport, Interrupted } from './errors.ts';
import { type ImportFunction, importMeta, type Library, notebookImport } from './modules.ts';
import { Run } from './run.ts';
import { bindingNames, DisplayHandle, runBindings } from './runBindings.ts';
import { type Accessors, NotebookScope } from './scope.ts';
import { framesOf, importSite, installStackTraces, registerCell } from './stack.ts';
import { type CellScript, transformCell } from './transform.ts';

export interface SessionOptions {
  /** Absolute path of the notebook, from which its imports resolve. The file need not exist. */
  readonly notebook: string;
  /** What cells import as `nfm`: the namespace object of the library; one per process. */
  readonly library: Library;
  /** Receives every message. */
  readonly emit: (message: RunMessage | LogMessage) => void;
  /** How long an interrupted cell that does not stop by itself is waited for. Default 500. */
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
  /** One slot that stops the run when it is set, also from another thread while the cell blocks this one. */
  readonly flag?: Int32Array;
  /** Stops the run when it is aborted; cells see it as `signal`. */
  readonly signal?: AbortSignal;
}

const languages = ['typescript', 'nfm-ts', 'javascript'];

/** Ends a run whose cell does not come back: it waits for something that never happens. */
const abandoned = Symbol('abandoned');

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
   * code it came through, else in the latest one. The host calls this from its process-wide handlers.
   */
  uncaught(error: unknown): void {
    if (error instanceof Interrupted) return; // what a stopped run left behind has stopped too
    const frames = typeof error === 'object' && error !== null ? framesOf(error) : [];
    const origin = frames.find((frame) => frame.runId !== undefined)?.runId;
    const run = (origin === undefined ? undefined : this.#runs.get(origin)) ?? this.#latest;
    if (run) run.emit({ type: 'error', runId: run.runId, ...errorReport(error, run, inspect) });
  }

  /** Ends what the cells left behind: timers are cleared, late outputs dropped. */
  close(): void {
    for (const run of this.#runs.values()) run.end();
  }

  async #execute(request: RunRequest): Promise<RunOutcome> {
    const executionCount = ++this.#executionCount;
    const { cellId, runId = executionCount, label = `Cell ${executionCount}` } = request;
    const { flag = new Int32Array(1), signal = new AbortController().signal } = request;
    const run = new Run({ runId, cellId, label }, flag, signal, (from, message) => this.#send(from, message));
    this.#runs.set(runId, run);
    this.#newest.set(cellId, run);
    this.#latest = run;
    run.emit({ type: 'started', runId, executionCount });

    let script: CellScript | undefined;
    let ending: Pick<RunOutcome, 'status' | 'value' | 'error'>;
    try {
      script = await this.#compile(request);
      ending = await this.#evaluate(run, script);
    } catch (error) {
      const report = errorReport(error, run, inspect);
      const status: RunStatus = flag[0] || signal.aborted ? 'interrupted' : 'error';
      run.emit({ type: 'error', runId, ...report });
      ending = { status, error: report };
    }
    const outcome = { ...ending, executionCount, defines: script?.defines ?? [], uses: script?.uses ?? [] };
    run.emit({ type: 'done', runId, ...outcome });
    if (outcome.status === 'interrupted') run.end();
    return outcome;
  }

  #compile({ code, language = 'typescript' }: RunRequest): Promise<CellScript> {
    if (!languages.includes(language))
      throw new Error(`cells of language "${language}" cannot run here; expected ${languages.join(', ')}`);
    return transformCell(code, { bindings: bindingNames, isPublished: (name) => this.scope.has(name) });
  }

  async #evaluate(run: Run, script: CellScript): Promise<Pick<RunOutcome, 'status' | 'value'>> {
    const { flag, signal } = run;
    let timer: NodeJS.Timeout | undefined;
    let stop!: () => void;
    const givenUp = new Promise<typeof abandoned>((resolve) => {
      stop = () => {
        flag[0] = 1;
        timer = setTimeout(resolve, this.#options.graceMs ?? 500, abandoned);
      };
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
    try {
      run.check();
      const filename = registerCell({ runId: run.runId, label: run.label, map: script.map, shift: script.shift });
      const wrapper = new Script(script.code, { filename }).runInThisContext();
      const cell: () => Promise<{ value: unknown }> = wrapper(...this.#wrapperArguments(run));
      const ended = await Promise.race([cell(), givenUp]);
      if (ended === abandoned) return run.check(); // throws: the flag is set
      const shown = ended.value !== undefined && !(ended.value instanceof DisplayHandle);
      return { status: 'ok', ...(shown ? { value: mimeBundle(ended.value, inspect) } : {}) };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  /** In the order of the transform's wrapper: scope, publish, import, check, typeof, flag, import.meta, bindings. */
  #wrapperArguments(run: Run): unknown[] {
    const publish = (accessors: Accessors) => {
      if (run.dead) run.check();
      this.scope.publish(accessors, run.runId);
    };
    const bindings = runBindings(run, {
      inspect,
      nextOutputId: () => ++this.#outputCount,
      uncaught: (error) => this.uncaught(error),
    });
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
