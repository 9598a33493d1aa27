/** Messages from renderers to the code behind their output: a channel is a name that both sides chose. */

import type { Json } from '../format/mime.ts';

type Listener = (message: Json) => void;

const listeners = new Map<string, Set<Listener>>();

/** Hears what a renderer sends to `channel` (a press on Pause, say) until the returned function is called. */
export function listen(channel: string, listener: Listener): () => void {
  const ofChannel = listeners.get(channel) ?? new Set();
  listeners.set(channel, ofChannel.add(listener));
  return () => {
    if (ofChannel.delete(listener) && ofChannel.size === 0) listeners.delete(channel);
  };
}

/** Hands a renderer's message to those who listen; false when nobody does. */
export function deliver(channel: string, message: Json): boolean {
  const ofChannel = listeners.get(channel);
  for (const listener of ofChannel ?? []) listener(message);
  return ofChannel !== undefined;
}
