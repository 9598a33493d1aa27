/** A MIME bundle of the kernel as the items of a notebook output, richest first. */

import * as vscode from 'vscode';
import { type Json, type MimeBundle, mime } from '../kernel/format/mime.ts';
import type { ErrorReport } from '../kernel/format/protocol.ts';
import { fallbacks } from '../renderers/static/fallbacks.ts';

/** Our own types first, plain text last. */
const ours = new Set<string>([
  mime.graph,
  mime.difference,
  mime.run,
  mime.comparison,
  mime.interactions,
  mime.table,
  mime.tensor,
]);
const rank = (type: string): number => (ours.has(type) ? 0 : type === mime.text ? 2 : 1);

/** The items of a bundle with its pictures, for places that do not have our renderers. */
export const outputItems = (bundle: MimeBundle): vscode.NotebookCellOutputItem[] => itemsOf(fallbacks(bundle).data);

/** A whole output; what the file keeps beside it (alternative texts of pictures) stands under `metadata.metadata`. */
export function newOutput(bundle: MimeBundle, metadata: Readonly<Record<string, unknown>>): vscode.NotebookCellOutput {
  const decorated = fallbacks(bundle);
  return new vscode.NotebookCellOutput(itemsOf(decorated.data), { ...metadata, metadata: decorated.metadata });
}

/** Whether an output has a picture that others could be made of: an SVG, or a chart, and no PNG yet. */
export const wantsPicture = ({ items }: vscode.NotebookCellOutput): boolean => {
  const types = new Set(items.map((item) => item.mime));
  return !types.has(mime.png) && [mime.svg, mime.vegaLite, mime.vegaLite6].some((type) => types.has(type));
};

/** The forms of an output, richest first. */
export const itemsOf = (bundle: MimeBundle): vscode.NotebookCellOutputItem[] =>
  Object.entries(bundle)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([type, value]) => outputItem(type, value));

function outputItem(type: string, value: Json): vscode.NotebookCellOutputItem {
  if (type === mime.png && typeof value === 'string')
    return new vscode.NotebookCellOutputItem(Buffer.from(value, 'base64'), type);
  return typeof value === 'string' && !type.endsWith('json')
    ? vscode.NotebookCellOutputItem.text(value, type)
    : vscode.NotebookCellOutputItem.json(value, type);
}

/** The kernel's own stack: that of an error made here would show the extension's files. */
export const errorItem = ({ name, message, stack }: ErrorReport): vscode.NotebookCellOutputItem =>
  vscode.NotebookCellOutputItem.error({ name, message, stack });
