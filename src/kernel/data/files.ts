/** Files as the readers and writers need them: read in chunks, written whole or not at all, known by their hash. */

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { dataError } from './errors.ts';

const chunkBytes = 1 << 20;

/**
 * The bytes of a file in chunks; a chunk is valid only until the next one is asked for. A name that ends in `.gz` is
 * decompressed on the way.
 * @throws DataError if the file cannot be read
 */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (path.endsWith('.gz'))
      // The iteration itself reports what goes wrong, so the callback has nothing to do.
      yield* pipeline(createReadStream(path, { highWaterMark: chunkBytes }), createGunzip(), () => {});
    else yield* readPlain(path);
  } catch (error) {
    throw readable(path, error);
  }
}

async function* readPlain(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** A system error in the words of the readers; any other error as it is. */
function readable(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return dataError(path, 0, 0, 'expected a file, got nothing of this name; check the path');
  if (code === 'EISDIR') return dataError(path, 0, 0, 'expected a file, got a folder; name a file inside it');
  if (code === 'EACCES') return dataError(path, 0, 0, 'expected a readable file, got no permission to read it');
  if (code === 'Z_DATA_ERROR')
    return dataError(path, 0, 0, 'expected gzip data under a name ending in .gz, got other bytes; rename the file');
  if (code === 'Z_BUF_ERROR')
    return dataError(path, 0, 0, 'expected whole gzip data, got a file that ends inside it; copy or download it again');
  return error;
}

/** SHA-256 of a file's bytes (of a `.gz` file: of the bytes as they lie on disk), in hexadecimal. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of readPlain(path)) hash.update(chunk);
  } catch (error) {
    throw readable(path, error);
  }
  return hash.digest('hex');
}

/** SHA-256 of a text's UTF-8 bytes, or of pieces of text in order, in hexadecimal. */
export function textHash(pieces: string | Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of typeof pieces === 'string' ? [pieces] : pieces) hash.update(piece, 'utf8');
  return hash.digest('hex');
}

/**
 * Writes a file so that a reader sees either all of it or what was there before: into a temporary name in the same
 * folder, flushed to the disk, then renamed. On any failure the old file stays and the temporary one goes.
 * @param data the whole content, or its pieces in order (text is written as UTF-8)
 */
export async function writeFileAtomically(
  path: string,
  data: string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  const whole = typeof data === 'string' || data instanceof Uint8Array;
  const file = await open(temporary, 'wx');
  try {
    try {
      for await (const piece of whole ? [data] : data) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
