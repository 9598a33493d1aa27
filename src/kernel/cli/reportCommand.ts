/** `nfm report`: a notebook with outputs as a page, a text or a document for others. */

import { basename } from 'node:path';
import {
  checkHasOutputs,
  defaultReportPath,
  formatOfReport,
  type ReportFormat,
  reportFormats,
  rerunCommand,
} from '../format/report.ts';
import { flag, readFlags, UsageError } from './flags.ts';
import { commandHelp } from './help.ts';
import { readNotebookFile, withSavedOutputs } from './notebookFile.ts';
import type { Renderers } from './renderers.ts';
import { checkReportPath, madeNow, writeReport } from './reportFiles.ts';
import type { Terminal } from './terminal.ts';

const reportFlags = {
  format: flag.word(
    reportFormats,
    'html: one file that needs nothing else; md: Markdown with a folder of pictures; pdf: printed by an installed ' +
      'Chrome, Edge or Chromium. Default by the name of --out, else html.',
    undefined,
  ),
  out: flag.text('FILE', 'The report. Default: beside the notebook, NOTEBOOK.report.html.'),
  force: flag.switch('Replace the report that is there.'),
  help: flag.switch('Print this text.'),
};

export const reportAbout =
  'Makes a report of a notebook with outputs (.ipynb or .nfm.ts): verdict, results, curves, data, settings, cells.';

export async function reportCommand(
  args: readonly string[],
  terminal: Terminal,
  { report }: Renderers,
): Promise<number> {
  const { values, rest } = readFlags('nfm report', args, reportFlags);
  if (values.help) {
    const usage = ['nfm report NOTEBOOK [--format html|md|pdf] [--out FILE] [--force]'];
    terminal.out(commandHelp(usage, reportAbout, reportFlags));
    return 0;
  }
  if (rest.length !== 1)
    throw new UsageError(`nfm report: expected one notebook, got ${rest.length === 0 ? 'none' : rest.join(', ')}`);
  const named = values.out === undefined ? undefined : formatOfReport(values.out);
  const format = values.format ?? named ?? 'html';
  if (named !== undefined && named !== format)
    throw new UsageError(`nfm report: --format ${format} does not go with --out ${values.out}; leave one out`);
  const out = values.out ?? defaultReportPath(rest[0], format);
  const file = await readNotebookFile(rest[0]);
  const notebook = await withSavedOutputs(file, terminal.note);
  checkHasOutputs(notebook, rest[0]);
  await checkReportPath(out, values.force ?? false);
  const name = basename(file.path);
  const source = { name, sha256: file.sha256, command: rerunCommand(name, basename(out)), ...madeNow() };
  await writeReport(out, await report(notebook, source, format, basename(out)));
  terminal.note(`wrote ${out}`);
  return 0;
}

/** Format of the report that `nfm run --report FILE` writes. @throws UsageError */
export function formatOfRunReport(path: string): ReportFormat {
  const format = formatOfReport(path);
  if (format) return format;
  throw new UsageError(`nfm run: --report must end in .html, .md or .pdf, got "${path}"`);
}
