import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { expect, test } from 'vitest';
import { CellSyntaxError } from '../../../src/kernel/session/cellSyntaxError.ts';
import { transformCell } from '../../../src/kernel/session/transform.ts';

const cell = [
  'const a: number = 1;',
  'let b = 2;',
  'for (const x of xs) await f(x);',
  'function g() { return typeof y }',
  'import os from "node:os";',
  'model.fit(a)',
].join('\n');

test('what a cell becomes', async () => {
  const { code, defines, uses, shift } = await transformCell(cell, { bindings: ['console'] });
  const module = code.match(/\$nbm\d+/)?.[0];
  expect(code.split('\n')).toEqual([
    [
      '(($nb,$nbdef,$nbimport,$nbc,$nbtypeof,$nbf,$nbmeta,console)=>async()=>{"use strict";let $nbr;',
      '$nbdef({"g":[()=>g,$nbv=>{g=$nbv}]});',
      `const ${module}=await $nbimport("node:os");const os=${module}["default"];$nbdef({"os":[()=>os]});`,
      'const a = 1;$nbdef({"a":[()=>a]});',
    ].join(''),
    'let b = 2;$nbdef({"b":[()=>b,$nbv=>{b=$nbv}]});',
    'for (const x of $nb.xs) {if($nbf[0])$nbc();$nbc(await (0,$nb.f)(x));}',
    'function g() {',
    '  return $nbtypeof("y");',
    '}',
    '',
    '$nbr=($nb.model.fit(a));',
    '',
    '',
    'return {value:$nbr}})',
  ]);
  expect([defines, uses, shift]).toEqual([['a', 'b', 'os', 'g'], ['xs', 'f', 'y', 'model'], 0]);
});

test('every line of the script leads back to the line of the cell', async () => {
  const { code, map } = await transformCell(cell);
  const decoded = new TraceMap(map);
  const lineOf = (text: string) => {
    const before = code.slice(0, code.indexOf(text)).split('\n');
    return originalPositionFor(decoded, { line: before.length, column: before[before.length - 1].length });
  };
  expect(lineOf('a = 1')).toMatchObject({ line: 1, column: 6 });
  expect(lineOf('let b')).toMatchObject({ line: 2, column: 0 });
  expect(lineOf('(0,$nb.f)(x)')).toMatchObject({ line: 3, column: 26 });
  expect(lineOf('return $nbtypeof')).toMatchObject({ line: 4, column: 15 });
  expect(lineOf('const $nbm')).toMatchObject({ line: 5, column: 0 });
  expect(lineOf('.fit')).toMatchObject({ line: 6 });
});

test('names that equal a global are the notebook’s only once a cell has published them', async () => {
  const plain = await transformCell('fetch(1)');
  expect(plain.code).toContain('$nbr=(fetch(1))');
  const published = await transformCell('fetch(1)', { isPublished: (name) => name === 'fetch' });
  expect(published.code).toContain('$nbr=((0,$nb.fetch)(1))');
});

test('a place past the end of the cell is its end', async () => {
  const error = await transformCell('const a = (').catch((e: unknown) => e);
  expect(error).toBeInstanceOf(CellSyntaxError);
  expect(error).toMatchObject({ line: 1, column: 12, sourceLine: 'const a = (' });
});
