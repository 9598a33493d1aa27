import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { trainingCells } from '../../src/extension/trainingCells.ts';
import { proposeTraining } from '../../src/extension/trainingProposal.ts';

const folder = mkdtempSync(join(tmpdir(), 'nfm-proposal-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const settings = { seed: 7, threads: 1, nameOf: (path: string) => path };
const codeOf = (cells: ReturnType<typeof trainingCells>): string =>
  cells.flatMap(({ kind, source }) => (kind === 'code' ? [source] : [])).join('\n');

test('a table with two labels is a binary task on the column named like a target', async () => {
  const path = file('clicks.csv', 'user,label,price,tags\na,1,0.5,x|y\nb,0,1.5,x\n');
  const proposal = await proposeTraining(path);
  expect(proposal).toMatchObject({ format: 'csv', task: 'binary', reason: 'all targets are 0 or 1' });
  expect(proposal.schema!.target.column).toBe('label');
  expect(proposal.columns).toEqual(['user', 'label', 'price', 'tags']);
});

test('numbers are a regression; another target can be asked for', async () => {
  const path = file('ratings.tsv', 'user\titem\trating\tclicked\nu1\ti1\t4.5\t1\nu2\ti2\t3\t-1\n');
  expect(await proposeTraining(path)).toMatchObject({
    task: 'regression',
    reason: 'the targets are numbers from 3 to 4.5',
  });
  const other = await proposeTraining(path, 'clicked');
  expect(other.task).toBe('binary');
  expect(other.schema!.fields.map(({ name }) => name)).toEqual(['user', 'item', 'rating']);
});

test('a target that is no number is refused with its value', async () => {
  const path = file('words.csv', 'user,colour\na,red\nb,blue\n');
  await expect(proposeTraining(path)).rejects.toThrow('expected numbers in the target column "colour", got "red"');
});

test('libFM files bring the files of the other rows along', async () => {
  file('x.validation.libfm', '1 0:1\n');
  file('x.test.libfm', '1 0:1\n');
  const path = file('x.train.libfm', '# comment\n1 0:1 3:1\n-1 1:1 2:1\n');
  const proposal = await proposeTraining(path);
  expect(proposal).toMatchObject({ format: 'libfm', task: 'binary', validation: join(folder, 'x.validation.libfm') });
  const code = codeOf(trainingCells(proposal, settings));
  expect(code).toContain(`validation: '${join(folder, 'x.validation.libfm')}'`);
  expect(code).not.toContain('split:');
  expect(code).not.toContain('interactions');
});

test('cells are TypeScript whatever the columns and files are called', async () => {
  const names = ["it's", '"quoted"', 'back\\slash', '`$' + '{x}`', 'line\u2028end', 'class', '__proto__x'];
  const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
  const path = file(
    "o'clock.csv",
    `${quoted.join(',')},target\n${names.map((_, i) => i).join(',')},1\n9,9,9,9,9,9,9,2\n`,
  );
  const code = codeOf(trainingCells(await proposeTraining(path), settings));
  const statements = code.replace(/^import .*$/gm, '').replaceAll('await ', '');
  const calls: unknown[] = [];
  const library = `
    const categorical = () => 'categorical', target = (t) => t;
    const defineSchema = (schema) => (seen.push(schema), schema);
    const load = (...args) => (seen.push(args[0]), { train: null });
    const nfm = () => ({}), fit = () => ({ interactions() {} }), signal = null;`;
  new Function('seen', transformSync(library + statements, { loader: 'ts' }).code)(calls);
  expect(Object.keys((calls[0] as { fields: object }).fields)).toEqual(names);
  expect(calls[1]).toBe(path);
});

test('a file that is neither is refused', async () => {
  await expect(proposeTraining(file('none.libfm', '# only comments\n'))).rejects.toThrow(
    'expected libFM rows, got none',
  );
  await expect(proposeTraining(join(folder, 'missing.csv'))).rejects.toThrow('expected a file, got nothing');
});
