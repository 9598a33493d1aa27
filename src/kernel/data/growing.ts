/**
 * Numbers of a length not known in advance. They grow in blocks that never move, and are joined once at the end,
 * block by block, so that memory holds at most one array and its copy.
 */

type NumberArray = Int32Array | Float32Array | Float64Array;
const blockLength = 1 << 18;

export class Growing<A extends NumberArray> {
  readonly #type: new (
    length: number,
  ) => A;
  #blocks: A[] = [];
  #last: A;
  #used = 0;
  length = 0;

  constructor(type: new (length: number) => A) {
    this.#type = type;
    this.#last = new type(0);
  }

  push(value: number): void {
    if (this.#used === this.#last.length) this.#addBlock();
    this.#last[this.#used++] = value;
    this.length++;
  }

  append(part: A): void {
    for (let from = 0; from < part.length; ) {
      if (this.#used === this.#last.length) this.#addBlock();
      const size = Math.min(part.length - from, this.#last.length - this.#used);
      this.#last.set(part.subarray(from, from + size), this.#used);
      this.#used += size;
      from += size;
    }
    this.length += part.length;
  }

  /** Appends `value` `count` times. */
  fill(value: number, count: number): void {
    for (let left = count; left > 0; ) {
      if (this.#used === this.#last.length) this.#addBlock();
      const size = Math.min(left, this.#last.length - this.#used);
      this.#last.fill(value, this.#used, this.#used + size);
      this.#used += size;
      left -= size;
    }
    this.length += count;
  }

  /** All numbers in one array, with `before` zeros in front. Empties this. */
  join(before = 0): A {
    const joined = new this.#type(before + this.length);
    const blocks = this.#blocks.splice(0).reverse();
    this.#last = new this.#type(0);
    for (let at = before; blocks.length > 0; ) {
      const block = blocks.pop()!; // let each block go as soon as it is copied
      const size = Math.min(block.length, joined.length - at);
      joined.set(block.subarray(0, size), at);
      at += size;
    }
    this.#used = 0;
    this.length = 0;
    return joined;
  }

  #addBlock(): void {
    this.#last = new this.#type(blockLength);
    this.#blocks.push(this.#last);
    this.#used = 0;
  }
}
