/**
 * Reports of notebooks, as whoever exports one asks for it. The kernel draws nothing: it is handed a `MakeReport` where
 * the renderers are known (`src/nfm.ts`, the extension), and writes the files that come back.
 */

import type { Notebook } from './notebook.ts';

export const reportFormats = ['html', 'md', 'pdf'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Where the notebook of a report comes from. */
export interface ReportSource {
  /** File name of the notebook, without its folder. */
  readonly name: string;
  /** SHA-256 of the notebook as it is exported, in hexadecimal. */
  readonly sha256: string;
  /** What that hash is of, when it is not the file: `the open notebook, with unsaved changes`. */
  readonly state?: string;
  /** The command that runs the notebook again. */
  readonly command: string;
  /** Version of this program. */
  readonly version: string;
  /** Day of the export, `2025-11-21`. Without it equal notebooks give equal reports. */
  readonly date?: string;
}

/** A report as files that are not written yet. */
export interface ReportFiles {
  readonly main: string | Uint8Array;
  /** Further files by their path from the folder of the main one, with `/` between the parts. */
  readonly assets: ReadonlyMap<string, string | Uint8Array>;
}

/**
 * Makes a report.
 * @param target name of the report's file, without its folder; assets stand in a folder that is named after it
 * @throws ReportError when the format needs a program that is not installed
 */
export type MakeReport = (
  notebook: Notebook,
  source: ReportSource,
  format: ReportFormat,
  target: string,
) => Promise<ReportFiles>;

/** A report that cannot be made, or a file that cannot be written; says what to do. */
export class ReportError extends Error {
  override name = 'ReportError';
}

/** The format that a file name asks for. */
export function formatOfReport(path: string): ReportFormat | undefined {
  const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
  const known: Readonly<Record<string, ReportFormat>> = {
    html: 'html',
    htm: 'html',
    md: 'md',
    markdown: 'md',
    pdf: 'pdf',
  };
  return extension !== undefined && Object.hasOwn(known, extension) ? known[extension] : undefined;
}

/** `quickstart.ipynb` -> `quickstart.report.html`, `quickstart.nfm.ts` -> `quickstart.report.html`. */
export const defaultReportPath = (notebook: string, format: ReportFormat): string =>
  `${notebook.replace(/(\.nfm)?\.(ts|ipynb)$/i, '')}.report.${format}`;

/** The command that runs a notebook again. @param parameters as `NAME=VALUE` */
export const rerunCommand = (notebook: string, report: string, parameters: readonly string[] = []): string =>
  ['nfm', 'run', notebook, ...parameters.flatMap((each) => ['--param', each]), '--report', report].map(word).join(' ');

/** An argument as a shell reads it. */
const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * @param file the name to use in messages
 * @throws ReportError for a notebook whose cells have shown nothing: a report of it would be empty
 */
export function checkHasOutputs(notebook: Notebook, file: string): void {
  const code = notebook.cells.filter((cell) => cell.cell_type === 'code');
  if (code.some(({ outputs }) => outputs.length > 0)) return;
  throw new ReportError(
    code.length === 0
      ? `${file}: expected a notebook with outputs, got one without code cells; a report shows what cells have shown`
      : `${file}: expected outputs to report on, found none in ${code.length} code cell${code.length === 1 ? '' : 's'}; ` +
          'run the notebook first (nfm run NOTEBOOK --report FILE runs it and reports in one step)',
  );
}
