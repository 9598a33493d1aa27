/** The settings of the extension, with the defaults that package.json declares. */

import * as vscode from 'vscode';
import { settingNames, settingsSection } from './settingNames.ts';

export interface Settings {
  /** Absolute path of the Node that runs kernels; empty: the runtime of VS Code itself. */
  readonly nodePath: string;
  /** Limit of a kernel's memory in megabytes; 0: half of the machine's. */
  readonly memoryLimit: number;
  /** Threads and seed of the trainings that "Train NFM" writes. */
  readonly threads: number;
  readonly seed: number;
}

export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration(settingsSection);
  const read = <T>(name: keyof Settings, fallback: T): T => section.get<T>(settingNames[name], fallback);
  return {
    nodePath: read('nodePath', ''),
    memoryLimit: read('memoryLimit', 0),
    threads: read('threads', 1),
    seed: read('seed', 2016),
  };
}
