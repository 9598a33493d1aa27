/** A kernel as it is shipped, in a folder of its own, with every message kept. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { type KernelExit, KernelProcess, type KernelProcessOptions } from '../../src/extension/kernelProcess.ts';
import type { FromKernel, RunOutcome } from '../../src/kernel/format/protocol.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let entry = '';

/** The kernel's program, once the tests run. */
export const kernelEntry = (): string => entry;

/** Bundles the kernel for the tests of this file; inside node_modules, so that it finds its packages. */
export function useKernel(): void {
  let folder = '';
  beforeAll(async () => {
    const cache = join(root, 'node_modules', '.cache');
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'nfm-kernel-'));
    await build({
      entryPoints: {
        kernel: join(root, 'src/kernel/main.ts'),
        controlThread: join(root, 'src/kernel/process/controlThread.ts'),
        moduleHooks: join(root, 'src/kernel/session/moduleHooks.ts'),
      },
      outdir: folder,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['esbuild'],
      banner: { js: "import { createRequire as c } from 'node:module'; const require = c(import.meta.url);" },
      logLevel: 'warning',
    });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    entry = join(folder, 'kernel.js');
  });
  afterAll(async () => {
    await Promise.all(opened.map((kernel) => kernel.close()));
    rmSync(folder, { recursive: true });
  });
}

const opened: TestKernel[] = [];

type Of<T extends FromKernel['type']> = Extract<FromKernel, { type: T }>;

export class TestKernel {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'nfm-kernel-test-')));
  readonly messages: FromKernel[] = [];
  readonly exits: KernelExit[] = [];
  readonly process: KernelProcess;
  readonly #waiting = new Set<() => void>();

  constructor(options: Partial<KernelProcessOptions> = {}) {
    this.process = new KernelProcess({
      entry,
      notebook: join(this.folder, 'test.ipynb'),
      onMessage: (message) => {
        this.messages.push(message);
        for (const check of this.#waiting) check();
      },
      onExit: (exit) => this.exits.push(exit),
      ...options,
    });
    opened.push(this);
  }

  /** Runs a cell to its end. */
  run(code: string, cellId = `cell-${this.messages.length}`): Promise<RunOutcome> {
    return this.process.run({ cellId, code }).outcome;
  }

  /** The text of a cell's value. */
  async value(code: string): Promise<string | undefined> {
    const { value, error } = await this.run(code);
    return error ? error.stack : value?.['text/plain'];
  }

  of<T extends FromKernel['type']>(type: T): Of<T>[] {
    return this.messages.filter((message): message is Of<T> => message.type === type);
  }

  /** Text printed by a run, or by all. */
  printed(runId?: number): string {
    return this.of('stream')
      .filter((message) => runId === undefined || message.runId === runId)
      .map((message) => message.text)
      .join('');
  }

  /** Waits for a message that has come or comes. */
  message<T extends FromKernel['type']>(type: T, wanted: (message: Of<T>) => boolean = () => true): Promise<Of<T>> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.of(type).find(wanted);
        if (!found) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  async close(): Promise<void> {
    await this.process.shutdown();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
