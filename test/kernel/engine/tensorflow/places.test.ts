import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { placesFrom, userFolder } from '../../../../src/kernel/engine/tensorflow/places.ts';

const home = resolve('/home/anna');

test('the folder of a user is where the platform keeps data', () => {
  const own = join('nfm-notebooks', 'tensorflow');
  expect(userFolder({}, home, 'linux')).toBe(join(home, '.local/share', own));
  expect(userFolder({ XDG_DATA_HOME: resolve('/data') }, home, 'linux')).toBe(join(resolve('/data'), own));
  expect(userFolder({ XDG_DATA_HOME: 'data' }, home, 'linux')).toBe(join(home, '.local/share', own));
  expect(userFolder({ XDG_DATA_HOME: '/data' }, home, 'darwin')).toBe(join(home, 'Library/Application Support', own));
  expect(userFolder({}, home, 'win32')).toBe(join(home, 'AppData/Local', own));
  expect(userFolder({ LOCALAPPDATA: join(home, 'Local') }, home, 'win32')).toBe(join(home, 'Local', own));
});

test('the folders above are searched from the nearest, then what was installed', () => {
  const env = { NFM_TENSORFLOW_INSTALLED: '/storage', XDG_DATA_HOME: '/data' };
  const { chosen, searched } = placesFrom('/a/b', env);
  expect(chosen).toBeUndefined();
  expect(searched).toEqual([
    ...['/a/b', '/a', '/'].flatMap((folder) => [resolve(folder), resolve(folder, '.tensorflow')]),
    ...['/storage', userFolder(env)],
  ]);
});

test('a chosen place may be relative, and an empty name chooses nothing', () => {
  expect(placesFrom('/a', { NFM_TENSORFLOW: 'engine' }).chosen).toBe(resolve('/a/engine'));
  expect(placesFrom('/a', { NFM_TENSORFLOW: '' }).chosen).toBeUndefined();
});
