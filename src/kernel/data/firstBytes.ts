/** The first bytes of a text file: a byte order mark to skip, or the signs of a file that is no UTF-8 text at all. */

import { dataError } from './errors.ts';

/**
 * How many bytes to skip before the text: 3 for a UTF-8 byte order mark, else 0.
 * @param format what the file should be, for messages: `libFM text`, `CSV text`
 * @throws DataError for gzip, UTF-16 and Parquet
 */
export function textStart(bytes: Uint8Array, file: string, format: string): 0 | 3 {
  const [a, b, c] = bytes;
  const refuse = (what: string) => dataError(file, 1, 1, `expected ${format}, got ${what}`);
  if (a === 0x1f && b === 0x8b)
    throw refuse('gzip bytes (0x1F 0x8B); decompress the file, or give it a name ending in .gz');
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
    throw refuse(`a UTF-16 mark (0x${hex(a)} 0x${hex(b)}); save the file as UTF-8`);
  if (a === 0x50 && b === 0x41 && c === 0x52 && bytes[3] === 0x31)
    throw refuse('Parquet bytes ("PAR1"), which are not read yet; export the table as CSV');
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');
