/** The layout of one linear memory, decided at compile time: nothing is allocated in a step. */

export const pageBytes = 65536;

/** Hands out addresses from the start of the memory. */
export class Layout {
  // The kernels' own constants (tables of exp and log) lie in the first page; address 0 is also their "none".
  #end = pageBytes;

  /** Room for `bytes` bytes, on a cache line of its own with one line between it and its neighbours. */
  take(bytes: number): number {
    const address = this.#end;
    this.#end += Math.ceil(bytes / 64) * 64 + 64;
    if (!Number.isSafeInteger(this.#end)) throw new RangeError(`a buffer of ${bytes} bytes cannot be addressed`);
    return address;
  }

  get bytes(): number {
    return this.#end;
  }
}

/** WebAssembly with 32-bit addresses ends here. */
export const largestBytes = 4 * 2 ** 30 - pageBytes;

/** A memory of at least `bytes` bytes that worker threads can share and that may grow. */
export function createMemory(bytes: number, model: string): WebAssembly.Memory {
  if (bytes > largestBytes)
    throw new RangeError(
      `${model} needs ${(bytes / 2 ** 30).toFixed(1)} GB of memory in this engine, which can address 4 GB; ` +
        'use fewer factors, a smaller batch, hashed fields, or rare values merged by minCount',
    );
  const pages = Math.ceil(bytes / pageBytes) + 1;
  return new WebAssembly.Memory({ initial: pages, maximum: largestBytes / pageBytes, shared: true });
}

/** Widths are padded to 16 floats; padded columns hold zeros. */
export const padded = (columns: number): number => (columns + 15) & ~15;

/** A matrix with one row per row of the batch. */
export interface Rows {
  readonly address: number;
  /** Columns in use. */
  readonly columns: number;
  /** Padded width of a row, in bytes. */
  readonly bytes: number;
  /** Distance of two rows, in bytes. */
  readonly ld: number;
}

/** Rows of a power of two would share cache sets; wide rows get one more cache line. */
export const rowDistance = (columns: number): number => 4 * (padded(columns) + (padded(columns) >= 128 ? 16 : 0));

/** Room for `rows` rows of `columns` columns, and for the up to 3 rows that the product kernels write beyond. */
export function takeRows(layout: Layout, rows: number, columns: number): Rows {
  const ld = rowDistance(columns);
  return { address: layout.take((rows + 8) * ld), columns, bytes: 4 * padded(columns), ld };
}
