/** `nfm run`: a notebook from its first cell to its last, without an editor. */

import { basename } from 'node:path';
import { writeFileAtomically } from '../data/files.ts';
import { type MimeBundle, mime } from '../format/mime.ts';
import { writeNotebook } from '../format/notebook.ts';
import type { LogMessage, RunMessage } from '../format/protocol.ts';
import { rerunCommand } from '../format/report.ts';
import * as library from '../index.ts';
import { checkFolder } from '../run/checkpoint.ts';
import { runNotebook } from '../session/runNotebook.ts';
import { flag, readFlags, UsageError } from './flags.ts';
import { commandHelp } from './help.ts';
import { readNotebookFile } from './notebookFile.ts';
import type { Renderers } from './renderers.ts';
import { formatOfRunReport } from './reportCommand.ts';
import { checkReportPath, madeNow, writeReport } from './reportFiles.ts';
import type { Terminal } from './terminal.ts';

const runFlags = {
  param: flag.texts(
    'NAME=VALUE',
    'Value for a name of the cell tagged "parameters"; JSON where it is JSON (0.05, true, [64,32]), else text. May be ' +
      'given several times.',
  ),
  out: flag.text('FILE', 'Write the notebook with its outputs here, also when a cell failed.'),
  report: flag.text(
    'FILE',
    'Write a report of the run here, also when a cell failed: .html, .md (with a folder of pictures) or .pdf.',
  ),
  force: flag.switch('Replace the report that is there.'),
  'continue-on-error': flag.switch('Run the cells after one that failed; the exit code is still 1.'),
  help: flag.switch('Print this text.'),
};

export const runAbout =
  'Runs the cells of a notebook (.ipynb or .nfm.ts) in order, prints what they show, and stops at the first error.';

export async function runCommand(args: readonly string[], terminal: Terminal, renderers: Renderers): Promise<number> {
  const { values, rest } = readFlags('nfm run', args, runFlags);
  if (values.help) {
    const usage = ['nfm run NOTEBOOK [--param NAME=VALUE ...] [--out FILE] [--report FILE]'];
    terminal.out(commandHelp(usage, runAbout, runFlags));
    return 0;
  }
  if (rest.length !== 1)
    throw new UsageError(`nfm run: expected one notebook, got ${rest.length === 0 ? 'none' : rest.join(', ')}`);
  const { out, report } = values;
  const format = report === undefined ? undefined : formatOfRunReport(report);
  const parameters = Object.fromEntries(values.param.map(parameter));
  const { path, notebook, sha256 } = await readNotebookFile(rest[0]);
  if (out !== undefined) await checkFolder(out);
  if (report !== undefined) await checkReportPath(report, values.force ?? false);

  const {
    status,
    failure,
    notebook: executed,
  } = await runNotebook(notebook, {
    ...{ path, library, parameters },
    decorate: out === undefined && report === undefined ? undefined : renderers.decorate,
    continueOnError: values['continue-on-error'] ?? false,
    signal: terminal.signal,
    onMessage: printer(terminal),
  });
  if (out !== undefined) await writeFileAtomically(out, writeNotebook(executed));
  if (failure && status !== 'interrupted') terminal.note(`error in code cell ${failure.cell}: ${failure.error.stack}`);
  if (report !== undefined) {
    const name = basename(path);
    const source = { name, sha256, command: rerunCommand(name, basename(report), values.param), ...madeNow() };
    await writeReport(report, await renderers.report(executed, source, format!, basename(report)));
    terminal.note(`wrote ${report}`);
  }
  if (status === 'interrupted') return 130;
  return status === 'ok' ? 0 : 1;
}

function parameter(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`nfm run: --param must be NAME=VALUE, got "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/**
 * What cells print and show, as plain text. Text streams at once; an output may still be replaced (a training draws
 * itself again and again), so outputs are printed in their last state when their cell is done.
 */
function printer({ out, note, draw }: Terminal): (message: RunMessage | LogMessage) => void {
  const shown = new Map<number, MimeBundle>();
  return (message) => {
    if (message.type === 'stream') (message.name === 'stdout' ? out : draw)(message.text);
    else if (message.type === 'output' || message.type === 'update') shown.set(message.outputId, message.bundle);
    else if (message.type === 'log') note(message.text);
    else if (message.type === 'done') {
      for (const bundle of shown.values()) out(`${bundle[mime.text]}\n`);
      shown.clear();
      if (message.value) out(`${message.value[mime.text]}\n`);
    }
  };
}
