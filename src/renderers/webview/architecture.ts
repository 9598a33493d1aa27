/** Runs in the page of outputs, as VS Code's renderer of model graphs and of what leads from one to another. */

import { type DifferencePayload, mime } from '../../kernel/format/mime.ts';
import type { Graph } from '../../kernel/graph/graph.ts';
import { diagram } from '../views/diagram.ts';
import { diagramDiff } from '../views/diagramDiff.ts';
import { guarded } from './failureBox.ts';
import { OutputFrames } from './outputFrame.ts';
import type { Renderer } from './rendererApi.ts';

const mostWidth = 720;

export function activate(): Renderer {
  const frames = new OutputFrames();
  return guarded({
    renderOutputItem(item, element) {
      const payload = item.json();
      const frame = frames.of(item.id, element, item.mime === mime.difference ? 'difference' : 'architecture');
      frame.show((width) => {
        const options = { width: Math.min(width, mostWidth), interactive: true };
        if (item.mime !== mime.difference) return { html: diagram(payload as Graph, options).svg };
        const { before, after } = payload as DifferencePayload;
        return { html: diagramDiff(before, after, options).svg };
      });
    },
    disposeOutputItem: (id) => frames.dispose(id),
  });
}
