/** "Export Report": the open notebook with its outputs, saved or not, as a page, a text or a document for others. */

import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { madeNow, writeReport } from '../kernel/cli/reportFiles.ts';
import { fileHash, textHash } from '../kernel/data/files.ts';
import type { JsonObject } from '../kernel/format/mime.ts';
import { type Notebook, writeNotebook } from '../kernel/format/notebook.ts';
import {
  checkHasOutputs,
  defaultReportPath,
  formatOfReport,
  type MakeReport,
  type ReportFormat,
  type ReportSource,
  rerunCommand,
} from '../kernel/format/report.ts';
import { reportMaker } from '../renderers/report/makeReport.ts';
import { commandNotebook } from './commandNotebook.ts';
import { notebookOf } from './savedCellOutputs.ts';

const choices: readonly (vscode.QuickPickItem & { readonly format: ReportFormat })[] = [
  { format: 'html', label: 'HTML', description: 'one file that any browser opens' },
  { format: 'md', label: 'Markdown', description: 'text with a folder of pictures, for GitHub' },
  { format: 'pdf', label: 'PDF', description: 'printed by an installed Chrome, Edge or Chromium' },
];

/** @param dist folder of the bundles */
export function registerExportReport(dist: vscode.Uri): vscode.Disposable {
  const make = reportMaker(() => readFile(vscode.Uri.joinPath(dist, 'reportCharts.js').fsPath, 'utf8'));
  return vscode.commands.registerCommand('nfm.exportReport', (where?: unknown, target?: vscode.Uri) =>
    exportReport(where, target, make),
  );
}

/** @param target where to, for those who call the command with it; else the user is asked, also before a file is replaced */
async function exportReport(where: unknown, target: vscode.Uri | undefined, make: MakeReport): Promise<void> {
  const document = commandNotebook(where);
  if (!document) return;
  try {
    const notebook = openState(document);
    checkHasOutputs(notebook, basename(document.uri.path));
    const file = target ?? (await askForFile(document));
    if (!file) return;
    const format = formatOfReport(file.path);
    if (!format) throw new Error(`${file.path}: expected a name that ends in .html, .md or .pdf`);
    if (file.scheme !== 'file') throw new Error(`${file.toString()}: reports are written to folders of this machine`);
    const options = { location: vscode.ProgressLocation.Notification, title: `Export ${basename(file.path)}` };
    await vscode.window.withProgress(options, async () => {
      const source = await sourceOf(document, notebook, basename(file.path));
      await writeReport(file.fsPath, await make(notebook, source, format, basename(file.fsPath)));
    });
    if (!target) await offerToOpen(file, format);
  } catch (error) {
    if (target) throw error;
    void vscode.window.showErrorMessage(`No report: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What is open, with the tags and the attachments of its cells. */
function openState(document: vscode.NotebookDocument): Notebook {
  const state = notebookOf(document);
  const cells = state.cells.map((cell, i) => {
    const { metadata, document: text } = document.cellAt(i);
    const own = (metadata.metadata ?? metadata) as JsonObject; // in `.ipynb` one level deeper than in text notebooks
    const kept = { ...(own.tags ? { tags: own.tags } : {}), vscode: { languageId: text.languageId } };
    return { ...cell, metadata: kept, ...(metadata.attachments ? { attachments: metadata.attachments } : {}) };
  });
  return { ...state, cells };
}

async function sourceOf(document: vscode.NotebookDocument, notebook: Notebook, report: string): Promise<ReportSource> {
  const name = basename(document.uri.path);
  const saved = !document.isDirty && !document.isUntitled && document.uri.scheme === 'file';
  return {
    name,
    ...(saved
      ? { sha256: await fileHash(document.uri.fsPath) }
      : { sha256: textHash(writeNotebook(notebook)), state: 'as it was open, with unsaved changes' }),
    command: rerunCommand(name, report),
    ...madeNow(),
  };
}

async function askForFile({ uri, isUntitled }: vscode.NotebookDocument): Promise<vscode.Uri | undefined> {
  const choice = await vscode.window.showQuickPick(choices, { title: 'Export Report' });
  if (!choice) return undefined;
  const folder = isUntitled ? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath : dirname(uri.fsPath);
  const name = defaultReportPath(basename(uri.fsPath), choice.format);
  return vscode.window.showSaveDialog({
    title: 'Export Report',
    defaultUri: vscode.Uri.file(folder ? join(folder, name) : name),
    filters: { [choice.label]: [choice.format] },
  });
}

async function offerToOpen(file: vscode.Uri, format: ReportFormat): Promise<void> {
  const [open, reveal] = ['Open', 'Show in Folder'];
  const local = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  const offers = local ? [open, reveal] : [open];
  const answer = await vscode.window.showInformationMessage(`The report is in ${file.fsPath}.`, ...offers);
  if (answer === reveal) await vscode.commands.executeCommand('revealFileInOS', file);
  if (answer !== open) return;
  if (format === 'md') await vscode.commands.executeCommand('markdown.showPreview', file);
  else if (local) await vscode.env.openExternal(file);
  else await vscode.commands.executeCommand('vscode.open', file); // a browser elsewhere cannot read this machine's files
}
