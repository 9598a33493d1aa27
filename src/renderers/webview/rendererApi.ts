/** What VS Code hands to a notebook renderer, as far as ours use it. */

export interface OutputItem {
  /** Stays the same when an output is updated. */
  readonly id: string;
  readonly mime: string;
  /** Of the output: our extension puts `liveKey` there while a run lasts. */
  readonly metadata: unknown;
  json(): unknown;
}

export interface RendererContext {
  /** Absent where no extension listens. */
  postMessage?(message: unknown): void;
  onDidReceiveMessage?(listener: (message: unknown) => void): { dispose(): void };
}

export interface Renderer {
  /** Called again with the same element for every update of an output. */
  renderOutputItem(item: OutputItem, element: HTMLElement): void;
  /** Without an id: all outputs are gone. */
  disposeOutputItem?(id?: string): void;
}
