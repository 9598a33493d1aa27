/** A writer that is called at most once in a while, with the newest value, and never loses the last one. */

export class Paced<T> {
  readonly #ms: number;
  readonly #write: (value: T) => void;
  #waiting: { readonly value: T } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param ms least time between two writes; the first is written at once */
  constructor(ms: number, write: (value: T) => void) {
    this.#ms = ms;
    this.#write = write;
  }

  put(value: T): void {
    this.#waiting = { value };
    if (!this.#timer) this.#next();
  }

  /** Writes the value that waits, if one does, and starts anew. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.#write(waiting.value);
  }

  #next(): void {
    this.flush();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting) this.#next();
    }, this.#ms);
  }
}
