import { afterEach, expect, test } from 'vitest';
import { planted } from '../../../src/kernel/data/synthetic.ts';
import { wasmEngine } from '../../../src/kernel/engine/wasm/wasmEngine.ts';
import { fm } from '../../../src/kernel/models/fm.ts';
import { defaultSeed, setDefaultSeed } from '../../../src/kernel/run/defaultSeed.ts';
import { trainPlan } from '../../../src/kernel/run/trainOptions.ts';

afterEach(() => setDefaultSeed(2016));

const rows = planted({ rows: 20, seed: 1 });
const seedOf = (options: object): number => trainPlan(fm(rows).graph, rows, { engine: wasmEngine, ...options }).seed;

test('a training that names no seed has the one of the process', () => {
  expect([defaultSeed(), seedOf({})]).toEqual([2016, 2016]);
  setDefaultSeed(7);
  expect([seedOf({}), seedOf({ seed: undefined }), seedOf({ seed: 3 })]).toEqual([7, 7, 3]);
  expect(() => seedOf({ seed: null })).toThrow('"seed" must be an integer, got null');
});
