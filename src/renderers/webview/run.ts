/**
 * Runs in the page of outputs, as VS Code's renderer of training runs, comparisons and interactions. A run that is going
 * on is redrawn from messages of the extension; what is saved draws the same without one.
 */

import type { ComparisonPayload, InteractionsPayload, RunPayload } from '../../kernel/format/mime.ts';
import { mime } from '../../kernel/format/mime.ts';
import { comparisonView } from '../views/comparison.ts';
import { interactionsDraw } from './interactionsOutput.ts';
import { OutputFrames } from './outputFrame.ts';
import type { Renderer, RendererContext } from './rendererApi.ts';
import { RunOutput } from './runOutput.ts';

export function activate(context: RendererContext): Renderer {
  const frames = new OutputFrames();
  const runs = new Map<string, RunOutput>();
  context.onDidReceiveMessage?.((message) => {
    const { type, key, payload } = message as {
      readonly type?: unknown;
      readonly key?: unknown;
      readonly payload?: unknown;
    };
    if (type !== 'state') return;
    for (const run of runs.values()) if (run.key === key) run.show(payload as RunPayload);
  });
  return {
    renderOutputItem(item, element) {
      const payload = item.json();
      if (item.mime === mime.comparison) {
        const frame = frames.of(item.id, element, 'comparison');
        frame.show(() => ({ html: comparisonView(payload as ComparisonPayload).html }));
        return;
      }
      if (item.mime === mime.interactions) {
        frames.of(item.id, element, 'interactions').show(interactionsDraw(payload as InteractionsPayload));
        return;
      }
      const frame = frames.of(item.id, element, 'run');
      const key = (item.metadata as { readonly liveKey?: unknown } | undefined)?.liveKey;
      let run = runs.get(item.id);
      if (!run || run.frame !== frame) {
        const send = typeof key === 'string' ? context.postMessage?.bind(context) : undefined;
        runs.set(item.id, (run = new RunOutput(frame, typeof key === 'string' ? key : undefined, send)));
      }
      run.show(payload as RunPayload);
    },
    disposeOutputItem(id) {
      frames.dispose(id);
      if (id === undefined) runs.clear();
      else runs.delete(id);
    },
  };
}
