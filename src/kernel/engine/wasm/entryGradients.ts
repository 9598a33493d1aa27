/** Gradients of the batch's entries, one vector an entry: for embeddings that are not below one Bi-Interaction alone. */

import type { Emitter } from './emitter.ts';
import type { RowTask } from './program.ts';

export class EntryGradients {
  readonly #e: Emitter;
  readonly #addresses = new Map<string, number>();
  readonly #zeroed = new Set<string>();

  constructor(e: Emitter) {
    this.#e = e;
  }

  /** Takes the room for an embedding's. */
  take(embedding: string): void {
    const bytes = this.#e.parameter(embedding, 'V').rowBytes;
    this.#addresses.set(embedding, this.#e.layout.take(bytes * (this.#e.spec.options.capacity.entries + 1)));
  }

  /** Where an embedding's are; undefined if it has none. */
  of(embedding: string): number | undefined {
    return this.#addresses.get(embedding);
  }

  /** Whether any embedding has them. */
  get any(): boolean {
    return this.#addresses.size > 0;
  }

  /** A row task that adds to them; before the first one of an embedding they are set to 0, chunk by chunk. */
  add(embedding: string, task: RowTask): void {
    const e = this.#e;
    if (!this.#zeroed.has(embedding)) {
      this.#zeroed.add(embedding);
      const address = this.#addresses.get(embedding)! / 4;
      const width = e.parameter(embedding, 'V').rowBytes / 4;
      const rowStart = e.batch.rowStart / 4;
      e.row((first, rows) =>
        e.floats.fill(
          0,
          address + e.integers[rowStart + first] * width,
          address + e.integers[rowStart + first + rows] * width,
        ),
      );
    }
    e.row(task);
  }
}
