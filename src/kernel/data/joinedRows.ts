/** Rows that come a window of a file at a time, joined to those of the whole file. */

import { Growing } from './growing.ts';

const mostEntries = 0x7fffffff;

/** The rows of one window. */
export interface RowWindow {
  readonly ids: Int32Array;
  /** null while every value is 1. */
  readonly values: Float32Array | null;
  /** Where each row's entries end, counted from the file's first entry. */
  readonly rowEnds: Int32Array;
  readonly targets: Float32Array;
  /** null if rows have no group. */
  readonly groups: Int32Array | null;
}

export class JoinedRows {
  readonly #ids = new Growing<Int32Array>(Int32Array);
  readonly #values = new Growing<Float32Array>(Float32Array); // stays empty while every value is 1
  readonly #rowEnds = new Growing<Int32Array>(Int32Array);
  readonly #targets = new Growing<Float32Array>(Float32Array);
  readonly #groups = new Growing<Int32Array>(Int32Array);

  get entries(): number {
    return this.#ids.length;
  }

  /** Puts a window's rows behind those so far. @returns false, with nothing done, if there are too many entries */
  append({ ids, values, rowEnds, targets, groups }: RowWindow): boolean {
    if (this.entries + ids.length > mostEntries) return false;
    const missing = this.entries - this.#values.length;
    if (values) {
      this.#values.fill(1, missing);
      this.#values.append(values);
    } else if (this.#values.length > 0) this.#values.fill(1, missing + ids.length);
    this.#ids.append(ids);
    this.#rowEnds.append(rowEnds);
    this.#targets.append(targets);
    if (groups) this.#groups.append(groups);
    return true;
  }

  /** The rows as arrays of their own. Empties this. */
  join() {
    const grouped = this.#groups.length > 0;
    return {
      rows: this.#rowEnds.length,
      rowStart: this.#rowEnds.join(1),
      ids: this.#ids.join(),
      values: this.#values.length > 0 ? this.#values.join() : null,
      target: this.#targets.join(),
      group: grouped ? this.#groups.join() : null,
    };
  }
}
