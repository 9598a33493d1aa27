/** The settings of the extension, with the defaults that package.json declares. */

import * as vscode from 'vscode';
import { settingNames, settingsSection } from './settingNames.ts';

export interface Settings {
  /** Absolute path of the Node that runs kernels; empty: the runtime of VS Code itself. */
  readonly nodePath: string;
  /** Limit of a kernel's memory in megabytes; 0: half of the machine's. */
  readonly memoryLimit: number;
  /** Limits in megabytes of what one run of a cell may show: printed text, and displayed data. */
  readonly textLimit: number;
  readonly richLimit: number;
  /** Threads of the trainings that "Train NFM" writes. */
  readonly threads: number;
  /** Seed of the trainings that "Train NFM" writes, and of those in cells that name none. */
  readonly seed: number;
  /** Folder of an installed TensorFlow engine that kernels have to use; empty: they search. */
  readonly tensorflowPath: string;
  /** Whether the outputs of text notebooks are kept in files beside them. */
  readonly saveOutputs: boolean;
}

export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration(settingsSection);
  const read = <T>(name: keyof Settings, fallback: T): T => section.get<T>(settingNames[name], fallback);
  return {
    nodePath: read('nodePath', ''),
    memoryLimit: read('memoryLimit', 0),
    textLimit: read('textLimit', 1),
    richLimit: read('richLimit', 8),
    threads: read('threads', 1),
    seed: read('seed', 2016),
    tensorflowPath: read('tensorflowPath', ''),
    saveOutputs: read('saveOutputs', false),
  };
}
