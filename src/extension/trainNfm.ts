/** "Train NFM": a data file in; out comes a notebook with filled-in cells, run at once if wanted, or a training without a notebook. */

import { isAbsolute, relative } from 'node:path';
import * as vscode from 'vscode';
import type { BackgroundTraining, CellOutputs } from './backgroundTraining.ts';
import { codeCell, markdownCell, openNotebook } from './newNotebook.ts';
import { newOutput } from './outputItems.ts';
import { readSettings } from './settings.ts';
import { type TrainingCell, trainingCells } from './trainingCells.ts';
import { proposeTraining, type TrainingProposal } from './trainingProposal.ts';
import { trainNow } from './trainNow.ts';
import { mayRun } from './trust.ts';

export const trainNfmCommand = 'nfm.trainNfm';

const tasks = ['regression', 'binary', 'ranking'] as const;

/** @param entry the kernel's program, `dist/kernel.js` */
export function registerTrainNfm(entry: string): vscode.Disposable {
  const trainings = new Set<BackgroundTraining>();
  const command = vscode.commands.registerCommand(trainNfmCommand, async (given?: vscode.Uri) => {
    const file = given ?? (await chooseFile());
    if (!file) return;
    try {
      const confirmed = await confirm(await proposeTraining(file.fsPath));
      if (confirmed) await act(confirmed, entry, trainings);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  });
  const end = () => {
    for (const training of trainings) void training.dispose();
  };
  return vscode.Disposable.from(command, { dispose: end });
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
  readonly action: 'run' | 'open' | 'trainNow';
}

/** Shows what was found out and lets the user change it until it is right. */
async function confirm(proposal: TrainingProposal): Promise<Confirmed | undefined> {
  const { path, schema, columns, task, reason } = proposal;
  const detail = schema?.fields.map(({ name, kind }) => `${name}: ${kind}`).join(', ');
  const run = { label: '$(play) Open the notebook and run it', detail };
  const open = { label: '$(notebook) Open the notebook' };
  const now = { label: '$(graph-line) Train now', description: 'without a notebook' };
  const changeTask = { label: `$(edit) Task: ${task}`, description: reason };
  const changeTarget = {
    label: `$(edit) Target: ${schema?.target.column ?? ''}`,
    description: 'the column to predict',
  };
  const choice = await vscode.window.showQuickPick([run, open, now, changeTask, ...(schema ? [changeTarget] : [])], {
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
  return choice && { proposal, action: choice === run ? 'run' : choice === now ? 'trainNow' : 'open' };
}

async function act({ proposal, action }: Confirmed, entry: string, trainings: Set<BackgroundTraining>): Promise<void> {
  const { seed, threads } = readSettings();
  const cells = trainingCells(proposal, { seed, threads, nameOf: nameInNotebook });
  if (action === 'trainNow') {
    if (!(await mayRun())) return;
    const openTrained = async (outputs: CellOutputs) => void (await open(cells, outputs));
    return trainNow({ path: proposal.path, cells, entry, open: trainings, openNotebook: openTrained });
  }
  const notebook = await open(cells);
  if (action === 'run' && (await mayRun())) await vscode.commands.executeCommand('notebook.execute', notebook.uri);
}

async function open(
  cells: readonly TrainingCell[],
  outputs: CellOutputs = new Map(),
): Promise<vscode.NotebookDocument> {
  const notebook = await openNotebook(
    cells.map(({ kind, source }) => (kind === 'code' ? codeCell(source) : markdownCell(source))),
  );
  if (outputs.size > 0) await showOutputs(notebook, cells, outputs);
  return notebook;
}

/** As an edit: VS Code 1.100 garbles the bytes of outputs that a notebook is opened with. */
async function showOutputs(
  { uri }: vscode.NotebookDocument,
  cells: readonly TrainingCell[],
  outputs: CellOutputs,
): Promise<void> {
  const edits = [...outputs].map(([index, bundle]) => {
    const cell = codeCell(cells[index].source);
    cell.outputs = [newOutput(bundle, {})];
    return vscode.NotebookEdit.replaceCells(new vscode.NotebookRange(index, index + 1), [cell]);
  });
  const edit = new vscode.WorkspaceEdit();
  edit.set(uri, edits);
  await vscode.workspace.applyEdit(edit);
}

/** Unsaved notebooks lie in the workspace folder, so files of the workspace get relative names. */
function nameInNotebook(path: string): string {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const inside = root === undefined ? path : relative(root, path);
  return (inside.startsWith('..') || isAbsolute(inside) ? path : inside).replace(/\\/g, '/');
}
