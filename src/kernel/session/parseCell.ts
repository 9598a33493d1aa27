/**
 * The first half of the transform: the text of a TypeScript cell to JavaScript with a syntax tree. Everything that
 * esbuild would do to a module but must not do to a cell is prevented here.
 */

import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import * as acorn from 'acorn';
import * as esbuild from 'esbuild';
import { CellSyntaxError } from './cellSyntaxError.ts';

export interface ParsedCell {
  /** The cell's text. */
  readonly source: string;
  /** JavaScript, as esbuild printed it. */
  readonly js: string;
  /** Source map from `js` to the cell's text. */
  readonly map: string;
  readonly ast: acorn.Program;
  /** Columns by which line 1 of the text was moved to the right before it was compiled. */
  readonly shift: number;
}

/** @throws CellSyntaxError */
export async function parseCell(source: string): Promise<ParsedCell> {
  const object = await compileObject(source);
  const compiled = object ?? (await compile(source));
  const { code: js, map } = object ? compiled : ((await keepFoldedValue(source, compiled)) ?? compiled);
  const shift = object ? 1 : 0;
  try {
    return {
      source,
      js,
      map,
      shift,
      ast: acorn.parse(js, { ecmaVersion: 'latest', sourceType: 'module', ranges: true }),
    };
  } catch (error) {
    // What only this parser refuses: a malformed regular expression.
    if (!(error instanceof SyntaxError) || !('pos' in error)) throw error;
    throw syntaxErrorAt({ source, js, map, shift }, Number(error.pos), error.message.replace(/ \(\d+:\d+\)$/, ''));
  }
}

/** An error at an offset of the JavaScript, at the place in the cell that it came from. */
export function syntaxErrorAt(cell: Omit<ParsedCell, 'ast'>, offset: number, message: string): CellSyntaxError {
  const { line, column } = originalPositionFor(new TraceMap(cell.map), acorn.getLineInfo(cell.js, offset));
  return new CellSyntaxError(message, cell.source, line ?? 1, (column ?? 0) + 1 - (line === 1 ? cell.shift : 0));
}

function transform(source: string): Promise<esbuild.TransformResult> {
  // Without an export, a bare `this`, `exports` or `module` makes esbuild wrap the cell as CommonJS, which hides every
  // name. No `format`: with one, `export default value` loses its value. An older target drops import attributes.
  return esbuild.transform(`${source}\n;export{}`, {
    loader: 'ts',
    target: 'node20.10',
    charset: 'utf8',
    sourcemap: 'external',
    sourcefile: 'cell',
    sourcesContent: false,
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
  });
}

async function compile(source: string): Promise<esbuild.TransformResult> {
  try {
    return await transform(source);
  } catch (failure) {
    throw fromEsbuild(failure as esbuild.TransformFailure, source);
  }
}

/** A cell in braces is an object literal if it can be one: `{ rmse, mae }`. */
async function compileObject(source: string): Promise<esbuild.TransformResult | undefined> {
  const text = source.trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  return transform(`(${source})`).catch(() => undefined);
}

/** The text without lines that say nothing. */
const statements = (js: string): string => js.replace(/^(?:;|export \{\};)\n/gm, '');
const startsLikeConstant = /^[-+!~"'`(\d.INtfuv]/;

/**
 * esbuild removes a last expression that folds to a constant (`-1`, `"a" + "b"`, `undefined`), and the statement before
 * it would pass for the cell's value. Such a tail is compiled as `export default (tail)`; the rest must stay the same.
 */
async function keepFoldedValue(
  source: string,
  compiled: esbuild.TransformResult,
): Promise<esbuild.TransformResult | undefined> {
  const body = source.replace(/[\s;]+$/, '');
  const start = Math.max(body.lastIndexOf('\n'), body.lastIndexOf(';')) + 1;
  const tail = body.slice(start).trim();
  if (!startsLikeConstant.test(tail) || tail.length > 1000) return undefined;
  try {
    if (statements((await transform(tail)).code) !== '') return undefined;
    const kept = await transform(`${source.slice(0, start)}export default (${tail}\n)`);
    const rest = kept.code.replace(/^export default [^\n]*\n/m, '');
    return rest !== kept.code && statements(rest) === statements(compiled.code) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function fromEsbuild(failure: esbuild.TransformFailure, source: string): Error {
  const [first] = failure.errors ?? [];
  if (!first) return failure;
  if (!first.location) return new CellSyntaxError(first.text, source, 1, 1);
  const { line, column, lineText } = first.location;
  // esbuild counts columns in bytes of UTF-8.
  const units = new TextDecoder().decode(new TextEncoder().encode(lineText).slice(0, column)).length;
  return new CellSyntaxError(first.text, source, line, units + 1);
}
