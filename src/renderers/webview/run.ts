/**
 * Runs in the page of outputs, as VS Code's renderer of training runs, comparisons and interactions. A run that is going
 * on is redrawn from messages of the extension; what is saved draws the same without one.
 */

import type { ComparisonPayload, InteractionsPayload, RunPayload } from '../../kernel/format/mime.ts';
import { mime } from '../../kernel/format/mime.ts';
import { comparisonView } from '../views/comparison.ts';
import { guarded } from './failureBox.ts';
import { InteractionsOutput } from './interactionsOutput.ts';
import { OutputFrames } from './outputFrame.ts';
import type { Renderer, RendererContext } from './rendererApi.ts';
import { RunOutput } from './runOutput.ts';

export function activate(context: RendererContext): Renderer {
  const frames = new OutputFrames();
  const runs = new Map<string, RunOutput>();
  const interactions = new Map<string, InteractionsOutput>();
  context.onDidReceiveMessage?.((message) => {
    const { type, key, payload } = message as {
      readonly type?: unknown;
      readonly key?: unknown;
      readonly payload?: unknown;
    };
    for (const run of runs.values()) {
      if (run.key !== key) continue;
      if (type === 'state') run.show(payload as RunPayload);
      if (type === 'ended') run.end();
    }
  });
  return guarded({
    renderOutputItem(item, element) {
      const payload = item.json();
      if (item.mime === mime.comparison) {
        const frame = frames.of(item.id, element, 'comparison');
        frame.show(() => ({ html: comparisonView(payload as ComparisonPayload).html }));
        return;
      }
      if (item.mime === mime.interactions) {
        const frame = frames.of(item.id, element, 'interactions');
        let output = interactions.get(item.id);
        if (output?.frame !== frame) interactions.set(item.id, (output = new InteractionsOutput(frame)));
        output.show(payload as InteractionsPayload);
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
      for (const outputs of [runs, interactions]) {
        if (id === undefined) outputs.clear();
        else outputs.delete(id);
      }
    },
  });
}
