/**
 * The safetensors format, which Python reads too: a little-endian 64-bit header length, a JSON header padded with
 * spaces to a multiple of 8, then the tensors' bytes one after another. `__metadata__` in the header is text to text.
 */

type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface Tensor {
  /** Row by row; `[]` for a single number. */
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that is not safetensors, or not whole. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError';
}

const dtypes = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array } as const;
type Dtype = keyof typeof dtypes;
/** The reference implementation refuses longer headers. */
const longestHeader = 100_000_000;

const dtypeOf = (data: TensorData): Dtype =>
  (Object.keys(dtypes) as Dtype[]).find((name) => data instanceof dtypes[name])!;
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * The pieces of a file, to be written one after another: length and header, then each tensor's own bytes (not copied).
 * @throws SafetensorsError when a shape does not fit its data
 */
export function safetensorsParts(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  // A list of entries, not an object: an object would move names that look like numbers to the front.
  const entries: string[] = [`"__metadata__":${JSON.stringify(metadata)}`];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    if (product(shape) !== data.length)
      throw new SafetensorsError(`tensor "${name}": shape [${shape.join(', ')}] does not fit ${data.length} values`);
    const entry = { dtype: dtypeOf(data), shape, data_offsets: [offset, (offset += data.byteLength)] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const head = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(json, 8);
  return [head, ...parts];
}

/**
 * Reads a whole file. Tensors are views of `bytes` where their alignment allows it, copies elsewhere.
 * @param source the file's name, for messages
 * @throws SafetensorsError naming what was expected and found: a length, the header, a tensor
 */
export function readSafetensors(bytes: Uint8Array, source: string): TensorFile {
  const fail = (message: string): never => {
    throw new SafetensorsError(`${source}: ${message}`);
  };
  if (bytes.length < 8) fail(`not a safetensors file: ${bytes.length} bytes, expected at least 8`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > longestHeader) fail(`not a safetensors file: it claims a header of ${length} bytes`);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length)
    fail(`the file is cut short: the header ends at byte ${dataStart}, the file at ${bytes.length}`);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(8, dataStart), fail);
  if (!isRecord(metadata) || !Object.values(metadata).every((v) => typeof v === 'string'))
    fail('the header\'s "__metadata__" must map text to text');

  const end = bytes.length - dataStart;
  const ranges: (readonly [number, number, string])[] = [];
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, from, to } = readEntry(name, entry, fail);
    if (to > end)
      fail(`the file is cut short: tensor "${name}" ends at byte ${dataStart + to}, the file at ${bytes.length}`);
    ranges.push([from, to, name]);
    tensors.set(name, { shape, data: view(dtype, bytes.subarray(dataStart + from, dataStart + to)) });
  }
  let reached = 0;
  for (const [from, to, name] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (from !== reached)
      fail(`tensor "${name}" starts at ${from}, expected ${reached}: tensors must follow each other`);
    reached = to;
  }
  if (reached !== end) fail(`${end - reached} bytes after the last tensor belong to none`);
  return { tensors, metadata: metadata as Record<string, string> };
}

type Fail = (message: string) => never;
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isSize = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;

function parseHeader(header: Uint8Array, fail: Fail): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch (error) {
    return fail(`not a safetensors file, or damaged: its header is not JSON (${(error as Error).message})`);
  }
  return isRecord(parsed) ? parsed : fail('not a safetensors file: its header is not a JSON object');
}

function readEntry(name: string, entry: unknown, fail: Fail) {
  if (!isRecord(entry)) return fail(`tensor "${name}": expected an object in the header`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypes, dtype))
    return fail(`tensor "${name}": dtype ${JSON.stringify(dtype)} is not one of ${Object.keys(dtypes).join(', ')}`);
  if (!Array.isArray(shape) || !shape.every(isSize))
    return fail(`tensor "${name}": shape must be a list of sizes, got ${JSON.stringify(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize) || offsets[0] > offsets[1])
    return fail(`tensor "${name}": data_offsets must be [from, to], got ${JSON.stringify(offsets)}`);
  const [from, to] = offsets as [number, number];
  const needed = product(shape as number[]) * dtypes[dtype as Dtype].BYTES_PER_ELEMENT;
  if (to - from !== needed)
    return fail(
      `tensor "${name}": ${dtype} [${shape.join(', ')}] needs ${needed} bytes, data_offsets give ${to - from}`,
    );
  return { dtype: dtype as Dtype, shape: shape as number[], from, to };
}

function view(dtype: Dtype, bytes: Uint8Array): TensorData {
  const array = dtypes[dtype];
  const aligned = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / array.BYTES_PER_ELEMENT);
}
