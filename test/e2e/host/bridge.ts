/**
 * Runs inside the extension host as VS Code's "extension tests": evaluates functions that a test posts, with `vscode` as
 * their first argument. It listens on 127.0.0.1 only, lives as long as the test's VS Code, and is never packaged.
 */

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';

export function run(): Promise<void> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = await evaluate(body).then(
      (value) => ({ value: value ?? null }),
      (error) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1', () => {
    writeFileSync(process.env.NFM_BRIDGE_FILE!, String((server.address() as AddressInfo).port));
  });
  return new Promise(() => {}); // settles never: the test ends this VS Code
}

async function evaluate(body: string): Promise<unknown> {
  const { source, args } = JSON.parse(body) as { source: string; args: unknown[] };
  const posted = new Function(`return (${source})`)() as (...values: unknown[]) => unknown;
  return posted(vscode, ...args);
}
