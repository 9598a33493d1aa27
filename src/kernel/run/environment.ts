/** What a run ran on, for its record. */

import { cpus } from 'node:os';
import type { RunEnvironment } from './events.ts';
import { program } from './provenance.ts';

export function environment(): RunEnvironment {
  const processors = cpus(); // empty where the system hides them
  return {
    version: program.version,
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    cpu: processors.length > 0 ? `${processors[0].model.trim()}, ${processors.length} processors` : '',
  };
}
