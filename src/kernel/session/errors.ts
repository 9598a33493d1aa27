/** Whatever a cell throws, as data and as the text to show. */

import type { ErrorReport, StackFrame } from '../format/protocol.ts';
import { CellSyntaxError } from './cellSyntaxError.ts';
import { formatFrame, framesOf } from './stack.ts';

/** Why a run is to stop: what stands in its stop flag, which is 0 until then. */
export const stopReasons = { user: 1, memory: 2 } as const;

/** Thrown inside a run that was stopped, at its next loop or await. */
export class Interrupted extends Error {
  override name = 'Interrupted';

  constructor(flag: number = stopReasons.user) {
    super(flag === stopReasons.memory ? 'stopped at the memory limit' : 'stopped by the user');
  }
}

/** The cell whose text was being compiled. */
export interface CellPlace {
  readonly label: string;
  readonly runId: number;
}

/**
 * The report of a thrown value: frames of the user's code, the line of a syntax error, and the chain of causes.
 * @param inspect text of a thrown value that is not an error
 */
export function errorReport(thrown: unknown, cell: CellPlace, inspect: (value: unknown) => string): ErrorReport {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  for (let link = thrown; !seen.has(link) && (seen.size === 0 || link !== undefined); link = causeOf(link)) {
    texts.push(`${seen.size ? 'caused by: ' : ''}${linkText(link, cell, inspect)}`);
    seen.add(link);
  }
  const { name, message } = nameAndMessage(thrown, inspect);
  return { name, message, stack: texts.join('\n'), frames: framesOfLink(thrown, cell) };
}

const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

const causeOf = (value: unknown): unknown => (isError(value) ? value.cause : undefined);

function linkText(thrown: unknown, cell: CellPlace, inspect: (value: unknown) => string): string {
  const { name, message } = nameAndMessage(thrown, inspect);
  const excerpt = thrown instanceof CellSyntaxError ? ['', ...thrown.excerpt.split('\n').map((l) => `    ${l}`)] : [];
  const parts = thrown instanceof AggregateError ? thrown.errors : [];
  return [
    message ? `${name}: ${message}` : name,
    ...framesOfLink(thrown, cell).map(formatFrame),
    ...excerpt,
    ...parts.map((part) => `  - ${linkText(part, cell, inspect).replaceAll('\n', '\n    ')}`),
  ].join('\n');
}

function framesOfLink(thrown: unknown, cell: CellPlace): readonly StackFrame[] {
  if (thrown instanceof CellSyntaxError)
    return [{ place: cell.label, line: thrown.line, column: thrown.column, runId: cell.runId }];
  return typeof thrown === 'object' && thrown !== null ? framesOf(thrown) : [];
}

function nameAndMessage(thrown: unknown, inspect: (value: unknown) => string): { name: string; message: string } {
  if (!isError(thrown)) return { name: 'Thrown', message: inspect(thrown) };
  const { code } = thrown as { code?: unknown };
  const name = String(thrown.name || 'Error');
  return { name: typeof code === 'string' ? `${name} [${code}]` : name, message: String(thrown.message) };
}
