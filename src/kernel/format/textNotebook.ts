/**
 * The text notebook `*.nfm.ts`: plain TypeScript, cells parted by marker lines.
 *
 *     // %% Load the data tags=["parameters"]
 *     const path = 'train.libfm';
 *
 *     // %% [markdown]
 *     // ## Results
 *
 * The format is total: every text is a notebook, and text before the first marker is a cell of its own. It keeps no
 * outputs, counts or times. A line of a cell that itself looks like a marker gets a backslash: `// \%%`.
 */

import type { Notebook, NotebookCell } from './notebook.ts';
import { newNotebook, tagsOf } from './notebook.ts';

export interface TextNotebookCell {
  readonly kind: 'code' | 'markdown';
  readonly source: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** The cell's piece of the file it was read from; written back as it is while it still says the same. */
  readonly raw?: string;
}

const byteOrderMark = '\uFEFF';
const marker = /^\/\/ %%/;
const markerLike = /^\/\/ \\*%%/;
const escaped = /^\/\/ \\+%%/;

/** The cells of a text. `writeTextNotebook` of the result is the same text, byte for byte. */
export function parseTextNotebook(text: string): readonly TextNotebookCell[] {
  const pieces: string[] = [];
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? [])
    if (pieces.length === 0 || marker.test(line)) pieces.push(line);
    else pieces[pieces.length - 1] += line;
  return pieces.map((raw) => ({ ...readPiece(raw), raw }));
}

/**
 * The text of the cells. Reading it gives cells of the same kind, source, title and tags; in a file whose lines all end
 * with CRLF, those of new and changed cells do too.
 */
export function writeTextNotebook(cells: readonly TextNotebookCell[]): string {
  const read = cells.map(({ raw = '' }) => raw).join('');
  const crlf = read.includes('\r\n') && !/(?<!\r)\n/.test(read);
  return cells
    .map((cell, i) => {
      const last = i === cells.length - 1;
      return rawIfTrue(cell, i === 0, last) ?? (crlf ? crlfPiece(cell, last) : freshPiece(cell, last));
    })
    .join('');
}

/** A text notebook as a notebook of the kernel, for running it. */
export function notebookOfText(text: string): Notebook {
  const cells = parseTextNotebook(text).map((cell): NotebookCell => {
    const metadata = { ...(cell.tags.length ? { tags: cell.tags } : {}), ...(cell.title ? { title: cell.title } : {}) };
    return cell.kind === 'code'
      ? { cell_type: 'code', metadata, source: cell.source, execution_count: null, outputs: [] }
      : { cell_type: 'markdown', metadata, source: cell.source };
  });
  return { ...newNotebook(), cells };
}

/** A notebook as text; outputs and raw cells' kind are not kept. */
export function textOfNotebook(notebook: Notebook): string {
  return writeTextNotebook(
    notebook.cells.map((cell) => ({
      kind: cell.cell_type === 'code' ? 'code' : 'markdown',
      source: cell.source,
      title: typeof cell.metadata.title === 'string' ? cell.metadata.title : '',
      tags: tagsOf(cell),
    })),
  );
}

type Content = Omit<TextNotebookCell, 'raw'>;

const same = (a: Content, b: Content): boolean =>
  a.kind === b.kind &&
  a.source === b.source &&
  a.title === b.title &&
  JSON.stringify(a.tags) === JSON.stringify(b.tags);

/** The piece as it stood in the file, unless the cell was changed or moved so that the piece would say something else. */
function rawIfTrue({ raw, ...cell }: TextNotebookCell, first: boolean, last: boolean): string | undefined {
  if (raw === undefined || !(first || marker.test(raw))) return undefined;
  const piece = last || raw.endsWith('\n') ? raw : `${raw}\n`;
  // An editor may give back other line ends than it was given.
  return same(withLf(readPiece(piece)), withLf(cell)) ? piece : undefined;
}

const withLf = <C extends Content>(cell: C): C => ({ ...cell, source: cell.source.replaceAll('\r\n', '\n') });

/** A cell with carriage returns of its own may not survive others beside them; it is written as it is. */
function crlfPiece(cell: Content, last: boolean): string {
  const piece = freshPiece(cell, last);
  const crlf = piece.replace(/\r?\n/g, '\r\n');
  return same(withLf(readPiece(crlf)), withLf(cell)) ? crlf : piece;
}

function readPiece(raw: string): Content {
  const text = raw.startsWith(byteOrderMark) ? raw.slice(1) : raw;
  if (!marker.test(text)) {
    const crlf = /\r\n/.test(text);
    return { kind: 'code', title: '', tags: [], source: unescapeMarkers(withoutEnd(text, crlf)) };
  }
  const end = text.indexOf('\n');
  const head = end < 0 ? text : text.slice(0, end);
  const crlf = head.endsWith('\r');
  const { kind, title, tags } = readMarker(crlf ? head.slice(0, -1) : head);
  const body = unescapeMarkers(end < 0 ? '' : withoutEnd(text.slice(end + 1), crlf));
  return { kind, title, tags, source: kind === 'markdown' ? uncommented(body) : body };
}

/** A cell's last line break and one blank line after it part it from the next cell and are not its own. */
function withoutEnd(body: string, crlf: boolean): string {
  return body.replace(crlf ? /(?:\r?\n){1,2}$/ : /\n{1,2}$/, '');
}

function freshPiece(cell: Content, last: boolean): string {
  const plain = markerLine(cell, cell.title);
  const readable = !plain.includes('\n') && same({ ...cell, ...readMarker(plain) }, cell);
  const head = readable ? plain : markerLine(cell, `title=${quoted(cell.title)}`);
  const body = escapeMarkers(cell.kind === 'markdown' ? commented(cell.source) : cell.source);
  return `${head}\n${body}${last && !body.endsWith('\n') ? '\n' : '\n\n'}`;
}

function markerLine({ kind, tags }: Content, title: string): string {
  return [
    '// %%',
    ...(kind === 'markdown' ? ['[markdown]'] : []),
    ...(title ? [title] : []),
    ...(tags.length ? [`tags=${quoted(tags)}`] : []),
  ].join(' ');
}

/** JSON on one line of plain characters. */
const quoted = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

function readMarker(line: string): Pick<Content, 'kind' | 'title' | 'tags'> {
  const [, markdown, words] = /^\/\/ %%\s*(\[markdown\])?(.*)$/su.exec(line) as RegExpExecArray;
  let title = words.trim();
  let tags: readonly string[] = [];
  // The earliest "tags=" whose rest is a list of words is the one; a title may hold the same letters.
  for (let at = title.indexOf('tags='); at >= 0; at = title.indexOf('tags=', at + 1)) {
    const list = jsonOr(title.slice(at + 5));
    if (!Array.isArray(list) || !list.every((tag) => typeof tag === 'string')) continue;
    tags = list;
    title = title.slice(0, at).trim();
    break;
  }
  const given = title.startsWith('title=') ? jsonOr(title.slice(6)) : undefined;
  return { kind: markdown ? 'markdown' : 'code', title: typeof given === 'string' ? given : title, tags };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const eachLine = (text: string, change: (line: string) => string): string => text.split('\n').map(change).join('\n');

const escapeMarkers = (text: string): string =>
  eachLine(text, (line) => (markerLike.test(line) ? `// \\${line.slice(3)}` : line));
const unescapeMarkers = (text: string): string =>
  eachLine(text, (line) => (escaped.test(line) ? `// ${line.slice(4)}` : line));

const commented = (text: string): string => eachLine(text, (line) => (line === '' ? '//' : `// ${line}`));
/** Markdown written without comment signs is taken as it stands. */
function uncommented(text: string): string {
  const isComment = text.split('\n').every((line) => /^\/\/(?: |\r?$)/.test(line));
  return isComment ? eachLine(text, (line) => line.replace(/^\/\/ ?/, '')) : text;
}
