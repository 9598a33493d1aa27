/** More meanings of cells, each guarding a rule of the transform; every group is a notebook of its own. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TestSession } from './testSession.ts';

/** The value's text, or `!` and the beginning of "Name: message", or `line:column` of the error after ` @ `. */
type Row = readonly [code: string, expected: string | undefined];

const groups: Readonly<Record<string, readonly Row[]>> = {
  'names like the wrapper’s own': [
    ['const $ = 5; $', '5'],
    ['const $r = 5; $r', '5'],
    ['$', '5'],
    ['const $nb = 1, $nbdef = 2; $nb + $nbdef', '3'],
    ['$nb', '1'],
  ],
  'no CommonJS wrapping': [
    ['const f = () => { return this }; f()', undefined],
    ['typeof f', 'function'],
    ['this', undefined],
    ['return 5', '!SyntaxError: Top-level return cannot be used'],
    ['module', '!ReferenceError: module is not defined; cells are ES modules: use import'],
    ['require("fs")', '!ReferenceError: require is not defined; cells are ES modules: use import'],
  ],
  exports: [
    ['export * from "node:os"', '!SyntaxError: "export … from" has no meaning in a cell; use import @ 1:1'],
    ['export { cpus } from "node:os"', '!SyntaxError: "export … from" has no meaning in a cell; use import @ 1:1'],
    [
      '1;\n  export {\n cpus } from "node:os"',
      '!SyntaxError: "export … from" has no meaning in a cell; use import @ 2:3',
    ],
    ['const listed = 8; listed; export { listed }', '8'],
    ['1; export const declared = 2', undefined],
    ['export default class Foo {}', undefined],
    ['typeof Foo', 'function'],
    ['export default function bar() { return 6 }', undefined],
    ['bar()', '6'],
    ['const inside = 3; export { inside as outside }', undefined],
    ['inside', '3'],
  ],
  'imports run first, in their order': [
    [
      'const sep1 = sep;\nimport { sep } from "node:path/posix";\nimport { EOL } from "node:os"; [sep1, typeof EOL]',
      "[ '/', 'string' ]",
    ],
    [
      'import { sep as s } from "node:path/posix"; const twice = s + t; import { sep as t } from "node:path/posix"; twice',
      '//',
    ],
  ],
  'assignment to names of other cells': [
    ['let m1; ({ m1 } = { m1: 4 }); m1', '4'],
    ['({ m1 } = { m1: 9 }); m1', '9'],
    ['({ m1 = 2 } = {}); m1', '2'],
    ['m1++; m1', '3'],
    ['m1 += 2; m1', '5'],
    ['m1 = undefined; m1 ??= 5; m1', '5'],
    ['for (m1 of [1, 2, 3]) {} m1', '3'],
    ['for (m1 in { key: 1 }); m1', 'key'],
    ['[m1, ...rest1] = [1, 2]', '!ReferenceError: rest1 is not defined'],
    ['zz = 5', '!ReferenceError: zz is not defined @ 1:1'],
  ],
  'loops and awaits': [
    ['const xs = [1, 2], ys = [3]; let sum = 0', undefined],
    ['for (let i = 0; i < 3; i++) await 1', undefined],
    ['for (const x of xs) for (const y of ys) await y;', undefined],
    ['for (const x of xs) sum += await x\nsum', '3'],
    ['for (var k9 = 0; k9 < 0; k9++) sum++;', undefined],
    ['k9', '0'],
    ['outer: for (const x of xs) { for (;;) continue outer; }', undefined],
    ['let n = 0; while (n < 3) n++; n', '3'],
    ['await (await Promise.resolve(Promise.resolve(4)))', '4'],
    ['(await import("node:path")).posix.sep', '/'],
    ['for (const x of [await 1, await 2]) if (x > 1) { sum = x } else await x; sum', '2'],
  ],
  'eval sees the cell, not other cells': [
    ['let s1 = 1; eval("s1")', '1'],
    ['eval("s1")', '!ReferenceError: s1 is not defined'],
  ],
  'errors of JavaScript stay': [
    ['let d1 = 1; let d1 = 2', '!SyntaxError: The symbol "d1" has already been declared @ 1:17'],
    ['import { readFileSync } from "node:fs"', undefined],
    ['readFileSync = 1', "!TypeError: Assignment to constant variable 'readFileSync'."],
    ['"ä"; const x1 = ; 5', '!SyntaxError: Unexpected ";" @ 1:17'],
    ['/(/.test("a")', '!SyntaxError: Invalid regular expression: /(/: Unterminated group @ 1:1'],
    ['1 + /* never closed', '!SyntaxError: Expected "*/" to terminate multi-line comment @ 1:20'],
    ['const t1 = 1;\nfunction oops( {\n}', '!SyntaxError'],
  ],
  'per-run values may be declared anew': [
    ['const console = { log: () => "mine" }; console.log()', 'mine'],
    ['console.log()', 'mine'],
    ['function display(x) { return x + 1 }', undefined],
    ['display(1)', '2'],
  ],
  'names in every position': [
    ['const a = 2, b = 7', undefined],
    ['try { var tv = 1; throw 1 } catch (e) { var te = e } [tv, te]', '[ 1, 1 ]'],
    ['te', '1'],
    ['class A1 { static x = a; #p = 1; get p() { return this.#p } }; new A1().p + A1.x', '3'],
    ['const obj = { a, get g() { return a }, ["k" + a]: b, m() { return a } }', undefined],
    ['[obj.a, obj.g, obj.k2, obj.m()]', '[ 2, 2, 7, 2 ]'],
    ['const enum CE { A = 3 }; CE.A', '3'],
    ['CE.A', '3'],
    ['const tag = (s, ...v) => s.join("|") + v', undefined],
    ['tag`x$' + '{a}y`', 'x|y2'],
    ['class Sub extends A1 { z = a }; new Sub().z', '2'],
    ['((x = a, { y = b } = {}) => x + y)()', '9'],
    ['`$' + '{a}$' + '{typeof a}$' + '{typeof nope}`', '2numberundefined'],
    ['const who = function () { return this }', undefined],
    ['who()', undefined],
    ['const größe = 3; größe', '3'],
    ['größe + a', '5'],
    ['const { a: renamed, ...others } = { a: 1, c: 2 }; [renamed, others]', '[ 1, { c: 2 } ]'],
  ],
  'braces: object or block': [
    ['{ const t = 1; t + 1 }', undefined],
    ['{ a: nopeee }', '!ReferenceError: nopeee is not defined @ 1:6'],
    ['{\n  a: nopeee }', '!ReferenceError: nopeee is not defined @ 2:6'],
    ['{}', '{}'],
  ],
  'nothing to show': [
    ['', undefined],
    ['// only a comment', undefined],
    [';;;', undefined],
    ['interface Only { types: 1 }', undefined],
  ],
  'values that fold to a constant': [
    ['-1', '-1'],
    ['const q1 = 3; q1\n-1', '2'],
    ['const q2 = 3; q2;\n-1', '-1'],
    ['"a" + "b"', 'ab'],
    ['q1; NaN', 'NaN'],
    ['q1; undefined', undefined],
    ['q1 // ; -1', '3'],
    ['!1;', 'false'],
    ['2 * 3 // six', '6'],
  ],
  using: [
    [
      'const log: string[] = []; using u1 = { [Symbol.dispose ?? Symbol.for("x")]() {} }; const kept = 4; log.length',
      '0',
    ],
    ['kept', '4'],
    [
      'using u2 = { [Symbol.dispose ?? Symbol.for("x")]() {} }; const first = 1; throw new Error("late")',
      '!Error: late',
    ],
    ['first', '1'],
    ['await using u3 = { async [Symbol.asyncDispose]() {} }; const third = 3; third', '3'],
    ['third', '3'],
  ],
  'what a failing cell has published stays': [
    ['const early = 1; function hoisted() { return 2 }; early.x.y', '!TypeError'],
    ['[early, hoisted()]', '[ 1, 2 ]'],
  ],
  'thrown things that are not errors': [
    ['throw 5', '!Thrown: 5'],
    ['throw undefined', '!Thrown: undefined'],
    ['throw { code: 3 }', '!Thrown: { code: 3 }'],
  ],
};

for (const [name, rows] of Object.entries(groups))
  test(name, async () => {
    const notebook = new TestSession();
    for (const [code, expected] of rows) {
      const { value, error } = await notebook.run(code);
      if (expected?.startsWith('!')) {
        const [text, at] = expected.slice(1).split(' @ ');
        expect(`${error?.name}: ${error?.message}`, code).toContain(text);
        if (at) expect(`${error?.frames[0].line}:${error?.frames[0].column}`, code).toBe(at);
      } else {
        expect(error?.stack, code).toBeUndefined();
        expect(value?.['text/plain'], code).toBe(expected);
      }
    }
  });

test('nothing lands on globalThis, but for what a cell puts there', async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  const notebook = new TestSession();
  await notebook.run('var g1 = 1; function g2() {}; class G3 {}; let g4, { g5 } = { g5: 1 }; import g6 from "node:os"');
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
});

test('defines and uses', async () => {
  const { defines, uses } = await new TestSession().run('const d = u1 + 1; function e() { return u2(d) }');
  expect([defines.toSorted(), uses.toSorted()]).toEqual([
    ['d', 'e'],
    ['u1', 'u2'],
  ]);
});

describe('cells are one module', () => {
  /** Statements over variables x0, x1, ...: statement i declares x_i from earlier ones, and may change earlier `let`s. */
  const statement = fc.record({
    kind: fc.constantFrom('const', 'let', 'var', 'function', 'pattern', 'update', 'loop', 'block', 'await', 'closure'),
    first: fc.nat(),
    second: fc.nat(),
    number: fc.integer({ min: -9, max: 9 }),
  });

  function program(drawn: readonly (typeof statement extends fc.Arbitrary<infer T> ? T : never)[]): string[] {
    const assignable: number[] = [];
    return drawn.map(({ kind, first, second, number }, i) => {
      const a = i ? `x${first % i}` : '1';
      const b = i ? `x${second % i}` : '2';
      const target = assignable.length ? `x${assignable[first % assignable.length]}` : undefined;
      const n = `(${number})`;
      const value = (x: string) => `(typeof ${x} === "function" ? ${x}() : ${x})`;
      switch (kind) {
        case 'let':
        case 'var':
          assignable.push(i);
          return `${kind} x${i} = ${value(a)} + ${n};`;
        case 'function':
          return `function x${i}() { return ${value(a)} - ${n} }`;
        case 'closure':
          return `const x${i} = () => ${target ? `(${target} += 1)` : value(a)};`;
        case 'pattern':
          return `const [x${i} = ${n}] = [${value(b)}];`;
        case 'update':
          return target ? `${target} += ${n}; const x${i} = ${target}++;` : `const x${i} = ${n};`;
        case 'loop':
          return `let x${i} = 0; for (let j = 0; j < 3; j++) x${i} += ${value(b)} * j;`;
        case 'block':
          return `if (${value(a)} > ${value(b)}) { var x${i} = 1 } else { x${i} = 2 }`;
        case 'await':
          return `const x${i} = await Promise.resolve(${value(a)} * 2);`;
        default:
          return `const x${i} = ${value(a)} * ${value(b)} % 97;`;
      }
    });
  }

  test('running statements in cells gives what running them together gives', async () => {
    const AsyncFunction = (async () => {}).constructor as new (code: string) => () => Promise<unknown>;
    await fc.assert(
      fc.asyncProperty(
        fc.array(statement, { minLength: 1, maxLength: 8 }),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        async (drawn, breaks) => {
          const statements = program(drawn);
          const all = `JSON.stringify([${statements.map((_, i) => `typeof x${i} === "function" ? x${i}() : x${i}`)}])`;
          const expected = await new AsyncFunction(`"use strict";\n${statements.join('\n')}\nreturn ${all}`)();
          const cells = [''];
          statements.forEach((text, i) => {
            cells[cells.length - 1] += `${text}\n`;
            if (breaks[i]) cells.push('');
          });
          const notebook = new TestSession();
          for (const cell of cells) expect((await notebook.run(cell)).error?.stack, cell).toBeUndefined();
          expect((await notebook.run(all)).value?.['text/plain']).toBe(expected);
        },
      ),
      { numRuns: 60, seed: 18 },
    );
  });
});
