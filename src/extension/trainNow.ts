/** "Train NFM" without a notebook: a notification that counts epochs and can cancel, then the result. */

import { basename, dirname, extname, join } from 'node:path';
import * as vscode from 'vscode';
import { BackgroundTraining, type CellOutputs } from './backgroundTraining.ts';
import { runtimeSettings } from './kernelSettings.ts';
import type { TrainingCell } from './trainingCells.ts';
import { progressShare, progressText, resultText } from './trainingText.ts';

export interface TrainNow {
  /** The data file. */
  readonly path: string;
  readonly cells: readonly TrainingCell[];
  /** The kernel's program, `dist/kernel.js`. */
  readonly entry: string;
  /** Holds the training until nothing more is wanted of it, for whoever has to end it before. */
  readonly open: Set<BackgroundTraining>;
  /** Opens the cells as a notebook, with what they have shown. */
  readonly openNotebook: (outputs: CellOutputs) => Promise<void>;
}

export async function trainNow({ path, cells, entry, open, openNotebook }: TrainNow): Promise<void> {
  const notebook = join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? dirname(path), 'training.ipynb');
  const title = `Train NFM on ${basename(path)}`;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  let training!: BackgroundTraining;
  const end = await vscode.window.withProgress(options, async (progress, token) => {
    let shown = 0;
    progress.report({ message: 'reading the data' });
    training = new BackgroundTraining({
      cells,
      kernel: { entry, notebook, ...runtimeSettings(notebook) },
      onState: (run) => {
        const share = 100 * progressShare(run);
        progress.report({ message: progressText(run), increment: Math.max(0, share - shown) });
        shown = Math.max(shown, share);
      },
    });
    open.add(training);
    token.onCancellationRequested(() => training.cancel());
    return training.train();
  });
  try {
    if (end.type === 'failed') await vscode.window.showErrorMessage(`${title}: ${end.message}`);
    else if (end.type === 'cancelled')
      await vscode.window.showInformationMessage(`${title}: cancelled before an epoch was finished.`);
    else await offer(resultText(end.run), training, path, () => openNotebook(end.outputs));
  } finally {
    open.delete(training);
    await training.dispose();
  }
}

/** Shows the result until nothing more is wanted of it. */
async function offer(
  result: string,
  training: BackgroundTraining,
  data: string,
  openNotebook: () => Promise<void>,
): Promise<void> {
  const [save, open] = ['Save Model…', 'Open as Notebook'];
  let text = result;
  let offers = [save, open];
  while (offers.length > 0) {
    const answer = await vscode.window.showInformationMessage(text, ...offers);
    if (answer === undefined) return;
    if (answer === open) {
      await openNotebook();
      offers = offers.filter((each) => each !== open);
      continue;
    }
    const file = await askForFile(data);
    if (!file) continue;
    try {
      await training.save(file.fsPath);
      text = `Saved to ${file.fsPath}. ${result}`;
      offers = offers.filter((each) => each !== save);
    } catch (error) {
      text = `Not saved: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

function askForFile(data: string): Thenable<vscode.Uri | undefined> {
  const name = `${basename(data, extname(data))}.nfm`;
  return vscode.window.showSaveDialog({
    title: 'Save the trained model',
    defaultUri: vscode.Uri.file(join(dirname(data), name)),
    filters: { 'NFM model': ['nfm', 'safetensors'] },
  });
}
