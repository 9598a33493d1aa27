/**
 * What goes wrong with data, always in one form: `<file>:<line>:<column>: expected <what>, got <what>; <next step>`.
 * Every problem of a file is counted and the first of them are listed, so that a file is mended in one round.
 */

/** Data that cannot be read as what it should be. `line` and `column` count from 1; 0 where they have no meaning. */
export class DataError extends Error {
  override name = 'DataError';
  readonly file: string;
  readonly line: number;
  readonly column: number;

  constructor(message: string, file = '', line = 0, column = 0) {
    super(message);
    this.file = file;
    this.line = line;
    this.column = column;
  }
}

/** One problem in a file. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** `expected ..., got ...; what to do`. */
  readonly message: string;
}

/** How many problems an error lists before it only counts. */
const listed = 20;

/** Collects the problems of one file. */
export class Problems {
  readonly file: string;
  /** The first problems, at most 20. */
  readonly first: Problem[] = [];
  count = 0;

  constructor(file: string) {
    this.file = file;
  }

  add(line: number, column: number, message: string): void {
    if (this.count++ < listed) this.first.push({ line, column, message });
  }

  /** The listed problems, one line of text each. */
  texts(): string[] {
    return this.first.map((p) => `${place(this.file, p.line, p.column)}${p.message}`);
  }

  /** @throws DataError with all listed problems and the count of the others, if there are any */
  throwIfAny(): void {
    if (this.count === 0) return;
    const lines = this.texts();
    const more = this.count - lines.length;
    if (more > 0) lines.push(`and ${more} more ${more === 1 ? 'error' : 'errors'} in ${this.file}`);
    throw new DataError(lines.join('\n'), this.file, this.first[0].line, this.first[0].column);
  }
}

/** An error at one place of a file. */
export function dataError(file: string, line: number, column: number, message: string): DataError {
  return new DataError(`${place(file, line, column)}${message}`, file, line, column);
}

const place = (file: string, line: number, column: number): string =>
  `${[file, ...(line ? [line] : []), ...(line && column ? [column] : [])].join(':')}: `;

/** A piece of a file as a message shows it: quoted, control characters escaped, at most 40 characters. */
export function quote(text: string): string {
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
  return shown;
}
