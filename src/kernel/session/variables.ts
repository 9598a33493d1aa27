/** The names of a notebook as data for a list of variables. Looking changes nothing: no getter of a user's object is called. */

import { inspect } from 'node:util';
import { isAnyArrayBuffer } from 'node:util/types';
import type { Variable } from '../format/protocol.ts';
import type { NotebookScope } from './scope.ts';

/** Elements of a container that are looked at; the rest is taken to be like them. */
const sampled = 1000;
/** Containers in containers that are looked into. */
const deepest = 3;
const previewLength = 100;

/**
 * Every published name, in order of first publication.
 * @param cellOf id of the cell that a run belongs to
 */
export function variablesOf(scope: NotebookScope, cellOf: (runId: number) => string): readonly Variable[] {
  return [...scope.owners].map(([name, runId]) => {
    const cellId = cellOf(runId);
    let value: unknown;
    try {
      value = scope.names[name];
    } catch {
      return { name, type: 'undefined', preview: '(not initialised)', cellId };
    }
    const shape = shapeOf(value);
    const bytes = bytesOf(value, deepest);
    return {
      ...{ name, type: typeOf(value), preview: previewOf(value) },
      ...(shape ? { shape } : {}),
      ...(bytes > 0 ? { bytes } : {}),
      cellId,
    };
  });
}

/** A property without calling a getter. */
function own(value: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (!isObject(value)) return typeof value;
  if (typeof value === 'function') return 'function';
  try {
    const made = own(Object.getPrototypeOf(value) ?? {}, 'constructor');
    const name = typeof made === 'function' ? own(made, 'name') : undefined;
    return typeof name === 'string' && name ? name : 'object';
  } catch {
    return 'object'; // a proxy that refuses
  }
}

function previewOf(value: unknown): string {
  try {
    const options = { depth: 1, maxArrayLength: 6, maxStringLength: previewLength, customInspect: false } as const;
    const text = inspect(value, { ...options, breakLength: Infinity, compact: true });
    return text.length > previewLength ? `${text.slice(0, previewLength - 1)}…` : text;
  } catch {
    return '(cannot be shown)';
  }
}

function shapeOf(value: unknown): readonly number[] | undefined {
  if (!isObject(value)) return undefined;
  if (Array.isArray(value)) return [value.length];
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? undefined : [(value as Uint8Array).length];
  const shape = own(value, 'shape');
  return Array.isArray(shape) && shape.every((n) => typeof n === 'number') ? shape : undefined;
}

/** Roughly what a value keeps in memory; 0 for what is small or unknown. */
function bytesOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return 2 * value.length;
  if (!isObject(value) || depth === 0) return 0;
  if (ArrayBuffer.isView(value) || isAnyArrayBuffer(value)) return value.byteLength;
  try {
    if (Array.isArray(value)) return 8 * value.length + sampleBytes(value, value.length, depth);
    if (value instanceof Map) return 32 * value.size + sampleBytes(value.values(), value.size, depth);
    if (value instanceof Set) return 16 * value.size + sampleBytes(value, value.size, depth);
    if (typeof value === 'function') return 0;
    const keys = Object.keys(value);
    const values = keys.slice(0, sampled).map((key) => own(value, key));
    return 8 * keys.length + sampleBytes(values, keys.length, depth);
  } catch {
    return 0;
  }
}

function sampleBytes(items: Iterable<unknown>, count: number, depth: number): number {
  let [seen, bytes] = [0, 0];
  for (const item of items) {
    if (seen++ === sampled) break;
    bytes += bytesOf(item, depth - 1);
  }
  return count > sampled ? Math.round((bytes / sampled) * count) : bytes;
}
