/** The browser that prints reports: one that is installed; nothing is downloaded. */

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const onPath = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
  ...['microsoft-edge', 'microsoft-edge-stable', 'msedge'],
];
const onMac = ['Google Chrome', 'Microsoft Edge', 'Chromium'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);
const onWindows = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
];

/** The first Chrome, Edge or Chromium, or what `CHROME_PATH` names. */
export async function findBrowser(
  environment: Environment = process.env,
  platform = process.platform,
): Promise<string | undefined> {
  const { CHROME_PATH: given, PATH = '' } = environment;
  for (const path of given ? [given] : candidates(environment, PATH.split(delimiter), platform))
    if (await isProgram(path)) return path;
  return undefined;
}

function candidates(environment: Environment, folders: readonly string[], platform: string): readonly string[] {
  if (platform === 'win32')
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
      const folder = environment[name];
      return folder ? onWindows.map((program) => join(folder, program)) : [];
    });
  const named = onPath.flatMap((name) => folders.filter((folder) => folder !== '').map((folder) => join(folder, name)));
  return platform === 'darwin' ? [...onMac, ...named] : named;
}

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
