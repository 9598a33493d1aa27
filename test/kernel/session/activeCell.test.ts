import { expect, test } from 'vitest';
import { activeCell } from '../../../src/kernel/session/activeCell.ts';
import { deliver, listen } from '../../../src/kernel/session/channels.ts';
import { TestSession } from './testSession.ts';

test('a function of a library shows in the cell that calls it', async () => {
  const notebook = new TestSession();
  const show = async (value: unknown) => {
    const cell = activeCell()!;
    await null;
    cell.display(value).update([cell.runId, cell.signal.aborted]);
  };
  notebook.session.scope.publish({ show: [() => show] }, 0);
  await notebook.run('1');
  await notebook.run('await show("first")');
  expect(notebook.of('output')).toMatchObject([{ runId: 2, bundle: { 'text/plain': 'first' } }]);
  expect(notebook.of('update')).toMatchObject([{ runId: 2, bundle: { 'text/plain': '[ 2, false ]' } }]);
});

test('what is printed past a cell’s console belongs to the running cell, or the latest', async () => {
  const notebook = new TestSession();
  expect(notebook.session.print('stdout', 'nowhere')).toBe(false);
  await notebook.run('1');
  expect(notebook.session.print('stderr', 'later')).toBe(true);
  expect(notebook.of('stream')).toEqual([{ type: 'stream', runId: 1, name: 'stderr', text: 'later' }]);
});

test('a channel brings messages to those who listen now', () => {
  const heard: unknown[] = [];
  const stop = listen('run', (message) => heard.push(message));
  const stopSecond = listen('run', (message) => heard.push(['second', message]));
  expect(deliver('run', 1)).toBe(true);
  stop();
  stop();
  deliver('run', 2);
  stopSecond();
  expect([deliver('run', 3), deliver('other', 4)]).toEqual([false, false]);
  expect(heard).toEqual([1, ['second', 1], ['second', 2]]);
});
