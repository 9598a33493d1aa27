/**
 * Files of open notebooks that are moved or renamed. VS Code opens another document, with the unsaved changes of the one
 * before, which it closes much later. Whoever follows the documents is told when the one takes the other's place; until
 * then nothing may be written into it, or it would come back as an unsaved notebook without a file.
 */

import * as vscode from 'vscode';

export interface Followed {
  /** The documents to follow. */
  readonly documents: () => Iterable<vscode.NotebookDocument>;
  /** The file of a document is about to move. */
  readonly hold: (document: vscode.NotebookDocument) => void;
  /** `to` takes the place of `from`; the same document where its file has not moved after all. */
  readonly hand: (from: vscode.NotebookDocument, to: vscode.NotebookDocument) => void;
  /** The document is closed, and none has taken its place. */
  readonly drop: (document: vscode.NotebookDocument) => void;
}

/** A move that has not come by then has failed, or waits for its reader. */
const patienceMs = 10_000;

export class MovedFiles implements vscode.Disposable {
  readonly #followed: Followed;
  readonly #disposables: vscode.Disposable[];
  readonly #held = new Map<vscode.NotebookDocument, NodeJS.Timeout>();
  /** Addresses that files had, by those they have; their documents are not open yet. */
  readonly #moved = new Map<string, string>();

  constructor(followed: Followed) {
    this.#followed = followed;
    const { onWillRenameFiles, onDidRenameFiles, onDidOpenNotebookDocument } = vscode.workspace;
    this.#disposables = [
      onWillRenameFiles(({ files }) => {
        for (const [document] of this.#affected(files)) this.#hold(document);
      }),
      onDidRenameFiles(({ files }) => {
        for (const [document, moved] of this.#affected(files))
          this.#moved.set(moved.toString(), document.uri.toString());
        for (const document of vscode.workspace.notebookDocuments) this.#take(document);
      }),
      onDidOpenNotebookDocument((document) => this.#take(document)),
    ];
  }

  /** The documents whose files these are, or whose folders, with their new addresses. */
  *#affected(files: vscode.FileRenameEvent['files']): Iterable<readonly [vscode.NotebookDocument, vscode.Uri]> {
    for (const document of this.#followed.documents())
      for (const { oldUri, newUri } of files) {
        const { path } = document.uri;
        if (document.uri.scheme !== oldUri.scheme) continue;
        if (path === oldUri.path) yield [document, newUri];
        else if (path.startsWith(`${oldUri.path}/`))
          yield [document, vscode.Uri.joinPath(newUri, path.slice(oldUri.path.length))];
      }
  }

  /** Whether another document may take the place of this one, which may be closed before. */
  awaits(document: vscode.NotebookDocument): boolean {
    return this.#held.has(document);
  }

  #hold(document: vscode.NotebookDocument): void {
    this.#followed.hold(document);
    clearTimeout(this.#held.get(document));
    const giveUp = () => {
      this.#held.delete(document);
      if (document.isClosed) this.#followed.drop(document);
      else this.#followed.hand(document, document);
    };
    this.#held.set(document, setTimeout(giveUp, patienceMs));
  }

  /** A document that is open now may be that of a moved file. */
  #take(document: vscode.NotebookDocument): void {
    const before = this.#moved.get(document.uri.toString());
    if (before === undefined) return;
    this.#moved.delete(document.uri.toString());
    for (const left of [...this.#followed.documents()]) if (left.uri.toString() === before) this.#hand(left, document);
  }

  #hand(from: vscode.NotebookDocument, to: vscode.NotebookDocument): void {
    clearTimeout(this.#held.get(from));
    this.#held.delete(from);
    this.#followed.hand(from, to);
  }

  dispose(): void {
    for (const timer of this.#held.values()) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
