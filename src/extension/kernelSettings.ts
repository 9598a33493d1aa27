/** The settings as the options of a kernel process. They count when a kernel starts or restarts. */

import { dirname } from 'node:path';
import { variables } from '../kernel/engine/tensorflow/places.ts';
import { kernelEnvironment } from './environment.ts';
import type { KernelProcessOptions } from './kernelProcess.ts';
import { readSettings } from './settings.ts';

type RuntimeSettings = Pick<KernelProcessOptions, 'runtime' | 'memoryLimit' | 'heapLimitMb' | 'env'>;
type SessionSettings = Pick<KernelProcessOptions, 'outputLimits' | 'seed'>;

/** What the process runs on. @param notebook path of the notebook, whose folder may have an `.env` */
export function runtimeSettings(notebook: string): RuntimeSettings {
  const { nodePath, memoryLimit, tensorflowPath } = readSettings();
  return {
    runtime: nodePath === '' ? undefined : nodePath,
    memoryLimit: memoryLimit === 0 ? undefined : memoryLimit * 2 ** 20,
    heapLimitMb: memoryLimit === 0 ? undefined : memoryLimit,
    env: {
      ...kernelEnvironment(dirname(notebook)),
      ...(tensorflowPath === '' ? {} : { [variables.chosen]: tensorflowPath }),
    },
  };
}

/** What its cells may show, and the seed of trainings that name none. */
export function sessionSettings(): SessionSettings {
  const { textLimit, richLimit, seed } = readSettings();
  return { outputLimits: { text: textLimit * 1e6, rich: richLimit * 1e6 }, seed };
}
