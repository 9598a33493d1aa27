/** `nfm run`: a notebook from its first cell to its last, without an editor. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeFileAtomically } from '../data/files.ts';
import { type Decorate, type MimeBundle, mime } from '../format/mime.ts';
import { type Notebook, NotebookError, parseNotebook, writeNotebook } from '../format/notebook.ts';
import type { LogMessage, RunMessage } from '../format/protocol.ts';
import { notebookOfText } from '../format/textNotebook.ts';
import * as library from '../index.ts';
import { checkFolder } from '../run/checkpoint.ts';
import { runNotebook } from '../session/runNotebook.ts';
import { flag, readFlags, UsageError } from './flags.ts';
import { commandHelp } from './help.ts';
import type { Terminal } from './terminal.ts';

const runFlags = {
  param: flag.texts(
    'NAME=VALUE',
    'Value for a name of the cell tagged "parameters"; JSON where it is JSON (0.05, true, [64,32]), else text. May be ' +
      'given several times.',
  ),
  out: flag.text('FILE', 'Write the notebook with its outputs here, also when a cell failed.'),
  'continue-on-error': flag.switch('Run the cells after one that failed; the exit code is still 1.'),
  help: flag.switch('Print this text.'),
};

export const runAbout =
  'Runs the cells of a notebook (.ipynb or .nfm.ts) in order, prints what they show, and stops at the first error.';

/** @param decorate adds pictures to the outputs that `--out` saves */
export async function runCommand(args: readonly string[], terminal: Terminal, decorate?: Decorate): Promise<number> {
  const { values, rest } = readFlags('nfm run', args, runFlags);
  if (values.help) {
    const usage = ['nfm run NOTEBOOK [--param NAME=VALUE ...] [--out FILE]'];
    terminal.out(commandHelp(usage, runAbout, runFlags));
    return 0;
  }
  if (rest.length !== 1)
    throw new UsageError(`nfm run: expected one notebook, got ${rest.length === 0 ? 'none' : rest.join(', ')}`);
  const { out } = values;
  const parameters = Object.fromEntries(values.param.map(parameter));
  const path = resolve(rest[0]);
  const notebook = await readNotebookFile(path, rest[0]);
  if (out !== undefined) await checkFolder(out);

  const {
    status,
    failure,
    notebook: executed,
  } = await runNotebook(notebook, {
    ...{ path, library, parameters, decorate },
    continueOnError: values['continue-on-error'] ?? false,
    signal: terminal.signal,
    onMessage: printer(terminal),
  });
  if (out !== undefined) await writeFileAtomically(out, writeNotebook(executed));
  if (status === 'interrupted') return 130;
  if (failure) terminal.note(`error in code cell ${failure.cell}: ${failure.error.stack}`);
  return status === 'ok' ? 0 : 1;
}

function parameter(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`nfm run: --param must be NAME=VALUE, got "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function readNotebookFile(path: string, shown: string): Promise<Notebook> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new NotebookError(`${shown}: expected a notebook, cannot read it (${error.code}); check the path`);
  });
  if (path.endsWith('.ts')) return notebookOfText(text);
  if (text === '') throw new NotebookError(`${shown}: expected a notebook, got an empty file`);
  return parseNotebook(text, shown);
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
