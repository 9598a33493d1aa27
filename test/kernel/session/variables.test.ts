import { expect, test } from 'vitest';
import { TestSession } from './testSession.ts';

test('names with type, preview, shape, size and the cell that made them', async () => {
  const notebook = new TestSession();
  await notebook.run(
    [
      'const weights = new Float64Array(1000), table = [[1, 2], [3, 4]], tensor = { data: new Float32Array(6), shape: [2, 3] };',
      'class Model { big = new Uint8Array(5000); get never() { throw new Error("looked") } }',
      'let model = new Model(), text = "x".repeat(300), nothing = null, size = 5n;',
      'const map = new Map([["a", new Float32Array(100)]]), many = Array.from({ length: 5000 }, () => new Uint8Array(10));',
      'function twice(x: number) { return 2 * x }',
    ].join('\n'),
    { cellId: 'one' },
  );
  await notebook.run('var weights = 1', { cellId: 'two' });
  const list = new Map(notebook.session.variables().map((v) => [v.name, v]));
  expect(list.get('weights')).toEqual({ name: 'weights', type: 'number', preview: '1', cellId: 'two' });
  expect(list.get('table')).toMatchObject({ type: 'Array', preview: '[ [ 1, 2 ], [ 3, 4 ] ]', shape: [2], bytes: 48 });
  expect(list.get('tensor')).toMatchObject({ type: 'Object', shape: [2, 3], bytes: 24 + 16 + 16 });
  expect(list.get('model')).toMatchObject({ type: 'Model', bytes: 5008, cellId: 'one' });
  expect(list.get('text')!.preview.length).toBe(100);
  expect(list.get('text')!.bytes).toBe(600);
  expect(list.get('nothing')).toEqual({ name: 'nothing', type: 'null', preview: 'null', cellId: 'one' });
  expect(list.get('size')).toMatchObject({ type: 'bigint', preview: '5n' });
  expect(list.get('map')).toMatchObject({ type: 'Map', bytes: 432 });
  expect(list.get('many')!.bytes).toBe(8 * 5000 + 5000 * 10);
  expect(list.get('twice')).toMatchObject({ type: 'function' });
});

test('looking is harmless: proxies, getters, names that are not initialised, and circles', async () => {
  const notebook = new TestSession();
  await notebook.run(
    [
      'const refuse = new Proxy({}, { get() { throw new Error("no") }, ownKeys() { throw new Error("no") }, getPrototypeOf() { throw new Error("no") } });',
      'const circle: any = { list: [] }; circle.list.push(circle);',
      'let looked = 0; const sly = { get shape() { looked++; return [1] }, get constructor() { looked++; return Object } };',
      'const early = () => dead; throw new Error("before"); const dead = 1;',
    ].join('\n'),
  );
  const names = notebook.session.variables().map((v) => v.name);
  expect(names).toEqual(expect.arrayContaining(['refuse', 'circle', 'sly', 'early']));
  expect((await notebook.run('looked')).value).toEqual({ 'text/plain': '0' });
});
