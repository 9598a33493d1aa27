/** The style sheet of HTML reports: light and dark by the reader's choice, black on white in print. */

import { viewStyles } from '../views/styles.ts';
import { livePalette as c, cssVariables, palettes } from '../views/theme.ts';

const light = cssVariables(palettes.light);
const dark = cssVariables(palettes.dark);

const code = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

export const reportStyles = `
:root { color-scheme: light dark; ${light} --keyword: #8250df; --string: #0a5f38; --number: #0550ae; --comment: #646b73; --name: #7a3e00; --wash: #f4f7fb; }
@media (prefers-color-scheme: dark) { :root { ${dark} --keyword: #c9a2f5; --string: #93d3a2; --number: #8fc1ff; --comment: #9aa0a6; --name: #f0b880; --wash: #252b33; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; max-width: 54rem; padding: 3rem 1.5rem 4rem; background: ${c.page}; color: ${c.foreground}; font: 16px/1.6 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 2rem 0 0.5rem; text-wrap: balance; }
h1 { font-size: 2.1rem; margin: 0.25rem 0 1rem; letter-spacing: -0.015em; }
h2 { font-size: 1.45rem; margin: 2.75rem 0 1rem; padding-top: 1.25rem; border-top: 1px solid ${c.border}; }
h3 { font-size: 1.2rem; } h4 { font-size: 1.05rem; } h5, h6 { font-size: 1rem; }
p { margin: 0.6rem 0; }
a { color: ${c.embedding}; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid ${c.embedding}; outline-offset: 2px; border-radius: 2px; }
.kicker { margin: 0; color: ${c.muted}; font-size: 0.875rem; }
.verdict { margin: 1.25rem 0; padding: 1.1rem 1.35rem; background: var(--wash); border-inline-start: 4px solid ${c.embedding}; border-radius: 0 6px 6px 0; }
.verdict p { margin: 0.4rem 0 0; color: ${c.muted}; }
.verdict p:first-child { margin: 0; color: ${c.foreground}; font-size: 1.2rem; line-height: 1.45; font-weight: 550; text-wrap: pretty; }
.whole { white-space: nowrap; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; list-style: none; margin: 1.25rem 0 0; padding: 0; font-size: 0.9rem; }
nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }
.quiet, .absent { color: ${c.muted}; font-size: 0.875rem; }
.warning { color: ${c.removed}; font-weight: 550; }
figure { margin: 1.75rem 0; break-inside: avoid; }
.picture { overflow-x: auto; }
.picture svg { display: block; max-width: 100%; height: auto; }
.picture > svg { min-width: 30rem; }
figcaption { margin-top: 0.6rem; color: ${c.muted}; font-size: 0.875rem; line-height: 1.5; }
figcaption b { color: ${c.foreground}; }
.reference { color: ${c.muted}; font-size: 0.9rem; margin: 0.5rem 0; padding-inline-start: 0.9rem; border-inline-start: 2px solid ${c.border}; }
img { max-width: 100%; height: auto; }
.output-picture { display: block; margin: 0.75rem 0; background: #ffffff; }
.nfm-view.scroll { overflow-x: auto; margin: 1rem 0; font-size: 0.84rem; }
.nfm-view .nfm-table { margin: 0; min-width: min(100%, 24rem); }
.nfm-view caption { font-weight: 600; color: ${c.foreground}; padding-bottom: 0.4rem; }
.nfm-view th, .nfm-view td { padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid ${c.grid}; }
.nfm-view th:last-child, .nfm-view td:last-child { padding-right: 0; }
.nfm-view .nfm-remark { font-size: 0.84rem; white-space: normal; margin: 0.5rem 0 0; }
.markdown table { border-collapse: collapse; display: block; overflow-x: auto; font-size: 0.9rem; }
.markdown th, .markdown td { padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid ${c.grid}; text-align: start; }
.markdown blockquote { margin: 0.75rem 0; padding-inline-start: 1rem; border-inline-start: 3px solid ${c.border}; color: ${c.muted}; }
.markdown :not(pre) > code { background: ${c.box}; border-radius: 3px; padding: 0.1em 0.3em; font: 0.86em ${code}; }
.markdown hr { border: 0; border-top: 1px solid ${c.border}; }
pre { margin: 0.75rem 0; padding: 0.75rem 0.9rem; overflow-x: auto; border-radius: 6px; background: ${c.box}; font: 13px/1.5 ${code}; tab-size: 2; unicode-bidi: plaintext; overflow-wrap: normal; }
pre.printed { background: none; border-inline-start: 2px solid ${c.border}; border-radius: 0; padding: 0.1rem 0 0.1rem 0.9rem; }
pre.error { border-color: ${c.removed}; color: ${c.removed}; white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; color: ${c.muted}; font-size: 0.875rem; }
details.code > summary { display: flex; gap: 0.75rem; align-items: baseline; padding: 0.3rem 0.7rem; background: ${c.box}; border-radius: 6px; white-space: nowrap; list-style: none; }
details.code > summary::-webkit-details-marker { display: none; }
details.code > summary::before { content: '▸'; } details.code[open] > summary::before { content: '▾'; }
details.code > summary code { overflow: hidden; text-overflow: ellipsis; font: 12px/1.6 ${code}; color: ${c.foreground}; }
details.code[open] > summary code { visibility: hidden; }
details.code > summary .label { flex: none; }
details.code > pre { margin-top: 0.25rem; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.35rem 1.5rem; margin: 1rem 0; font-size: 0.9rem; }
dt { color: ${c.muted}; max-width: 18rem; } dd { margin: 0; }
dd.code { font: 12px/1.8 ${code}; }
pre.command { border: 1px solid ${c.border}; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid ${c.border}; color: ${c.muted}; font-size: 0.84rem; }
.hljs-keyword, .hljs-built_in, .hljs-literal { color: var(--keyword); } .hljs-string, .hljs-regexp { color: var(--string); }
.hljs-number { color: var(--number); } .hljs-comment { color: var(--comment); font-style: italic; } .hljs-title, .hljs-attr { color: var(--name); }
#vg-tooltip-element { background: ${c.box} !important; color: ${c.foreground} !important; border-color: ${c.border} !important; font-family: inherit; }
#vg-tooltip-element td { color: inherit !important; }
@media (max-width: 40rem) { body { padding: 1.5rem 1rem 3rem; font-size: 15px; } h1 { font-size: 1.7rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } }
@page { margin: 16mm; }
@media print {
  :root { color-scheme: light; ${light} --keyword: #6639ba; --string: #0a5f38; --number: #0550ae; --comment: #57606a; --name: #7a3e00; --wash: #f4f7fb; }
  body { max-width: none; padding: 0; font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav { display: none; }
  h2 { margin-top: 1.75rem; }
  h2, h3, h4, h5, h6, summary, caption { break-after: avoid; }
  tr, .verdict, dt, dd { break-inside: avoid; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 8.5pt; }
  .picture, .nfm-view.scroll { overflow: visible; } .picture svg, .picture > svg { min-width: 0; max-height: 230mm; }
  .nfm-view.scroll, .nfm-view .nfm-remark { font-size: 8.5pt; } .nfm-view th, .nfm-view td { padding-right: 0.7rem; white-space: normal; }
  details.code::details-content { content-visibility: visible; block-size: auto; }
  details:not(.code):not([open]) { display: none; }
  details.code > summary { background: none; padding: 0; } details.code > summary::before, details.code > summary code { display: none; }
  a { color: inherit; text-decoration: none; }
}
${viewStyles}
`.trim();
