/** Which program made a model: part of model files and of everything that is exported from them. */

import packageFile from '../../../package.json' with { type: 'json' };

export const program = { name: packageFile.name, version: packageFile.version } as const;

/** This program with its version, and that of Node.js. */
export const thisProgram = `${program.name} ${program.version}, Node.js ${process.versions.node}`;
