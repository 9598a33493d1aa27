/** One training run on the page: the view of its newest state, its buttons, and what the reader chose. */

import type { RunPayload } from '../../kernel/format/mime.ts';
import { runView } from '../views/runView.ts';
import type { OutputFrame } from './outputFrame.ts';

export class RunOutput {
  readonly frame: OutputFrame;
  /** Names the output in messages; absent for what was loaded from a file. */
  readonly key: string | undefined;
  #send: ((message: unknown) => void) | undefined;
  #run: RunPayload | undefined;
  #logY = false;
  #asked: 'pausing' | 'stopping' | undefined;

  /** @param send to the extension; absent where none listens */
  constructor(frame: OutputFrame, key: string | undefined, send: ((message: unknown) => void) | undefined) {
    this.frame = frame;
    this.key = key;
    this.#send = send;
    frame.root.addEventListener('click', ({ target }) => this.#click(target));
    // The document is behind the live states by up to two seconds, and this page may be new.
    send?.({ type: 'state', key });
  }

  /** Shows a state unless it is older than the one on the page. */
  show(run: RunPayload): void {
    if (this.#run && isOlder(run, this.#run)) return;
    if (run.state !== 'running' || this.#run?.state === 'paused') this.#asked = undefined;
    this.#run = run;
    this.#draw();
  }

  /** Nothing follows: nobody hears its buttons any more. */
  end(): void {
    this.#send = undefined;
    this.#asked = undefined;
    if (this.#run && isLive(this.#run)) this.#draw();
  }

  #draw(): void {
    const run = this.#run!;
    const lost = isLive(run) && !this.#send;
    const shown = lost ? ended(run) : run;
    this.frame.root.dataset.state = shown.state;
    this.frame.root.dataset.epochs = String(epochsOf(run));
    this.frame.show((width) => {
      const { progress } = run;
      const { html } = runView(shown, {
        width,
        interactive: true,
        logY: this.#logY,
        progress,
        asked: this.#asked,
        lost,
      });
      return { html };
    });
  }

  #click(target: EventTarget | null): void {
    const button = target instanceof Element ? target.closest<HTMLElement>('button') : null;
    if (button?.dataset.toggle === 'logY') {
      this.#logY = !this.#logY;
      this.#draw();
    }
    const action = button?.dataset.action;
    if (!action) return;
    this.#send?.({ type: 'control', key: this.key, action });
    if (action === 'pause') this.#asked = 'pausing';
    if (action === 'stop' || action === 'abort') this.#asked = 'stopping';
    this.#draw();
  }
}

/** Epochs of a run; 0 for a damaged payload, about which the view says a sentence. */
const epochsOf = (run: RunPayload): number => (Array.isArray(run.history) ? run.history.length : 0);

const isLive = ({ state }: RunPayload): boolean => state === 'running' || state === 'paused';
/** Any other state is damage, which a live one replaces. */
const endings: readonly RunPayload['state'][] = ['epochs', 'earlyStopping', 'aborted', 'failed'];

/** States come by two ways, of which the document is the slower one. */
function isOlder(run: RunPayload, shown: RunPayload): boolean {
  if (!isLive(run)) return false;
  return isLive(shown) ? epochsOf(run) < epochsOf(shown) : endings.includes(shown.state);
}

/** A run that was saved before its end and whose kernel is gone. */
const ended = (run: RunPayload): RunPayload => ({
  ...run,
  state: 'aborted',
  message: 'This is the last state that was saved; the kernel that trained it is gone.',
});
