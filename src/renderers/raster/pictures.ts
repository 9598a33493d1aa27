/** Pictures from the thread of `raster.ts`, which lives while pictures are wanted and a little longer. */

import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Answer, Wanted } from './raster.ts';

export interface Picture {
  readonly svg: string;
  /** Base64; null where the SVG cannot be drawn. */
  readonly png: string | null;
}

/** A picture that takes longer will not come. */
const patienceMs = 10_000;
/** How long an idle thread keeps its 100 MB. */
const idleMs = 10_000;

export class Pictures {
  readonly #program: URL;
  readonly #warn: (text: string) => void;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #wanted = 0;
  #idle: NodeJS.Timeout | undefined;

  /**
   * @param program URL of `dist/raster.js`
   * @param warn told why a picture is missing
   */
  constructor(program: URL, warn: (text: string) => void) {
    this.#program = program;
    this.#warn = warn;
  }

  /** Null where there is none to be had. Never rejects. Pictures are drawn one after the other. */
  draw(wanted: Wanted): Promise<Picture | null> {
    this.#wanted++;
    clearTimeout(this.#idle);
    const asked = this.#last.then(() => this.#ask(wanted));
    const picture = asked.catch((error: Error) => ({ error: error.message })).then((answer) => this.#read(answer));
    this.#last = picture;
    return picture;
  }

  /** Ends the thread; a picture that is being drawn is lost. */
  close(): void {
    clearTimeout(this.#idle);
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #ask(wanted: Wanted): Promise<Answer> {
    const worker = (this.#worker ??= this.#start());
    const listening = new AbortController();
    const { signal } = listening;
    const told = async (event: string): Promise<unknown> => (await once(worker, event, { signal }))[0];
    const broken = (why: string): Answer => {
      this.close();
      return { error: why };
    };
    worker.ref();
    worker.postMessage(wanted);
    const answers = [
      told('message') as Promise<Answer>,
      told('exit').then(() => broken('its thread has ended')),
      wait(patienceMs, undefined, { signal, ref: false }).then(() =>
        broken(`it took longer than ${patienceMs / 1000} s`),
      ),
    ];
    try {
      return await Promise.race(answers);
    } catch (error) {
      return broken((error as Error).message);
    } finally {
      listening.abort();
      await Promise.allSettled(answers);
      worker.unref();
    }
  }

  #start(): Worker {
    // What the thread prints is nobody's output.
    const worker = new Worker(this.#program, { stdout: true, stderr: true, stdin: false, execArgv: [] });
    worker.on('error', () => {}); // one that dies while nobody waits for it takes nobody with it
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }

  #read(answer: Answer): Picture | null {
    if (--this.#wanted === 0) this.#idle = setTimeout(() => this.close(), idleMs).unref();
    if (answer.error !== undefined) this.#warn(`A picture for saved outputs is missing: ${answer.error}`);
    if (!('svg' in answer)) return null;
    return { svg: answer.svg, png: answer.png && Buffer.from(answer.png).toString('base64') };
  }
}
