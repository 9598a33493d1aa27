import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSafetensors, safetensorsParts, type Tensor } from '../../../src/kernel/run/safetensors.ts';

const joined = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const written = (tensors: Record<string, Tensor>, metadata?: Record<string, string>) =>
  joined(safetensorsParts(new Map(Object.entries(tensors)), metadata));

/** A file with this header and `data` bytes. */
function fileOf(header: unknown, data = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const shape = fc.array(fc.nat(4), { maxLength: 3 });
const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(shape, fc.constantFrom(Float32Array, Float64Array, Int32Array, Uint8Array), fc.infiniteStream(fc.nat(255)))
  .map(([sizes, array, stream]) => {
    const data = new array(sizes.reduce((a, b) => a * b, 1));
    const bytes = new Uint8Array(data.buffer); // any bits, signalling NaNs too
    for (let i = 0; i < bytes.length; i++) bytes[i] = stream.next().value!;
    return { shape: sizes, data };
  });
const bits = ({ data }: Tensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');

test('any tensors and metadata come back bit by bit, whatever the alignment of the bytes', () => {
  const files = fc.tuple(
    fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), tensor), { maxLength: 5, selector: ([name]) => name }),
    fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
    fc.nat(7),
  );
  fc.assert(
    fc.property(files, ([list, metadata, shift]) => {
      const tensors = new Map(list.filter(([name]) => name !== '__metadata__' && name !== '__proto__'));
      const bytes = joined(safetensorsParts(tensors, metadata));
      const moved = new Uint8Array(bytes.length + shift).subarray(shift);
      moved.set(bytes);
      const file = readSafetensors(moved, 'f');
      expect(file.metadata).toEqual(metadata);
      expect([...file.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
      for (const [name, t] of file.tensors) {
        expect(t.shape).toEqual(tensors.get(name)!.shape);
        expect(t.data.constructor).toBe(tensors.get(name)!.data.constructor);
        expect(bits(t)).toBe(bits(tensors.get(name)!));
      }
    }),
  );
});

test('the bytes are those of the format', () => {
  const bytes = written({ w0: { shape: [], data: Float32Array.of(1) } }, { format: 'x' });
  const header = '{"__metadata__":{"format":"x"},"w0":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}';
  expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(Math.ceil(header.length / 8) * 8));
  expect(new TextDecoder().decode(bytes.subarray(8, bytes.length - 4)).trimEnd()).toBe(header);
  expect([...bytes.subarray(-4)]).toEqual([0, 0, 0x80, 0x3f]);
});

test('what is no whole file is an error with its name', () => {
  const good = written({ V: { shape: [2], data: Float32Array.of(1, 2) } });
  const cases: [Uint8Array, string][] = [
    [good.subarray(0, 5), 'not a safetensors file: 5 bytes'],
    [good.subarray(0, 20), 'the file is cut short: the header ends at byte'],
    [good.subarray(0, good.length - 1), 'the file is cut short: tensor "V" ends at byte'],
    [new Uint8Array([...good, 0]), '1 bytes after the last tensor belong to none'],
    [new Uint8Array(32).fill(0x41), 'not a safetensors file: it claims a header'],
    [fileOf('{"V":'), 'its header is not JSON'],
    [fileOf([]), 'its header is not a JSON object'],
    [fileOf({ __metadata__: { n: 1 } }), 'must map text to text'],
    [fileOf({ V: 3 }), 'tensor "V": expected an object'],
    [fileOf({ V: { dtype: 'BF16', shape: [1], data_offsets: [0, 2] } }, 2), 'dtype "BF16" is not one of F32'],
    [fileOf({ V: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, 4), 'shape must be a list of sizes'],
    [fileOf({ V: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, 4), 'data_offsets must be [from, to]'],
    [
      fileOf({ V: { dtype: 'F32', shape: [3], data_offsets: [0, 4] } }, 4),
      'F32 [3] needs 12 bytes, data_offsets give 4',
    ],
    [fileOf({ V: { dtype: 'U8', shape: [1], data_offsets: [1, 2] } }, 2), 'starts at 1, expected 0'],
  ];
  for (const [bytes, message] of cases) expect(() => readSafetensors(bytes, 'm.safetensors')).toThrow(message);
  for (const [bytes] of cases) expect(() => readSafetensors(bytes, 'm.safetensors')).toThrow(/^m\.safetensors: /);
  const unfit = new Map([['V', { shape: [3], data: new Float32Array(2) }]]);
  expect(() => safetensorsParts(unfit)).toThrow('shape [3] does not fit 2 values');
});
