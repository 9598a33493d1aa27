/** What libraries print past a cell's own `console`: it belongs to the run under way, not to the kernel's log. */

import { StringDecoder } from 'node:string_decoder';
import type { WriteStream } from 'node:tty';

type Print = (name: 'stdout' | 'stderr', text: string) => void;

/** Sends what JavaScript writes to `process.stdout` and `process.stderr` to `print`; native code is not reached. */
export function redirectPrinting(print: Print): void {
  redirect(process.stdout, 'stdout', print);
  redirect(process.stderr, 'stderr', print);
}

function redirect(stream: WriteStream, name: 'stdout' | 'stderr', print: Print): void {
  const decoder = new StringDecoder('utf8');
  const write = (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
    const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    if (text) print(name, text);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  stream.write = write as typeof stream.write;
}
