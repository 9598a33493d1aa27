import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../../src/renderers/report/browser.ts';
import { temporaryFolder } from '../../kernel/cli/nfm.ts';

const folder = temporaryFolder();
const [first, second, own] = ['one/microsoft-edge', 'two/chromium', 'own/browser'].map((path) => join(folder, path));

beforeAll(() => {
  for (const path of [first, second, own]) {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
  }
  writeFileSync(join(folder, 'one/chromium'), 'not a program');
});

const PATH = [join(folder, 'one'), join(folder, 'nowhere'), join(folder, 'two')].join(delimiter);

test.skipIf(process.platform === 'win32')('the first program on PATH by the order of the names', async () => {
  expect(await findBrowser({ PATH }, 'linux')).toBe(second);
  expect(await findBrowser({ PATH: join(folder, 'one') }, 'linux')).toBe(first);
});

test('CHROME_PATH alone, where it is set', async () => {
  expect(await findBrowser({ PATH, CHROME_PATH: own }, 'linux')).toBe(own);
  expect(await findBrowser({ PATH, CHROME_PATH: join(folder, 'nowhere') }, 'linux')).toBeUndefined();
});

test('none', async () => {
  expect(await findBrowser({ PATH: folder }, 'linux')).toBeUndefined();
  expect(await findBrowser({}, 'win32')).toBeUndefined();
});
