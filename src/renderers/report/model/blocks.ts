/** What a report is made of. Plain data but for figures, which are drawn by each format in its own way. */

import type { Json } from '../../../kernel/format/mime.ts';
import type { Table } from '../../views/table.ts';
import type { Figure } from './figures.ts';

export type Block = { [K in keyof Blocks]: { readonly kind: K } & Blocks[K] }[keyof Blocks];

interface Blocks {
  readonly paragraph: { readonly text: string; readonly tone?: 'quiet' | 'warning' };
  readonly list: { readonly items: readonly string[] };
  /** Names with values, such as hashes. */
  readonly facts: { readonly facts: readonly Fact[] };
  readonly table: { readonly table: Table };
  readonly figure: { readonly figure: Figure };
  /** A Vega-Lite chart of the notebook's own; `picture` is what was saved with it, `text` says what it shows. */
  readonly chart: {
    readonly number: number;
    readonly spec: Json;
    readonly picture: Image | null;
    readonly text: string;
  };
  /** Stands where the notebook shows what is shown elsewhere in the report; `target` is the id of that place. */
  readonly reference: { readonly target: string; readonly name: string };
  /** `paper`: stands open where nothing can be unfolded. */
  readonly folded: { readonly summary: string; readonly blocks: readonly Block[]; readonly paper?: boolean };
  /** Markdown of the notebook; `images` are those that its cell carries, by their name after `attachment:`. */
  readonly markdown: { readonly source: string; readonly images: ReadonlyMap<string, Image> };
  /** `preview` is the first line that says something. */
  readonly code: {
    readonly label: string;
    readonly preview: string;
    readonly source: string;
    readonly language: string;
  };
  /** Text of a cell's output. */
  readonly printed: { readonly text: string; readonly stream: 'output' | 'error' };
  readonly image: Image;
  /** A line for a terminal. */
  readonly command: { readonly text: string };
}

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** Set in the letters of code: hashes, paths. */
  readonly code?: boolean;
}

export interface Image {
  readonly type: string;
  readonly data: string;
  readonly encoding: 'utf8' | 'base64';
  /** What the picture says. */
  readonly alt: string;
}

export interface Section {
  /** Unique in the report; a word for the address. */
  readonly id: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export const paragraph = (text: string, tone?: 'quiet' | 'warning'): Block =>
  tone ? { kind: 'paragraph', text, tone } : { kind: 'paragraph', text };
