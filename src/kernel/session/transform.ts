/**
 * A cell's text to a script. Declarations stay real locals of one async function and are *published* right after they
 * ran, as accessors on the notebook scope; names of other cells are read through that scope:
 *
 *     const a = 1; a + b      becomes      const a = 1; $nbdef({ "a": [() => a] }); $nbr = (a + $nb.b);
 *
 * So `const` stays constant, closures keep the variables of the run that made them, loops over locals run at full
 * speed, and nothing lands on `globalThis`.
 */

import remapping from '@jridgewell/remapping';
import type { AnyNode, ImportDeclaration } from 'acorn';
import { cellPrefix, scopeMember, stopCheck } from '../base/functionText.ts';
import {
  boundNames,
  type FreeName,
  freeNames,
  hoistedNames,
  type TopLevelStatement,
  topLevelStatements,
  walk,
} from './bindings.ts';
import { Edits } from './edits.ts';
import { type ParsedCell, parseCell, syntaxErrorAt } from './parseCell.ts';

export interface CellScript {
  /**
   * An expression: a function that takes what `wrapperParameters` lists, then the values of `bindings`, and returns an
   * async function without parameters, which runs the cell and returns `{ value }`.
   */
  readonly code: string;
  /** Source map of `code` to the cell's text, as JSON. */
  readonly map: string;
  /** To subtract from columns of line 1 after mapping. */
  readonly shift: number;
  /** Names that the cell publishes. */
  readonly defines: readonly string[];
  /** Names that it mentions without declaring them, globals included. */
  readonly uses: readonly string[];
}

export interface TransformOptions {
  /** Names that are per-run values handed to the script (`console`, `display`, ...); a cell may declare them anew. */
  readonly bindings?: readonly string[];
  /** True for a name that some cell has published. */
  readonly isPublished?: (name: string) => boolean;
  /** True for a name that every script can see; by default what `globalThis` has. */
  readonly isGlobal?: (name: string) => boolean;
}

/** The wrapper's own parameters, without the prefix: scope, publish, import, check, typeof, stop flag, import.meta. */
const wrapperParameters = ['', 'def', 'import', 'c', 'typeof', 'f', 'meta'];

/** @throws CellSyntaxError */
export async function transformCell(source: string, options: TransformOptions = {}): Promise<CellScript> {
  return new Transform(await parseCell(source), options).script();
}

class Transform {
  readonly #cell: ParsedCell;
  readonly #options: TransformOptions;
  readonly #edits = new Edits();
  readonly #defines = new Set<string>();
  /** Prefix of the wrapper's names; the cell's text does not have it. */
  readonly #nb: string;

  constructor(cell: ParsedCell, options: TransformOptions) {
    this.#cell = cell;
    this.#options = options;
    let prefix = cellPrefix;
    while (cell.source.includes(prefix)) prefix += '_';
    this.#nb = prefix;
  }

  script(): CellScript {
    const { js, map, ast, shift } = this.#cell;
    const free = freeNames(ast);
    const head = this.#declarations();
    for (const name of free) this.#freeName(name);
    walk(ast, (node) => this.#guard(node));

    const nb = this.#nb;
    const text = this.#edits.applyTo(js);
    const parameters = [...wrapperParameters.map((name) => nb + name), ...(this.#options.bindings ?? [])];
    text.prepend(`((${parameters})=>async()=>{"use strict";let ${nb}r;${head}`);
    text.append(`\nreturn {value:${nb}r}})`);
    const edited = text.generateMap({ hires: true, source: 'cell', includeContent: false }).toString();
    return {
      code: text.toString(),
      map: remapping([edited, map], () => null).toString(),
      shift,
      defines: [...this.#defines],
      uses: [...new Set(free.map(({ identifier }) => identifier.name))],
    };
  }

  /** Publishes what the statements declare and marks the cell's value; returns what has to run first. */
  #declarations(): string {
    const functions: string[] = [];
    let last: TopLevelStatement | undefined;
    let importsEnd = 0;
    for (const statement of topLevelStatements(this.#cell.ast)) {
      if (statement.type === 'ImportDeclaration') {
        importsEnd = this.#import(statement, importsEnd);
        continue;
      }
      const declaration = this.#withoutExport(statement);
      if (declaration?.type === 'FunctionDeclaration' && declaration.id) functions.push(declaration.id.name);
      else if (declaration) this.#publishAfter(declaration, statement.end);
      const isExportList = statement.type === 'ExportNamedDeclaration' && !declaration;
      if (statement.type !== 'EmptyStatement' && !isExportList) last = statement;
    }
    if (last?.type === 'ExpressionStatement')
      this.#edits.wrap(last.expression.start, last.expression.end, `${this.#nb}r=(`, ')');
    return this.#publish(functions, true);
  }

  /** The statement without `export`, which has no meaning in a cell; undefined when nothing remains to be declared. */
  #withoutExport(statement: TopLevelStatement): AnyNode | undefined {
    const { type, start, end } = statement;
    if (type === 'ExportAllDeclaration' || (type === 'ExportNamedDeclaration' && statement.source))
      throw syntaxErrorAt(this.#cell, start, '"export … from" has no meaning in a cell; use import');
    if (type !== 'ExportNamedDeclaration' && type !== 'ExportDefaultDeclaration') return statement;
    const { declaration } = statement;
    if (!declaration) {
      this.#edits.remove(start, end);
      return undefined;
    }
    if (type === 'ExportNamedDeclaration' || ('id' in declaration && declaration.id)) {
      this.#edits.remove(start, declaration.start);
      return declaration;
    }
    this.#edits.replace(start, declaration.start, `${this.#nb}r=(`);
    this.#edits.wrap(declaration.start, declaration.end, '', ')');
    return undefined;
  }

  #publishAfter(declaration: AnyNode, end: number): void {
    const publish = (names: readonly string[], assignable: boolean) =>
      this.#edits.wrap(declaration.start, end, '', this.#publish(names, assignable));
    if (declaration.type === 'VariableDeclaration')
      publish(
        declaration.declarations.flatMap((d) => boundNames(d.id)),
        declaration.kind !== 'const',
      );
    else if (declaration.type === 'ClassDeclaration') publish(boundNames(declaration.id), true);
    else if (declaration.type !== 'ExpressionStatement') publish(hoistedNames(declaration), true);
  }

  #publish(names: readonly string[], assignable: boolean): string {
    const own = [...new Set(names)].filter((name) => this.#isUsers(name));
    for (const name of own) this.#defines.add(name);
    const value = `${this.#nb}v`;
    const accessors = own.map(
      (n) => `${JSON.stringify(n)}:[()=>${n}${assignable ? `,${value}=>{${n}=${value}}` : ''}]`,
    );
    return own.length ? `${this.#nb}def({${accessors}});` : '';
  }

  /** False for the helper functions that esbuild adds: the cell's text does not name them. */
  #isUsers(name: string): boolean {
    const word = name.replaceAll('$', '\\$');
    return new RegExp(`(?<![\\p{ID_Continue}$])${word}(?![\\p{ID_Continue}$])`, 'u').test(this.#cell.source);
  }

  /**
   * `import d, { a as b } from "m"` becomes `const m = await import("m"); const d = m.default, b = m.a;` and moves up to
   * the imports before it. Returns the end of the imports at the head.
   */
  #import({ start, end, source, specifiers, attributes }: ImportDeclaration, importsEnd: number): number {
    const module = `${this.#nb}m${start}`;
    const pairs = attributes.map(({ key, value }) => {
      const name = key.type === 'Identifier' ? key.name : String(key.value);
      return `${JSON.stringify(name)}:${JSON.stringify(value.value)}`;
    });
    const options = pairs.length ? `,{with:{${pairs}}}` : '';
    let text = `const ${module}=await ${this.#nb}import(${JSON.stringify(source.value)}${options});`;
    for (const s of specifiers) {
      const property =
        s.type === 'ImportNamespaceSpecifier'
          ? undefined
          : s.type === 'ImportDefaultSpecifier'
            ? 'default'
            : s.imported.type === 'Identifier'
              ? s.imported.name
              : s.imported.value;
      text += `const ${s.local.name}=${module}${property === undefined ? '' : `[${JSON.stringify(property)}]`};`;
    }
    const names = specifiers.map((s) => s.local.name);
    this.#edits.replace(start, end, text + this.#publish(names, false));
    if (start <= importsEnd + 1) return end;
    this.#edits.move(start, end, importsEnd);
    return importsEnd;
  }

  /** A name of another cell: through the scope, in the form that its place asks for. */
  #freeName({ identifier, parent, grandparent }: FreeName): void {
    const { name, start, end } = identifier;
    if (name === 'arguments' || !this.#isFromScope(name) || parent.type === 'ExportSpecifier') return;
    const member = scopeMember(this.#nb, name);
    const isShorthand = (property: AnyNode | undefined, value: AnyNode) =>
      property?.type === 'Property' && property.shorthand && property.value === value;
    const isDefaulted = parent.type === 'AssignmentPattern' && parent.left === identifier;
    if (isShorthand(parent, identifier) || (isDefaulted && isShorthand(grandparent, parent)))
      this.#edits.replace(start, end, `${name}:${member}`);
    else if (parent.type === 'UnaryExpression' && parent.operator === 'typeof')
      this.#edits.replace(parent.start, parent.end, `${this.#nb}typeof(${JSON.stringify(name)})`);
    else if (
      (parent.type === 'CallExpression' && parent.callee === identifier) ||
      (parent.type === 'TaggedTemplateExpression' && parent.tag === identifier)
    )
      this.#edits.replace(start, end, `(0,${member})`); // so that `this` stays undefined
    else this.#edits.replace(start, end, member);
  }

  #isFromScope(name: string): boolean {
    const { bindings = [], isPublished = () => false, isGlobal = (n) => n in globalThis } = this.#options;
    return isPublished(name) || !(bindings.includes(name) || isGlobal(name));
  }

  /** A stop check in every loop and after every await; imports and import.meta as the notebook's own. */
  #guard(node: AnyNode): void {
    const nb = this.#nb;
    if (node.type === 'AwaitExpression') this.#edits.wrap(node.start, node.end, `${nb}c(`, ')');
    else if (node.type === 'MetaProperty' && node.meta.name === 'import')
      this.#edits.replace(node.start, node.end, `${nb}meta`);
    else if (node.type === 'ImportExpression')
      this.#edits.replace(node.start, node.start + 'import'.length, `${nb}import`);
    else if (/^(?:For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type)) {
      const { body } = node as AnyNode & { body: AnyNode };
      const check = stopCheck(nb);
      if (body.type === 'BlockStatement') this.#edits.wrap(body.start, body.start + 1, '', check);
      else if (body.type === 'EmptyStatement') this.#edits.replace(body.start, body.end, `{${check}}`);
      else this.#edits.wrap(body.start, body.end, `{${check}`, '}');
    }
  }
}
