/**
 * Messages between running cells and the renderer that shows them: states of a training out, at most 5 a second and
 * output, and the reader's wishes (pause, stop) in. A renderer that was built anew asks for the state it missed.
 */

import * as vscode from 'vscode';
import type { Json } from '../kernel/format/mime.ts';
import { Paced } from './paced.ts';

export const runRendererId = 'nfm-run';
const paceMs = 200;

export class LiveLane implements vscode.Disposable {
  readonly #messaging = vscode.notebooks.createRendererMessaging(runRendererId);
  readonly #outputs = new Map<string, { readonly pace: Paced<Json>; newest: Json }>();
  readonly #subscription: vscode.Disposable;

  /** @param control called with what a reader asked of a running output (`liveKey` of its metadata) */
  constructor(control: (key: string, action: string) => void) {
    this.#subscription = this.#messaging.onDidReceiveMessage(({ message, editor }) => {
      const { type, key, action } = (message ?? {}) as Record<string, unknown>;
      if (typeof key !== 'string') return;
      if (type === 'control' && typeof action === 'string') control(key, action);
      const known = this.#outputs.get(key);
      if (type !== 'state') return;
      const answer = known ? { type: 'state', key, payload: known.newest } : { type: 'ended', key };
      void this.#messaging.postMessage(answer, editor);
    });
  }

  send(key: string, payload: Json): void {
    let output = this.#outputs.get(key);
    if (!output) {
      const pace = new Paced<Json>(paceMs, (newest) => {
        void this.#messaging.postMessage({ type: 'state', key, payload: newest });
      });
      this.#outputs.set(key, (output = { pace, newest: payload }));
    }
    output.newest = payload;
    output.pace.put(payload);
  }

  /**
   * Forgets the outputs of a run that has ended: their last state is in the document. Where that is one of a training
   * under way, the kernel was lost under it, and the renderer is told that nothing will follow.
   */
  end(prefix: string): void {
    for (const [key, { pace }] of this.#outputs)
      if (key.startsWith(`${prefix}.`)) {
        pace.flush();
        this.#outputs.delete(key);
        void this.#messaging.postMessage({ type: 'ended', key });
      }
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
