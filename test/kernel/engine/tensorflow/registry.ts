/**
 * An npm registry and a library mirror on 127.0.0.1, for installations that take a second: their package has the name,
 * the scripts and the folders of @tensorflow/tfjs-node, and a library of a few bytes. npm, pip, python and node are real.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Nobody listens there. */
export const closedPort = 'http://127.0.0.1:1/';

/** Like the real one: a library that is there is compiled against, else it is downloaded. */
const installScript = `
const { existsSync, mkdirSync, writeFileSync } = require('fs');
const built = () => writeFileSync('built.txt', process.env.npm_config_build_from_source + '');
if (existsSync('deps/lib/libtensorflow.so.2.9.1')) {
  if (!existsSync(process.env.npm_config_nodedir + '/include/node/node_api.h')) throw new Error('no headers of Node');
  built();
} else require('http').get(process.env.TFJS_NODE_BASE_URI + 'cpu', async (response) => {
  if (response.statusCode !== 200) throw new Error('the mirror answers ' + response.statusCode);
  mkdirSync('deps/lib', { recursive: true });
  let text = '';
  for await (const piece of response) text += piece;
  writeFileSync('deps/lib/libtensorflow.so.2.9.1', text);
  built();
});
`;

/** Its version is what the library says; one that says "broken" does not load. */
const main = `
const TF_Version = require('fs').readFileSync(__dirname + '/deps/lib/libtensorflow.so.2.9.1', 'utf8');
if (TF_Version === 'broken' || !require('fs').existsSync(__dirname + '/built.txt')) throw new Error('undefined symbol: TF_Version');
const tensor = (value) => ({ sum: () => tensor(4 * value), arraySync: () => value });
module.exports = {
  version_core: '4.22.0',
  ones: () => tensor(1),
  matMul: () => tensor(2),
  backend: () => ({ binding: { TF_Version } }),
};
`;

export interface Registry {
  /** Environment of an installation that uses this registry and this mirror, and no network. */
  readonly env: NodeJS.ProcessEnv;
  /** What the mirror gives as the library; null: it never answers. */
  library: string | null;
  /** Connections to the mirror that wait for an answer. */
  readonly waiting: () => number;
  readonly close: () => void;
}

export async function startRegistry(): Promise<Registry> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nfm-registry-')));
  const archive = makePackage(folder);
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const own = `http://${request.headers.host}`;
    const version = { name: '@tensorflow/tfjs-node', version: '4.22.0', scripts: { install: 'node install.js' } };
    const dist = { tarball: `${own}/package.tgz` };
    if (request.url?.endsWith('tfjs-node'))
      response.end(
        JSON.stringify({
          name: version.name,
          'dist-tags': { latest: '4.22.0' },
          versions: { '4.22.0': { ...version, hasInstallScript: true, dist } },
        }),
      );
    else if (request.url === '/package.tgz') response.end(readFileSync(archive));
    else if (request.url !== '/mirror/cpu') response.writeHead(404).end();
    else if (registry.library !== null) response.end(registry.library);
    else {
      open.add(response);
      response.on('close', () => open.delete(response));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const registry: Registry = {
    env: {
      ...withoutNetwork(folder),
      npm_config_registry: url,
      TFJS_NODE_BASE_URI: `${url}mirror/`,
    },
    library: '9.8.7',
    waiting: () => open.size,
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return registry;
}

/** The environment of a machine whose user has configured nothing, and whose network is away. */
function withoutNetwork(folder: string): NodeJS.ProcessEnv {
  const named = /^(npm_|PIP_|TFJS_|CDN_|NFM_|https?_proxy$)/i;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !named.test(name))),
    npm_config_registry: closedPort,
    npm_config_userconfig: join(folder, 'npmrc'),
    npm_config_cache: join(folder, 'cache'),
    npm_config_fetch_retries: '0',
    TFJS_NODE_BASE_URI: `${closedPort}mirror/`,
    PIP_CONFIG_FILE: devNull,
    PIP_INDEX_URL: `${closedPort}simple`,
    PIP_RETRIES: '1', // with none pip does not say what is wrong
  };
}

function makePackage(folder: string): string {
  const source = join(folder, 'package');
  const manifest = { name: '@tensorflow/tfjs-node', version: '4.22.0', scripts: { install: 'node install.js' } };
  mkdirSync(source);
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(source, 'install.js'), installScript);
  writeFileSync(join(source, 'index.js'), main);
  const archive = join(folder, 'package.tgz');
  execFileSync('tar', ['-czf', archive, '-C', folder, 'package']);
  return archive;
}

/** A zip file with these members, as a wheel is one. */
export function makeWheel(path: string, members: Readonly<Record<string, string>>): string {
  mkdirSync(dirname(path), { recursive: true });
  const program = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as wheel:
    for name, text in json.loads(sys.argv[2]).items(): wheel.writestr(name, text)
`;
  execFileSync('python3', ['-c', program, path, JSON.stringify(members)]);
  return path;
}
