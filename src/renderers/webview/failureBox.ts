import type { Renderer } from './rendererApi.ts';

/** What stands in the place of an output that cannot be drawn: never nothing. */
export function failureBox(error: unknown): HTMLElement {
  const box = document.createElement('pre');
  box.setAttribute('role', 'alert');
  box.style.whiteSpace = 'pre-wrap';
  box.textContent = `This output cannot be drawn: ${error instanceof Error ? error.message : String(error)}`;
  return box;
}

/** The renderer, with a sentence in the place of an output that it fails on. */
export function guarded(renderer: Renderer): Renderer {
  return {
    ...renderer,
    renderOutputItem(item, element) {
      try {
        renderer.renderOutputItem(item, element);
      } catch (error) {
        element.replaceChildren(failureBox(error));
      }
    },
  };
}
