/**
 * A safetensors file that notices damage: its metadata holds the SHA-256 of the whole file, taken with zeros in the
 * place of the digits. Other readers of the format see one more metadata entry.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../data/files.ts';
import { readSafetensors, safetensorsParts, type Tensor, type TensorFile } from './safetensors.ts';

/** A model file or checkpoint that is damaged, of another version, or of another model. */
export class ModelFileError extends Error {
  override name = 'ModelFileError';
}

const blank = '0'.repeat(64);
const marked = (digits: string): string => `"sha256":"${digits}"`;

/** Writes the tensors and metadata; the file appears whole or not at all. */
export async function writeCheckedFile(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const parts = safetensorsParts(tensors, { sha256: blank, ...metadata });
  const digits = digest(parts);
  const head = Buffer.from(parts[0].buffer);
  head.write(marked(digits), head.indexOf(marked(blank)), 'latin1');
  await writeFileAtomically(path, parts);
}

/**
 * Reads what `writeCheckedFile` wrote.
 * @throws ModelFileError when a byte differs; SafetensorsError when the file is cut short or is something else
 */
export async function readCheckedFile(path: string): Promise<TensorFile> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new ModelFileError(
      `${path}: expected a model file or checkpoint, cannot read it (${error.code}); check the path`,
    );
  });
  const file = readSafetensors(bytes, path);
  const expected = file.metadata.sha256;
  const at = expected?.length === blank.length ? bytes.indexOf(marked(expected)) : -1;
  if (at < 0) throw new ModelFileError(`${path}: not a file of this program: it has no checksum`);
  bytes.write(marked(blank), at, 'latin1');
  const found = digest([bytes]);
  if (found !== expected)
    throw new ModelFileError(
      `${path}: the file is damaged: its checksum is ${found.slice(0, 12)}…, expected ${expected.slice(0, 12)}…; ` +
        'take another copy or train again',
    );
  return file;
}

function digest(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
