import type { ExecFileSyncOptions } from 'node:child_process';

export function vsce(words: readonly string[], options?: ExecFileSyncOptions): Buffer | string;
export function vsceMissing(): string;
