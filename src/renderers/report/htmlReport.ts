/**
 * A report as one HTML file that needs nothing else: no request leaves it, and its policy lets no script run but the one
 * that brings its charts to life. Every figure is a finished picture first, so that it reads without that script.
 */

import { createHash } from 'node:crypto';
import type { Json } from '../../kernel/format/mime.ts';
import { table } from '../views/table.ts';
import { codeHtml } from './code.ts';
import { dataUri } from './dataUri.ts';
import { markdownHtml, type Outline } from './markdownText.ts';
import { finished, type Html, html } from './markup.ts';
import type { Block, Image, Section } from './model/blocks.ts';
import { captionOf, chartOf, detailsOf, drawFigure, type Figure } from './model/figures.ts';
import type { Report } from './model/report.ts';
import { reportStyles } from './styles.ts';

export interface HtmlOptions {
  /** The script of the charts, `dist/reportCharts.js`; null: pictures alone, and no script at all. */
  readonly charts: string | null;
  /** Code and short tables stand open, for paper; long tables are left out. Default false. */
  readonly open?: boolean;
}

/** The whole file. Equal reports give equal files. */
export function htmlReport(report: Report, { charts, open = false }: HtmlOptions): string {
  const { title, verdict, warnings, sections, source } = report;
  const script = charts === null ? null : inScript(charts);
  const page = new Page(script !== null, open);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="NFM Notebooks ${source.version}">
<meta name="description" content="${verdict.join(' ')}">
<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
<style>${finished(reportStyles)}</style>
</head>
<body>
<header>
<p class="kicker">Report of ${source.name}${source.date ? `, exported on ${source.date}` : ''}</p>
<h1 dir="auto">${title}</h1>
<div class="verdict">${verdict.map((sentence) => html`<p>${unbroken(sentence)}</p>`)}</div>
${warnings.map((warning) => html`<p class="warning">${warning}</p>\n`)}<nav aria-label="Sections"><ul>${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map((section) => page.section(section))}</main>
<footer>Made by NFM Notebooks ${source.version} from ${source.name}. This file is complete: it loads nothing and sends nothing.</footer>
${script !== null && html`<script type="module">${finished(script)}</script>\n`}</body>
</html>
`.toString();
}

/** Numbers keep their signs and units on their line, and short names with a hyphen (NFM-1) stay whole. */
function unbroken(sentence: string): readonly Html[] {
  const text = sentence.replace(/ ([±%])/g, '\u00a0$1').replace(/([±=<]) /g, '$1\u00a0');
  return text
    .split(/(?<!\S)(\w[\w-]{0,20}-\w+)/)
    .map((part, i) => (i % 2 === 1 ? html`<span class="whole">${part}</span>` : html`${part}`));
}

/** Which script may run is said by its hash, so that none that an output brings along ever does. */
function policy(script: string | null): string {
  const hash = script === null ? '' : ` script-src 'sha256-${createHash('sha256').update(script).digest('base64')}';`;
  return `default-src 'none'; style-src 'unsafe-inline';${hash} img-src data:; base-uri 'none'; form-action 'none'`;
}

/** A script's text as it may stand in a page. */
const inScript = (text: string): string => text.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');

type Writers = { readonly [K in Block['kind']]: (block: Extract<Block, { readonly kind: K }>) => Html };

class Page {
  readonly #withCharts: boolean;
  readonly #open: Html | '';
  readonly #outline: Outline = { last: 2 };

  constructor(withCharts: boolean, open: boolean) {
    this.#withCharts = withCharts;
    this.#open = open ? finished(' open') : '';
  }

  section({ id, heading, blocks }: Section): Html {
    this.#outline.last = 2;
    return html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${this.#blocks(blocks)}</section>
`;
  }

  #blocks(blocks: readonly Block[]): readonly Html[] {
    return blocks.map((block) => html`${(this.#writers[block.kind] as (block: Block) => Html)(block)}\n`);
  }

  readonly #writers: Writers = {
    paragraph: ({ text, tone }) => html`<p${tone && finished(` class="${tone}"`)}>${text}</p>`,
    list: ({ items }) => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`,
    facts: ({ facts }) =>
      html`<dl>${facts.map(({ name, value, code }) => html`<dt dir="auto">${name}</dt><dd${code && finished(' class="code"')} dir="auto">${value}</dd>`)}</dl>`,
    table: ({ table: content }) =>
      // A region that scrolls must be reached by the keyboard.
      html`<div class="nfm-view scroll" role="group" aria-label="${content.caption}" tabindex="0">${finished(table(content).toString())}</div>`,
    figure: ({ figure }) => this.#figure(figure),
    chart: ({ number, spec, picture, text }) =>
      html`<figure id="figure-${number}"${this.#live(number, spec)}>
<div class="picture">${picture ? image(picture) : html`<p class="quiet">No picture of this chart was saved.</p>`}</div>
<figcaption><b>Figure ${number}.</b> ${text}.</figcaption>
${this.#data(number, spec)}</figure>`,
    reference: ({ target, name }) => html`<p class="reference">Shown in <a href="#${target}">${name}</a>.</p>`,
    folded: ({ summary, blocks, paper }) =>
      html`<details${paper && this.#open}><summary>${summary}</summary>
${this.#blocks(blocks)}</details>`,
    markdown: ({ source, images }) =>
      html`<div class="markdown" dir="auto">${markdownHtml(source, images, this.#outline)}</div>`,
    code: ({ label, preview, source, language }) =>
      html`<details class="code"${this.#open}><summary><span class="label">${label}</span> <code>${preview}</code></summary>
<pre><code>${codeHtml(source, language)}</code></pre></details>`,
    printed: ({ text, stream }) => html`<pre class="printed ${stream}">${text}</pre>`,
    image,
    command: ({ text }) => html`<pre class="command">${text}</pre>`,
  };

  #figure(figure: Figure): Html {
    const { number } = figure;
    const spec = chartOf(figure);
    return html`<figure id="figure-${number}"${spec && this.#live(number, spec)}>
<div class="picture">${finished(drawFigure(figure).svg)}</div>
<figcaption><b>Figure ${number}.</b> ${captionOf(figure).join(' ')}</figcaption>
${spec && this.#data(number, spec)}</figure>
${this.#blocks(detailsOf(figure))}`;
  }

  /** Marks a figure that the script brings to life, from the data that stand in it. */
  #live(number: number, spec: Json): Html | false {
    return spec !== null && this.#withCharts && finished(` data-chart="chart-${number}"`);
  }

  #data(number: number, spec: Json): Html | false {
    return (
      this.#withCharts &&
      html`<script type="application/json" id="chart-${number}">${finished(inJson(spec))}</script>\n`
    );
  }
}

const image = (picture: Image): Html =>
  html`<img class="output-picture" src="${dataUri(picture)}" alt="${picture.alt}" aria-label="${picture.alt}">`;

const inJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
