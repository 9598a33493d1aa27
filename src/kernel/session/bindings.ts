/** Which names the statements of a cell declare, and which they only mention. */

import type { AnyNode, Identifier, ModuleDeclaration, Pattern, Program, Statement } from 'acorn';
import { analyze } from 'eslint-scope';

export type TopLevelStatement = Statement | ModuleDeclaration;

/** Calls `visit` for every node below `node` and itself, parents first. */
export function walk(node: AnyNode, visit: (node: AnyNode, parents: readonly AnyNode[]) => void): void {
  const parents: AnyNode[] = [];
  const step = (current: AnyNode) => {
    visit(current, parents);
    parents.push(current);
    for (const value of Object.values(current))
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item)) step(item);
      } else if (isNode(value)) step(value);
    parents.pop();
  };
  step(node);
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/** The names that a declaration's pattern binds. */
export function boundNames(pattern: Pattern | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((p) => boundNames(p.type === 'RestElement' ? p.argument : p.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap(boundNames);
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    default:
      return [];
  }
}

/** Names of `var` declarations inside blocks and loops: they belong to the cell, not to the block. */
export function hoistedNames(statement: AnyNode): string[] {
  const names: string[] = [];
  walk(statement, (node, parents) => {
    if (node.type === 'VariableDeclaration' && node.kind === 'var' && !parents.some(ownsVariables))
      names.push(...node.declarations.flatMap((d) => boundNames(d.id)));
  });
  return names;
}

const ownsVariables = (node: AnyNode): boolean =>
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|StaticBlock|PropertyDefinition)$/.test(node.type);

/**
 * The cell's statements. esbuild turns a cell with `using` into one big `try ... finally` that disposes; its inner
 * statements are the user's.
 */
export function topLevelStatements(program: Program): TopLevelStatement[] {
  return program.body.flatMap((statement) => {
    if (statement.type !== 'TryStatement' || !statement.finalizer) return [statement];
    return callsDispose(statement.finalizer) ? statement.block.body : [statement];
  });
}

function callsDispose(finalizer: AnyNode): boolean {
  let found = false;
  walk(finalizer, (node) => {
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier')
      found ||= node.callee.name.startsWith('__callDispose');
  });
  return found;
}

export interface FreeName {
  readonly identifier: Identifier;
  readonly parent: AnyNode;
  readonly grandparent: AnyNode | undefined;
}

/** Every mention of a name that the cell does not declare. */
export function freeNames(program: Program): FreeName[] {
  const scopes = analyze(program as Parameters<typeof analyze>[0], {
    ecmaVersion: 2022,
    sourceType: 'module',
    fallback: 'iteration',
    // Otherwise one call of eval makes every declaration of the cell look free.
    ignoreEval: true,
    childVisitorKeys: importKeys,
  });
  const free = new Set<unknown>(scopes.globalScope?.through.map((reference) => reference.identifier));
  const names: FreeName[] = [];
  walk(program, (node, parents) => {
    if (free.has(node))
      names.push({ identifier: node as Identifier, parent: parents.at(-1) as AnyNode, grandparent: parents.at(-2) });
  });
  return names;
}

/** The scope analysis does not know the second argument of `import()`. */
const importKeys = { ImportExpression: ['source', 'options'] };
