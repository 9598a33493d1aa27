/** "Train NFM": a data file in, a notebook with filled-in cells out, run at once if wanted. */

import { isAbsolute, relative } from 'node:path';
import * as vscode from 'vscode';
import { codeCell, markdownCell, openNotebook } from './newNotebook.ts';
import { readSettings } from './settings.ts';
import { trainingCells } from './trainingCells.ts';
import { proposeTraining, type TrainingProposal } from './trainingProposal.ts';
import { mayRun } from './trust.ts';

export const trainNfmCommand = 'nfm.trainNfm';

const tasks = ['regression', 'binary', 'ranking'] as const;

export function registerTrainNfm(): vscode.Disposable {
  return vscode.commands.registerCommand(trainNfmCommand, async (given?: vscode.Uri) => {
    const file = given ?? (await chooseFile());
    if (!file) return;
    try {
      const confirmed = await confirm(await proposeTraining(file.fsPath));
      if (confirmed) await open(confirmed.proposal, confirmed.run);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  });
}

/** Data files of the workspace first; any other through the file dialog. */
async function chooseFile(): Promise<vscode.Uri | undefined> {
  const pattern = '**/*.{csv,tsv,libfm,svm,svmlight}';
  const found = await vscode.workspace.findFiles(pattern, '**/node_modules/**', 200).then(
    (files) => files,
    () => [], // a server without its search program
  );
  const browse = { label: '$(folder-opened) Choose another file…', uri: undefined };
  const items = found
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  if (items.length > 0) {
    const choice = await vscode.window.showQuickPick([...items, browse], { title: 'Train NFM: the data file' });
    if (choice !== browse) return choice?.uri;
  }
  const filters = { Data: ['csv', 'tsv', 'libfm', 'svm', 'svmlight', 'gz', 'txt'], All: ['*'] };
  return (await vscode.window.showOpenDialog({ title: 'Train NFM: the data file', filters }))?.[0];
}

interface Confirmed {
  readonly proposal: TrainingProposal;
  readonly run: boolean;
}

/** Shows what was found out and lets the user change it until it is right. */
async function confirm(proposal: TrainingProposal): Promise<Confirmed | undefined> {
  const { path, schema, columns, task, reason } = proposal;
  const detail = schema?.fields.map(({ name, kind }) => `${name}: ${kind}`).join(', ');
  const run = { label: '$(play) Open the notebook and run it', detail };
  const open = { label: '$(notebook) Open the notebook' };
  const changeTask = { label: `$(edit) Task: ${task}`, description: reason };
  const changeTarget = {
    label: `$(edit) Target: ${schema?.target.column ?? ''}`,
    description: 'the column to predict',
  };
  const choice = await vscode.window.showQuickPick([run, open, changeTask, ...(schema ? [changeTarget] : [])], {
    title: `Train NFM on ${vscode.workspace.asRelativePath(path)}`,
    placeHolder: `${task} task${schema ? `, target "${schema.target.column}", ${schema.fields.length} fields` : ''}`,
  });
  if (choice === changeTask) {
    const chosen = await vscode.window.showQuickPick(tasks, { title: 'The task' });
    return confirm(
      chosen === undefined ? proposal : { ...proposal, task: chosen as (typeof tasks)[number], reason: 'chosen' },
    );
  }
  if (choice === changeTarget) {
    const target = await vscode.window.showQuickPick(columns ?? [], { title: 'The column to predict' });
    return confirm(target === undefined ? proposal : await proposeTraining(path, target));
  }
  return choice && { proposal, run: choice === run };
}

async function open(proposal: TrainingProposal, run: boolean): Promise<void> {
  const { seed, threads } = readSettings();
  const cells = trainingCells(proposal, { seed, threads, nameOf: nameInNotebook });
  const notebook = await openNotebook(
    cells.map(({ kind, source }) => (kind === 'code' ? codeCell(source) : markdownCell(source))),
  );
  if (run && (await mayRun())) await vscode.commands.executeCommand('notebook.execute', notebook.uri);
}

/** Unsaved notebooks lie in the workspace folder, so files of the workspace get relative names. */
function nameInNotebook(path: string): string {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const inside = root === undefined ? path : relative(root, path);
  return (inside.startsWith('..') || isAbsolute(inside) ? path : inside).replace(/\\/g, '/');
}
