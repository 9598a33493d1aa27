/** Where a command reads its stop signal from and writes to: results to one stream, everything else to the other. */

export interface Terminal {
  /** Standard output: results only. */
  readonly out: (text: string) => void;
  /** Standard error, one whole line. */
  readonly note: (line: string) => void;
  /** Columns of standard error when it is a terminal, on which one line can be drawn again and again; else null. */
  readonly columns: () => number | null;
  /** Text to standard error as it is, without a line break. */
  readonly draw: (text: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The terminal of a process. */
export function processTerminal({ stdout, stderr }: typeof process, signal: AbortSignal): Terminal {
  return {
    out: (text) => void stdout.write(text),
    note: (line) => void stderr.write(`${line}\n`),
    draw: (text) => void stderr.write(text),
    columns: () => (stderr.isTTY ? stderr.columns || 80 : null),
    signal,
  };
}
