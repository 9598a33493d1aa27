import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameError, FrameReader, maxFrameBytes } from '../../../src/kernel/process/frames.ts';

/** `bytes` in chunks of the given sizes, the last one with the rest. */
function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

const values = fc.array(
  fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
    fc.string({ unit: 'grapheme', maxLength: 5000 }),
  ),
  { maxLength: 6 },
);

test('values survive the pipe, wherever it is cut', () => {
  fc.assert(
    fc.property(values, fc.array(fc.nat({ max: 40 }), { maxLength: 50 }), (sent, sizes) => {
      const reader = new FrameReader();
      const received: unknown[] = [];
      for (const chunk of cut(Buffer.concat(sent.map(encodeFrame)), sizes)) received.push(...reader.read(chunk));
      expect(received).toEqual(sent);
    }),
  );
});

test('a large array arrives from small chunks', () => {
  const array = new Float32Array(1e6).map((_, i) => i);
  const reader = new FrameReader();
  const received: unknown[] = [];
  for (const chunk of cut(encodeFrame({ array }), new Array<number>(800).fill(5000)))
    received.push(...reader.read(chunk));
  const [value] = received as [{ array: Float32Array }];
  expect(received.length).toBe(1);
  expect(
    Buffer.compare(new Uint8Array(value.array.buffer, value.array.byteOffset, 4e6), new Uint8Array(array.buffer)),
  ).toBe(0);
});

test('what is no frame is refused', () => {
  expect(() => [...new FrameReader().read(Buffer.from('HTTP/1.1'))]).toThrow(
    new FrameError(`expected a frame of 1 to ${maxFrameBytes} bytes, found the length 1347703880`),
  );
  expect(() => [...new FrameReader().read(Buffer.alloc(4))]).toThrow('found the length 0');
  const broken = encodeFrame('text');
  broken.fill(0xee, 4);
  expect(() => [...new FrameReader().read(broken)]).toThrow(/a frame of \d+ bytes is not a serialized value/);
  expect(() => encodeFrame(() => {})).toThrow('could not be cloned');
});
