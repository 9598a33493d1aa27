/** Code of cells with its colours, which the style sheet gives to the classes of highlight.js. */

import hljs from 'highlight.js/lib/core';
import typescript from 'highlight.js/lib/languages/typescript';
import { escapeText } from '../../kernel/format/escapeText.ts';
import { finished, type Html } from './markup.ts';

hljs.registerLanguage('typescript', typescript);

const languages: ReadonlySet<string> = new Set(['typescript', 'javascript', 'nfm-ts', 'ts', 'js']);
/** Longer texts are data, not code, and would take long. */
const longest = 200_000;

export function codeHtml(source: string, language: string): Html {
  if (!languages.has(language) || source.length > longest) return finished(escapeText(source));
  return finished(hljs.highlight(source, { language: 'typescript', ignoreIllegals: true }).value);
}
