/** The environment of a kernel: this process's, what was added, `.env` of the workspace's root, `.env` of the notebook's folder. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import * as vscode from 'vscode';

const added: NodeJS.ProcessEnv = {};

/** Variables for all kernels that start from now on. */
export function addToKernelEnvironment(variables: NodeJS.ProcessEnv): void {
  Object.assign(added, variables);
}

/** Read when a kernel starts, so that a changed file counts after a restart. */
export function kernelEnvironment(folder: string): NodeJS.ProcessEnv {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const files = [...new Set([root, folder])].filter((path) => path !== undefined);
  return Object.assign({ ...process.env, ...added }, ...files.map((path) => readEnv(join(path, '.env'))));
}

function readEnv(file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch {
    return {}; // most folders have none
  }
}
