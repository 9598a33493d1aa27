/** Notebooks as commands read them, with what identifies them. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { textHash } from '../data/files.ts';
import { type Notebook, NotebookError, parseNotebook } from '../format/notebook.ts';
import { outputsFileOf, withOutputs } from '../format/outputsFile.ts';
import { notebookOfText } from '../format/textNotebook.ts';

export interface NotebookFile {
  /** Absolute. */
  readonly path: string;
  readonly notebook: Notebook;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads an `.ipynb` or a text notebook, which has no outputs.
 * @param shown the path as the user wrote it
 * @throws NotebookError; the file stays as it is
 */
export async function readNotebookFile(shown: string): Promise<NotebookFile> {
  const path = resolve(shown);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new NotebookError(`${shown}: expected a notebook, cannot read it (${error.code}); check the path`);
  });
  const sha256 = textHash(text);
  if (path.endsWith('.ts')) return { path, sha256, notebook: notebookOfText(text) };
  if (text === '') throw new NotebookError(`${shown}: expected a notebook, got an empty file`);
  return { path, sha256, notebook: parseNotebook(text, shown) };
}

/**
 * The outputs that stand in the file beside a text notebook, where there is one.
 * @param note told what of them is not shown, and why
 */
export async function withSavedOutputs(file: NotebookFile, note: (text: string) => void): Promise<Notebook> {
  if (!file.path.endsWith('.ts')) return file.notebook;
  const beside = outputsFileOf(file.path);
  const text = await readFile(beside, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') note(`${beside}: the saved outputs cannot be read (${error.code})`);
    return null;
  });
  if (text === null) return file.notebook;
  const saved = withOutputs(file.notebook, text, beside);
  if (saved.note !== undefined) note(saved.note);
  return saved.notebook;
}
