/** Markdown of cells as HTML: no HTML of its own, no picture from elsewhere, headings below those of the report. */

import MarkdownIt, { type Env, type Renderer, type Token } from 'markdown-it';
import { escapeText } from '../../kernel/format/escapeText.ts';
import { codeHtml } from './code.ts';
import { dataUri } from './dataUri.ts';
import { finished, type Html } from './markup.ts';
import type { Image } from './model/blocks.ts';

/** What lasts from one cell of a report to the next: the rank of the last heading, so that none is skipped. */
export interface Outline {
  last: number;
}

interface Environment extends Env {
  readonly images: ReadonlyMap<string, Image>;
  readonly outline: Outline;
  /** End tags of the links that are open. */
  readonly links: string[];
}

/** Pictures that are part of the text; SVG among them is an image, in which nothing runs. */
const picture = /^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]/i;
const outward = /^(?:https?:|mailto:)/i;

const markdown = new MarkdownIt({ html: false, highlight: (code, language) => codeHtml(code, language).toString() });
const { validateLink } = markdown;
markdown.validateLink = (url) => validateLink(url) || picture.test(url.trim());

type Options = Parameters<Renderer['renderToken']>[2];
type Rule = (tokens: Token[], i: number, options: Options, env: Environment, self: Renderer) => string;
const rules: Readonly<Record<string, Rule>> = {
  heading_open: (tokens, i, options, { outline }, self) => {
    // A cell's first rank is the third of the report, below the section it stands in.
    outline.last = Math.min(Number(tokens[i].tag.slice(1)) + 2, outline.last + 1, 6);
    tokens[i].tag = `h${outline.last}`;
    return self.renderToken(tokens, i, options);
  },
  heading_close: (tokens, i, options, { outline }, self) => {
    tokens[i].tag = `h${outline.last}`;
    return self.renderToken(tokens, i, options);
  },
  image: (tokens, i, options, env, self) => {
    const source = String(tokens[i].attrGet('src') ?? '');
    const alt = self.renderInlineAsText(tokens[i].children ?? [], options, env);
    const attached = env.images.get(decoded(source.replace(/^attachment:/, '')));
    const uri = source.startsWith('attachment:') ? attached && dataUri(attached) : picture.test(source) && source;
    if (uri) return `<img src="${escapeText(uri)}" alt="${escapeText(alt)}">`;
    return `<span class="absent">[picture not in this file: ${escapeText(alt || source.slice(0, 200))}]</span>`;
  },
  link_open: (tokens, i, _, { links }) => {
    const target = String(tokens[i].attrGet('href') ?? '');
    const kept = outward.test(target); // others would lead into the reader's own folders
    links.push(kept ? '</a>' : '</span>');
    return kept ? `<a href="${escapeText(target)}" rel="noopener noreferrer">` : '<span>';
  },
  link_close: (_, __, ___, { links }) => links.pop() ?? '',
};
Object.assign(markdown.renderer.rules, rules);

export function markdownHtml(source: string, images: ReadonlyMap<string, Image>, outline: Outline): Html {
  return finished(markdown.render(source, { images, outline, links: [] } satisfies Environment));
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
