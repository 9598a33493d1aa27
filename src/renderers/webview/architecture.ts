/** Runs in the page of outputs, as VS Code's renderer of model graphs. */

import type { Graph } from '../../kernel/graph/graph.ts';
import { diagram } from '../views/diagram.ts';
import { OutputFrames } from './outputFrame.ts';
import type { Renderer } from './rendererApi.ts';

export function activate(): Renderer {
  const frames = new OutputFrames();
  return {
    renderOutputItem(item, element) {
      const graph = item.json() as Graph;
      const frame = frames.of(item.id, element, 'architecture');
      frame.show((width) => ({ html: diagram(graph, { width: Math.min(width, 720), interactive: true }).svg }));
    },
    disposeOutputItem: (id) => frames.dispose(id),
  };
}
