/**
 * An event file of TensorBoard, which grows while the run goes on. It is a TFRecord file: each record is the length of
 * its data (uint64), a masked CRC-32C of these 8 bytes, the data, and a masked CRC-32C of the data, little-endian. So a
 * reader knows a record that is not whole yet, and a run that is cut off leaves a good file.
 */

import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import crc32c from 'crc-32/crc32c.js';
import { OptionError } from '../base/options.ts';
import { encodeEvent, type SummaryValue } from './eventProto.ts';

/** Turned by 15 bits and moved, so that the checksum of bytes that hold checksums still is a good one. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** One record of a TFRecord file. */
export function record(data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(8 + 4 + data.length + 4);
  bytes.writeBigUInt64LE(BigInt(data.length), 0);
  bytes.writeUInt32LE(maskedCrc(bytes.subarray(0, 8)), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(maskedCrc(data), 12 + data.length);
  return bytes;
}

/** Files that this process has made: two in one second must differ in their names. */
let made = 0;

export class EventFile {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Makes a new file in `folder`, and the folder where it is missing.
   * @throws OptionError when that cannot be done
   */
  static async create(folder: string): Promise<EventFile> {
    const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, '0');
    const path = join(folder, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${made++}`);
    try {
      await mkdir(folder, { recursive: true });
      const file = new EventFile(await open(path, 'ax'));
      await file.#append({ wallTime: Date.now() / 1000, fileVersion: 'brain.Event:2' });
      return file;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new OptionError(
        `tensorboard: cannot write event files into ${folder} (${code ?? message}); choose a folder that can be written`,
      );
    }
  }

  /** Adds values of one step; they are in the file when the promise is fulfilled. */
  add(step: number, value: readonly SummaryValue[]): Promise<void> {
    return this.#append({ wallTime: Date.now() / 1000, step, summary: { value } });
  }

  async #append(event: Parameters<typeof encodeEvent>[0]): Promise<void> {
    await this.#file.appendFile(record(encodeEvent(event)));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
