/**
 * Frames on the pipe between host and kernel: 4 bytes of little-endian length, then a value serialized by V8, so that
 * typed arrays, Maps and BigInts cross as they are. Both sides use this file.
 */

import { deserialize, serialize } from 'node:v8';

const headerBytes = 4;

/** Larger than any message that the output caps let through; a length above it is not a length. */
export const maxFrameBytes = 2 ** 28;

/** The pipe carries something that is not a frame; nothing after it can be read. */
export class FrameError extends Error {
  override name = 'FrameError';
}

/**
 * One value as a frame.
 * @throws FrameError for a value whose frame would be over 256 MB; DataCloneError for functions and the like
 */
export function encodeFrame(value: unknown): Buffer {
  const body = serialize(value);
  if (body.length > maxFrameBytes)
    throw new FrameError(`a message of ${body.length} bytes does not fit a frame; the most is ${maxFrameBytes}`);
  const frame = Buffer.allocUnsafe(headerBytes + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, headerBytes);
  return frame;
}

/** Values from chunks of any size. Every byte is copied once, however the frames are cut. */
export class FrameReader {
  readonly #header = Buffer.alloc(headerBytes);
  #body: Buffer | undefined;
  /** Bytes of the header, or of the body once it is known. */
  #filled = 0;

  /**
   * The values that are complete with this chunk.
   * @throws FrameError when the bytes are not frames
   */
  *read(chunk: Uint8Array): Generator<unknown, void, void> {
    for (let at = 0; at < chunk.length; ) {
      const target = this.#body ?? this.#header;
      const end = Math.min(chunk.length, at + target.length - this.#filled);
      target.set(chunk.subarray(at, end), this.#filled);
      this.#filled += end - at;
      at = end;
      if (this.#filled < target.length) return;
      this.#filled = 0;
      if (this.#body) {
        const body = this.#body;
        this.#body = undefined;
        yield decode(body);
      } else this.#body = Buffer.allocUnsafeSlow(bodyLength(this.#header));
    }
  }
}

function bodyLength(header: Buffer): number {
  const length = header.readUInt32LE();
  if (length > 0 && length <= maxFrameBytes) return length;
  throw new FrameError(`expected a frame of 1 to ${maxFrameBytes} bytes, found the length ${length}`);
}

function decode(body: Buffer): unknown {
  try {
    return deserialize(body);
  } catch (cause) {
    throw new FrameError(`a frame of ${body.length} bytes is not a serialized value`, { cause });
  }
}
