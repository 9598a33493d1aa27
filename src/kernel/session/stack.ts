/**
 * Stack traces in the user's terms: frames of cells and of local TypeScript files at their lines and columns, frames of
 * packages as they are, and none of the kernel, of Node or of the wrapper around a cell.
 */

import { findSourceMap } from 'node:module';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import type { StackFrame } from '../format/protocol.ts';

/** A compiled cell, as stack traces need it. */
export interface CellOrigin {
  readonly runId: number;
  /** How frames name the cell: `Cell 3`. */
  readonly label: string;
  readonly map: string;
  readonly shift: number;
}

const cells = new Map<string, CellOrigin & { decoded?: TraceMap }>();
const framesOfError = new WeakMap<object, readonly StackFrame[]>();

/** Returns the file name to compile the cell's script under; stack frames with that name are mapped by `origin`. */
export function registerCell(origin: CellOrigin): string {
  const file = `nfm-cell:${cells.size + 1}`;
  cells.set(file, origin);
  return file;
}

/** The frames of an error; empty when it was not thrown in or below a cell. */
export function framesOf(error: object): readonly StackFrame[] {
  void (error as { stack?: unknown }).stack; // V8 prepares a stack when it is first read
  return framesOfError.get(error) ?? [];
}

/** Remembers where a cell called something whose errors come from elsewhere, such as an import; `attach` adds it. */
export function importSite(): { attach(error: unknown): void } {
  const site = {};
  Error.captureStackTrace(site, importSite);
  return {
    attach(error) {
      if (typeof error !== 'object' || error === null) return;
      const own = framesOf(error);
      if (!own.some((frame) => frame.runId !== undefined)) framesOfError.set(error, [...own, ...framesOf(site)]);
    },
  };
}

export function formatFrame(frame: StackFrame): string {
  const at = `${frame.place}:${frame.line}:${frame.column}`;
  return `    at ${frame.function ? `${frame.function} (${at})` : at}`;
}

let installed = false;

/** Makes this process prepare stacks of errors that pass through cells in this way; others stay as they were. */
export function installStackTraces(): void {
  if (installed) return;
  installed = true;
  // Ten frames, the default, may all be inside a package that a cell calls.
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, 50);
  const previous = Error.prepareStackTrace;
  Error.prepareStackTrace = (error, sites) => {
    const frames = visibleFrames(sites);
    if (!frames.length) return previous ? previous(error, sites) : [headOf(error), ...sites].join('\n    at ');
    framesOfError.set(error, frames);
    return [headOf(error), ...frames.map(formatFrame)].join('\n');
  };
}

function headOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}

/** Frames down to the outermost one of a cell or local file; what called that is the kernel. */
function visibleFrames(sites: readonly NodeJS.CallSite[]): StackFrame[] {
  const frames = sites.map(userFrame);
  const outermost = frames.findLastIndex((frame) => frame?.own);
  return frames.slice(0, outermost + 1).flatMap((frame) => (frame ? [frame.frame] : []));
}

/** `own`: in a cell or in a local file that a cell imports. */
function userFrame(site: NodeJS.CallSite): { own: boolean; frame: StackFrame } | undefined {
  const file = site.getFileName();
  const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
  if (!file || line === null || column === null) return undefined;
  const cell = cells.get(file);
  if (cell) {
    cell.decoded ??= new TraceMap(cell.map);
    const at = originalPositionFor(cell.decoded, { line, column: column - 1 });
    if (at.line === null) return undefined; // the wrapper's own text
    const shift = at.line === 1 ? cell.shift : 0;
    return { own: true, frame: frameAt(site, cell.label, at.line, at.column + 1 - shift, cell.runId) };
  }
  if (file.startsWith('node:')) return undefined;
  if (!file.startsWith('file:'))
    return isKernel(file) ? undefined : { own: false, frame: frameAt(site, file, line, column) };
  const path = fileURLToPath(file);
  if (new URL(file).searchParams.has('nfm')) {
    const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
    const mapped = entry && 'originalLine' in entry ? entry : undefined;
    const at = mapped ? [mapped.originalLine + 1, mapped.originalColumn + 1] : [line, column];
    return { own: true, frame: frameAt(site, shortPath(path), at[0], at[1]) };
  }
  return isKernel(path) ? undefined : { own: false, frame: frameAt(site, shortPath(path), line, column) };
}

function frameAt(site: NodeJS.CallSite, place: string, line: number, column: number, runId?: number): StackFrame {
  const name = site.getFunctionName();
  return {
    place,
    line,
    column,
    ...(name ? { function: `${site.isConstructor() ? 'new ' : ''}${name}` } : {}),
    ...(runId === undefined ? {} : { runId }),
  };
}

/** Relative to the working directory (the notebook's folder) when it lies inside. */
function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : `.${sep}${short}`;
}

/** The folder of the kernel's bundle, or of its sources. */
const kernelFolder = (() => {
  const own = fileURLToPath(import.meta.url);
  const sources = `${sep}src${sep}kernel${sep}`;
  const at = own.lastIndexOf(sources);
  return at < 0 ? dirname(own) + sep : own.slice(0, at + sources.length);
})();

const isKernel = (path: string): boolean => path.startsWith(kernelFolder);
