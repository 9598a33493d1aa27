/** A cell that is not TypeScript, with the place in the user's text. */
export class CellSyntaxError extends SyntaxError {
  override name = 'SyntaxError';
  /** From 1; a place past the end of the cell becomes its end. */
  readonly line: number;
  readonly column: number;
  /** The line of the cell. */
  readonly sourceLine: string;

  constructor(message: string, source: string, line: number, column: number) {
    super(message);
    const lines = source.split('\n');
    this.line = Math.min(line, lines.length);
    this.sourceLine = lines[this.line - 1].replace(/\r$/, '');
    this.column = line > lines.length ? this.sourceLine.length + 1 : Math.min(column, this.sourceLine.length + 1);
  }

  /** The line with a caret under the place. */
  get excerpt(): string {
    const indent = this.sourceLine.slice(0, this.column - 1).replace(/[^\t]/g, ' ');
    return `${this.sourceLine}\n${indent}^`;
  }
}
