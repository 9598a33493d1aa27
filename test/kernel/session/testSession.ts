/** A session on a notebook in a temporary folder, with files beside it and every message kept. */

import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { LogMessage, RunMessage, RunOutcome } from '../../../src/kernel/format/protocol.ts';
import { Session, type SessionOptions } from '../../../src/kernel/session/session.ts';

/** Stands for the library that cells import as `nfm`; one object, because a process has one library. */
export const stubLibrary = { answer: 42, twice: (x: number) => 2 * x, stub: true };

type Message = RunMessage | LogMessage;

const opened: TestSession[] = [];

afterAll(() => {
  for (const { session, folder } of opened) {
    session.close();
    rmSync(folder, { recursive: true });
  }
});

export class TestSession {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'nfm-session-')));
  readonly notebook = join(this.folder, 'a.ipynb');
  readonly messages: Message[] = [];
  readonly session: Session;
  #count = 0;

  constructor(files: Readonly<Record<string, string>> = {}, options: Partial<SessionOptions> = {}) {
    const emit = (message: Message) => this.messages.push(message);
    this.session = new Session({ notebook: this.notebook, library: stubLibrary, emit, graceMs: 20, ...options });
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    opened.push(this);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  run(code: string, options: { cellId?: string; signal?: AbortSignal; flag?: Int32Array } = {}): Promise<RunOutcome> {
    return this.session.run({ cellId: `cell-${++this.#count}`, code, ...options });
  }

  /** Messages of one kind. */
  of<T extends Message['type']>(type: T): Extract<Message, { type: T }>[] {
    return this.messages.filter((m): m is Extract<Message, { type: T }> => m.type === type);
  }

  /** Text printed by a run. */
  printed(runId: number): string {
    return this.of('stream')
      .filter((m) => m.runId === runId)
      .map((m) => m.text)
      .join('');
  }
}
