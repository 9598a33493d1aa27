/**
 * The command `nfm`: chooses the command, turns Ctrl-C into an abort signal and errors
 * into one line and an exit code: 0 done, 1 failed, 2 wrong use, 130 stopped by Ctrl-C.
 */

import packageFile from '../../package.json' with { type: 'json' };
import { nearest, OptionError } from './base/options.ts';
import { UsageError } from './cli/flags.ts';
import { flagLines } from './cli/help.ts';
import { predictAbout, predictCommand } from './cli/predictCommand.ts';
import { runAbout, runCommand } from './cli/runCommand.ts';
import { processTerminal, type Terminal } from './cli/terminal.ts';
import { trainAbout, trainCommand } from './cli/trainCommand.ts';
import type { Decorate } from './format/mime.ts';
import { MetricError } from './run/metrics.ts';

type Command = (args: readonly string[], terminal: Terminal, decorate?: Decorate) => Promise<number>;

const commands: Readonly<Record<string, { readonly about: string; readonly run: Command }>> = {
  run: { about: runAbout, run: runCommand },
  train: { about: trainAbout, run: trainCommand },
  predict: { about: predictAbout, run: predictCommand },
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

async function main(args: readonly string[], terminal: Terminal, decorate?: Decorate): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') terminal.out(`${packageFile.version}\n`);
  else if (name === '--help' || name === '-h' || name === 'help') terminal.out(help);
  else if (name === undefined) throw new UsageError(`nfm: a command is missing\n\n${help.trimEnd()}`);
  else if (Object.hasOwn(commands, name)) return commands[name].run(rest, terminal, decorate);
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
 * @param decorate adds pictures to outputs that are saved; the kernel itself draws none
 */
export function startCommand(decorate?: Decorate): void {
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
  main(process.argv.slice(2), terminal, decorate).then(
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
