/** What cells mean, as one table: run in this order in one notebook scope; later rows depend on earlier ones. */

import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { TestSession } from './testSession.ts';

const notebook = new TestSession({ 'localmod.ts': 'export interface A { a: number }\nexport const B = "local";\n' });
symlinkSync(resolve('node_modules'), join(notebook.folder, 'node_modules'));

/** The value's text as inspected, or the failure: "Name: message" and then frames, "function place:line:column". */
type Expected = string | undefined | { readonly error: string; readonly at: readonly string[] };

const cases: readonly (readonly [number, string, Expected])[] = [
  [1, 'const a = 1; a', '1'],
  [2, 'const a = 2; a', '2'],
  [3, 'a', '2'],
  [4, 'a = 3', { error: "TypeError: Assignment to constant variable 'a'.", at: ['Cell 4:1:1'] }],
  [5, 'let b: number = 10; function bump(){ b++; return b }', undefined],
  [6, 'bump(); b', '11'],
  [7, 'b = 100; bump()', '101'],
  [8, 'let b = 0', undefined],
  [9, '[b, bump()]', '[ 0, 102 ]'],
  [10, 'class K { x = 1 }\nnew K().x', '1'],
  [11, 'class K { x = 2 }\nnew K().x', '2'],
  [12, 'var v = 1', undefined],
  [13, 'let v = 2; v', '2'],
  [14, 'function v(){return 3}; v()', '3'],
  [
    15,
    'const {q, w: [z = 9], ...rest} = await Promise.resolve({q:1, w:[], e:5}); ({q,z,rest})',
    '{ q: 1, z: 9, rest: { e: 5 } }',
  ],
  [16, '({q,z})', '{ q: 1, z: 9 }'],
  [17, '{ q, z }', '{ q: 1, z: 9 }'],
  [18, '[b, v] = [7, 8]; b', '7'],
  [
    19,
    'import os from "node:os"; import * as path from "node:path"; import { readFileSync as rf, type Stats } from "node:fs"; [typeof os.cpus, typeof path.join, typeof rf]',
    "[ 'function', 'function', 'function' ]",
  ],
  [20, 'typeof rf + path.posix.sep', 'function/'],
  [21, 'import { analyze } from "eslint-scope"; typeof analyze', 'function'],
  [22, 'import remap from "@jridgewell/remapping"; typeof remap', 'function'],
  [23, 'import { type A, B } from "./localmod.ts"', undefined],
  [24, 'enum Color { Red, Green }; Color.Green', '1'],
  [25, 'namespace N { export const k = 4 }; N.k', '4'],
  [26, 'interface I { a: number }; type T = I; const i: T = {a:1}; i!.a satisfies number', '1'],
  [27, 'typeof nope', 'undefined'],
  [28, 'nope', { error: 'ReferenceError: nope is not defined', at: ['Cell 28:1:1'] }],
  [29, 'typeof a', 'number'],
  [30, 'const o = {a, b, c: {a}}; o', '{ a: 2, b: 7, c: { a: 2 } }'],
  [31, 'for (var k = 0; k < 3; k++) {} ; k', '3'],
  [32, 'k', '3'],
  [33, 'if (true) { var inner = 5 }', undefined],
  [34, 'inner', '5'],
  [35, 'const document = {fake:1}; document', '{ fake: 1 }'],
  [36, 'typeof globalThis.document', 'undefined'],
  [37, 'const process2 = 1, fetch = () => "mine"; fetch()', 'mine'],
  [38, 'globalThis.fetch.toString().includes("mine")', 'false'],
  [39, 'function later(){ return helper() + 1 }', undefined],
  [40, 'later()', { error: 'ReferenceError: helper is not defined', at: ['later Cell 39:1:26', 'Cell 40:1:1'] }],
  [41, 'const helper = () => 41', undefined],
  [42, 'later()', '42'],
  [43, 'let p1 = 1; throw new Error("midway"); let p2 = 2', { error: 'Error: midway', at: ['Cell 43:1:19'] }],
  [44, 'p1', '1'],
  [45, 'typeof p2', 'undefined'],
  [
    46,
    'type X = {\n  a: number\n}\nfunction deep(x: X) {\n\n  const y = x.a;\n  throw new TypeError("bad " + y)\n}\n',
    undefined,
  ],
  [
    47,
    '// comment\nconst u: number = 5;\n\n\ndeep({ a: u })',
    { error: 'TypeError: bad 5', at: ['deep Cell 46:7:9', 'Cell 47:5:1'] },
  ],
  [48, '"just a string"', 'just a string'],
  [49, '1 + 1;', '2'],
  [50, 'a; // trailing comment', '2'],
  [51, '`t$' + '{a}`', 't2'],
  [52, 'await 5', '5'],
  [53, 'async function f(){ for await (const x of [1,2]) {} return 3 }; await f()', '3'],
  [54, 'let cnt = 0; do cnt++; while (cnt < 3); cnt', '3'],
  [55, 'for (const x of [1]) ; 5', '5'],
  [56, 'lbl: for (;;) { for (;;) break lbl } 6', '6'],
  [57, 'export const ex = 1; export default 5', '5'],
  [58, 'ex', '1'],
  [59, 'const f2 = (x = a) => x; f2()', '2'],
  [60, '(function(){ return this === undefined })()', 'true'],
  [61, 'const self = bump; [self === bump, a?.toString?.()]', "[ true, '2' ]"],
  [62, 'const x1 = ; 5', { error: 'SyntaxError: Unexpected ";"', at: ['Cell 62:1:12'] }],
  [63, 'const y1: number = "s"; y1', 's'],
  [64, '@dec class D {}; function dec(c){ return c }', undefined],
  [65, 'using u2 = { [Symbol.dispose ?? Symbol.for("x")]() {} }; 1', '1'],
];

for (const [number, code, expected] of cases)
  test(`${number}: ${code}`, async () => {
    const outcome = await notebook.run(code);
    const { error, value } = outcome;
    expect(outcome.executionCount).toBe(number);
    if (expected === undefined || typeof expected === 'string') {
      expect(error?.stack).toBeUndefined();
      expect(value?.['text/plain']).toBe(expected);
    } else {
      expect(`${error?.name}: ${error?.message}`).toBe(expected.error);
      const frames = error?.frames.map((f) => `${f.function ? `${f.function} ` : ''}${f.place}:${f.line}:${f.column}`);
      expect(frames).toEqual(expected.at);
      for (const at of expected.at) expect(error?.stack).toContain(at.split(' ').slice(-2).join(' '));
    }
    if (number === 4) expect(notebook.session.scope.names.a).toBe(2);
    if (number === 23) expect(notebook.session.scope.names.B).toBe('local');
    if (number === 64) expect(outcome.defines.toSorted()).toEqual(['D', 'dec']);
  });
