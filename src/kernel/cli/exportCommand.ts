/** `nfm export`: a saved model in the format of another system. */

import type { Dataset } from '../data/dataset.ts';
import { engineFor } from '../engine/choose.ts';
import { exportFormatNames, exportFormats, exportModel } from '../export/exportModel.ts';
import { loadModel, openModel } from '../run/modelFile.ts';
import { flag, readFlags, UsageError } from './flags.ts';
import { commandHelp } from './help.ts';
import type { Terminal } from './terminal.ts';

const formats = exportFormatNames.map((name) => `${name}: ${exportFormats[name].about}`).join('; ');

const exportFlags = {
  format: flag.word(exportFormatNames, `${formats}. Required.`, undefined),
  out: flag.text('PATH', 'The file or folder to write. Required.'),
  force: flag.switch('Replace an export that is there.'),
  help: flag.switch('Print this text.'),
};

export const exportAbout =
  'Writes a saved model in the format of another system, with the names of its features and its run.';

export async function exportCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, rest } = readFlags('nfm export', args, exportFlags);
  if (values.help) {
    const usage = [`nfm export MODEL --format ${exportFormatNames.join('|')} --out PATH [--force]`];
    terminal.out(commandHelp(usage, exportAbout, exportFlags));
    return 0;
  }
  const { format, out, force } = values;
  if (rest.length !== 1)
    throw new UsageError(`nfm export: expected one model file, got ${rest.length === 0 ? 'none' : rest.join(', ')}`);
  if (format === undefined)
    throw new UsageError(`nfm export: --format is missing: one of ${exportFormatNames.join(', ')}`);
  if (out === undefined) throw new UsageError('nfm export: --out PATH is missing (nfm export --help)');

  const saved = await loadModel(rest[0]);
  const predict = async (rows: Dataset): Promise<Float32Array> => {
    const model = await openModel(saved, [rows], engineFor(saved.graph));
    const outputs = model.predict(rows);
    model.dispose();
    return outputs;
  };
  const paths = await exportModel(format, out, { saved, predict }, { force });
  for (const path of paths) terminal.out(`${path}\n`);
  return 0;
}
