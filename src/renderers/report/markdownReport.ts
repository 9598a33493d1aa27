/** A report as Markdown of GitHub's kind, with its pictures as files beside it. */

import { createHash } from 'node:crypto';
import { escapeText } from '../../kernel/format/escapeText.ts';
import type { Table } from '../views/table.ts';
import { nameText } from '../views/textFit.ts';
import { palettes } from '../views/theme.ts';
import { bytesOf } from './dataUri.ts';
import { embeddedMarkdown, fenced, inCell, literal } from './markdownSource.ts';
import type { Block, Image, Section } from './model/blocks.ts';
import { captionOf, detailsOf, drawFigure, type Figure } from './model/figures.ts';
import type { Report } from './model/report.ts';

export interface MarkdownFiles {
  readonly text: string;
  /** Pictures by their path from the folder of the text. Names carry a hash, so a picture never changes under its name. */
  readonly assets: ReadonlyMap<string, string | Uint8Array>;
}

/** @param folder name of the folder of the pictures, beside the text */
export function markdownReport(report: Report, folder: string): MarkdownFiles {
  const { title, verdict, warnings, sections, source } = report;
  const writer = new Writer(folder);
  const [first, ...more] = verdict;
  const text = [
    `# ${literal(title)}`,
    `> **${literal(first)}**${more.map((sentence) => `\n>\n> ${literal(sentence)}`).join('')}`,
    ...warnings.map((warning) => `**${literal(warning)}**`),
    ...sections.flatMap((section) => writer.section(section)),
    '---',
    `Made by NFM Notebooks ${literal(source.version)} from ${literal(source.name)}${source.date ? ` on ${literal(source.date)}` : ''}.`,
  ].join('\n\n');
  return { text: `${text}\n`, assets: writer.assets };
}

type Writers = { readonly [K in Block['kind']]: (block: Extract<Block, { readonly kind: K }>) => readonly string[] };

const extensions: Readonly<Record<string, string>> = {
  'image/svg+xml': 'svg',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

class Writer {
  readonly assets = new Map<string, string | Uint8Array>();
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  section({ heading, blocks }: Section): readonly string[] {
    return [`## ${literal(heading)}`, ...this.#blocks(blocks)];
  }

  /** Paragraphs, to be parted by empty lines. */
  #blocks(blocks: readonly Block[]): readonly string[] {
    return blocks.flatMap((block) => (this.#writers[block.kind] as (block: Block) => readonly string[])(block));
  }

  readonly #writers: Writers = {
    paragraph: ({ text, tone }) => [tone === 'warning' ? `**${literal(text)}**` : literal(text)],
    list: ({ items }) => [items.map((item) => `- ${literal(item)}`).join('\n')],
    facts: ({ facts }) => [
      facts.map(({ name, value, code }) => `- ${literal(name)}: ${code ? inCode(value) : literal(value)}`).join('\n'),
    ],
    table: ({ table }) => tableText(table),
    figure: ({ figure }) => this.#figure(figure),
    chart: ({ number, picture, text }) => [
      anchor(number),
      ...(picture ? [this.#image(picture, `figure-${number}`)] : []),
      `**Figure ${number}.** ${literal(text)}.`,
    ],
    reference: ({ target, name }) => [`Shown in [${literal(name)}](#${target}).`],
    folded: ({ summary, blocks }) => folded(escapeText(summary), this.#blocks(blocks)),
    markdown: ({ source, images }) => {
      const paths = new Map([...images].map(([name, image]) => [name, this.#save(image, 'picture')]));
      return [embeddedMarkdown(source, paths)];
    },
    code: ({ label, source, language }) =>
      folded(escapeText(label), [fenced(source, /^(nfm-ts|typescript)$/.test(language) ? 'ts' : language)]),
    printed: ({ text }) => [fenced(text, 'text')],
    image: (image) => [this.#image(image, 'picture')],
    command: ({ text }) => [fenced(text, 'sh')],
  };

  #figure(figure: Figure): readonly string[] {
    const { number, shown } = figure;
    const { svg, text } = drawFigure(figure, { theme: palettes.light, standalone: true });
    const image: Image = { type: 'image/svg+xml', data: svg, encoding: 'utf8', alt: text };
    return [
      anchor(number),
      this.#image(image, `figure-${number}-${shown.kind}`),
      `**Figure ${number}.** ${literal(captionOf(figure).join(' '))}`,
      ...this.#blocks(detailsOf(figure)),
    ];
  }

  #image(image: Image, name: string): string {
    return `![${literal(nameText(image.alt, 300))}](${this.#save(image, name)})`;
  }

  /** The path of a picture, as an address. */
  #save(image: Image, name: string): string {
    const bytes = bytesOf(image);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
    const path = `${this.#folder}/${name}-${hash}.${extensions[image.type]}`;
    this.assets.set(path, image.encoding === 'utf8' ? image.data : bytes);
    return encodeURI(path).replace(/[()]/g, (c) => (c === '(' ? '%28' : '%29'));
  }
}

const anchor = (number: number): string => `<a id="figure-${number}"></a>`;

const folded = (summary: string, inside: readonly string[]): readonly string[] => [
  `<details><summary>${summary}</summary>`,
  ...inside,
  '</details>',
];

const inCode = (text: string): string => (text.includes('`') ? literal(text) : `\`${text.replace(/\s+/g, ' ')}\``);

function tableText({ caption, columns, rows, remarks = [] }: Table): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = rows.map(({ cells, strong }) =>
    line(
      cells.map((cell) => {
        const text = typeof cell === 'string' ? inCell(cell) : '';
        return strong && text !== '' ? `**${text}**` : text;
      }),
    ),
  );
  const head = [
    line(columns.map(({ title }) => inCell(title))),
    line(columns.map(({ number }) => (number ? '---:' : ':---'))),
  ];
  return [
    `**${literal(caption)}**`,
    ...(columns.length > 0 ? [[...head, ...body].join('\n')] : []),
    ...remarks.map(literal),
  ];
}
