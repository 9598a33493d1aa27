/**
 * The command `nfm`: chooses the command, turns Ctrl-C into an abort signal and errors
 * into one line and an exit code: 0 done, 1 failed, 2 wrong use, 130 stopped by Ctrl-C.
 */

import packageFile from '../../package.json' with { type: 'json' };
import { nearest, OptionError } from './base/options.ts';
import { exportAbout, exportCommand } from './cli/exportCommand.ts';
import { UsageError } from './cli/flags.ts';
import { flagLines } from './cli/help.ts';
import { installTensorflowAbout, installTensorflowCommand } from './cli/installTensorflowCommand.ts';
import { predictAbout, predictCommand } from './cli/predictCommand.ts';
import { recommendAbout, recommendCommand } from './cli/recommendCommand.ts';
import type { Renderers } from './cli/renderers.ts';
import { reportAbout, reportCommand } from './cli/reportCommand.ts';
import { runAbout, runCommand } from './cli/runCommand.ts';
import { processTerminal, type Terminal } from './cli/terminal.ts';
import { trainAbout, trainCommand } from './cli/trainCommand.ts';
import { MetricError } from './run/metrics.ts';

type Command = (args: readonly string[], terminal: Terminal, renderers: Renderers) => Promise<number>;

const commands: Readonly<Record<string, { readonly about: string; readonly run: Command }>> = {
  run: { about: runAbout, run: runCommand },
  report: { about: reportAbout, run: reportCommand },
  train: { about: trainAbout, run: trainCommand },
  predict: { about: predictAbout, run: predictCommand },
  recommend: { about: recommendAbout, run: recommendCommand },
  export: { about: exportAbout, run: exportCommand },
  'install-tensorflow': { about: installTensorflowAbout, run: installTensorflowCommand },
};

const help = [
  'Usage: nfm <command> [flags]',
  '',
  'Recommender models on sparse features: Neural Factorization Machines and their relatives.',
  '',
  'Commands:',
  ...Object.entries(commands).flatMap(([name, { about }]) => flagLines(name, about)),
  '',
  'Flags:',
  ...flagLines('--help', 'Print this text; nfm <command> --help explains a command.'),
  ...flagLines('--version', 'Print the version.'),
  '',
].join('\n');

async function main(args: readonly string[], terminal: Terminal, renderers: Renderers): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') terminal.out(`${packageFile.version}\n`);
  else if (name === '--help' || name === '-h' || name === 'help') terminal.out(help);
  else if (name === undefined) throw new UsageError(`nfm: a command is missing\n\n${help.trimEnd()}`);
  else if (Object.hasOwn(commands, name)) return commands[name].run(rest, terminal, renderers);
  else {
    const near = nearest(name, Object.keys(commands));
    const hint = near ? `did you mean "nfm ${near}"?` : `commands: ${Object.keys(commands).join(', ')}`;
    throw new UsageError(`nfm: unknown command "${name}"; ${hint}`);
  }
  return 0;
}

/** Errors about what was asked for, not about data or files. */
const wrongUse = [UsageError, OptionError, MetricError];

/**
 * Runs the command of this process's arguments and sets its exit code.
 * @param renderers what draws pictures and reports; the kernel itself draws none
 */
export function startCommand(renderers: Renderers): void {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130); // asked twice: do not wait
    controller.abort();
  });
  // Whoever reads our output may have had enough (`nfm train --help | head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

  const terminal = processTerminal(process, controller.signal);
  main(process.argv.slice(2), terminal, renderers).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const expected = error instanceof Error ? error.message : String(error);
      terminal.note(process.env.NFM_DEBUG && error instanceof Error ? String(error.stack) : `error: ${expected}`);
      process.exitCode = wrongUse.some((kind) => error instanceof kind) ? 2 : 1;
    },
  );
}
