/** `nfm install-tensorflow`: the native engine of TensorFlow, installed, replaced or removed. */

import { resolve } from 'node:path';
import { installTensorflow } from '../engine/tensorflow/install.ts';
import { installedIn, megabytes, removeInstalled } from '../engine/tensorflow/installFolder.ts';
import { userFolder } from '../engine/tensorflow/places.ts';
import { flag, readFlags, UsageError } from './flags.ts';
import { commandHelp } from './help.ts';
import type { Terminal } from './terminal.ts';

const installFlags = {
  into: flag.text(
    'DIR',
    `Folder to install into. Default: ${userFolder(process.env)}, where every kernel and command finds it. A folder ` +
      'named .tensorflow serves the notebooks and commands of the folder that it lies in; any other is named in ' +
      'NFM_TENSORFLOW.',
  ),
  remove: flag.switch('Remove what is installed there.'),
  'from-wheel': flag.text('FILE', 'Take the library of this TensorFlow wheel (tensorflow-cpu 2.21.0, Linux x64).'),
  python: flag.text('PROGRAM', 'Python 3 with pip, for the wheel. Default python3.'),
  verbose: flag.switch('Print all that npm, pip and the compiler say.'),
  help: flag.switch('Print this text.'),
};

export const installTensorflowAbout =
  "Installs TensorFlow's native engine (1.1 GB): the package @tensorflow/tfjs-node with the library that it downloads " +
  'or, where that cannot be had, with the library of a TensorFlow wheel from pip, for which it compiles the addon. ' +
  'Mirrors and proxies are those of npm and pip, and TFJS_NODE_BASE_URI.';

export async function installTensorflowCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, rest } = readFlags('nfm install-tensorflow', args, installFlags);
  if (values.help) {
    const usage = ['nfm install-tensorflow [--into DIR] [--from-wheel FILE]', 'nfm install-tensorflow --remove'];
    terminal.out(commandHelp(usage, installTensorflowAbout, installFlags));
    return 0;
  }
  if (rest.length > 0)
    throw new UsageError(`nfm install-tensorflow: unexpected argument "${rest[0]}"; a folder is given with --into`);
  const into = resolve(values.into ?? userFolder(process.env));
  const { 'from-wheel': wheel, python } = values;
  if (values.remove) {
    const removed = await removeInstalled(into);
    terminal.out(removed ? `removed ${into}\n` : `no TensorFlow engine is installed in ${into}\n`);
    return 0;
  }
  const before = await installedIn(into);
  if (before) terminal.note(`replacing TensorFlow ${before.library} in ${into}`);
  try {
    const report = await installTensorflow({
      ...{ into, wheel, python, signal: terminal.signal },
      onStep: (step) => terminal.note(`${step} ...`),
      onOutput: values.verbose ? terminal.draw : undefined,
    });
    const { version, library, source, place, bytes, seconds } = report;
    const lines = [
      `TensorFlow ${library} (${source})`,
      `TensorFlow.js ${version}`,
      `in ${place}: ${megabytes(bytes)}, ${seconds.toFixed(0)} s`,
    ];
    terminal.out(`${lines.join('\n')}\n`);
    return 0;
  } catch (error) {
    if (!terminal.signal.aborted) throw error;
    terminal.note('stopped; nothing was installed');
    return 130;
  }
}
