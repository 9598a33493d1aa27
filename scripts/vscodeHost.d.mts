/** The repository's root folder. */
export const root: string;
export function installHost(): Promise<void>;
export interface ServerOptions {
  readonly extension?: string;
  readonly vsix?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly trusted?: boolean;
  readonly port?: number;
}
export interface VscodeServer {
  readonly url: string;
  /** Ends the server and everything under it, and removes its data. */
  stop(): Promise<void>;
  /** Settles with the exit code when the server ends by itself. */
  readonly ended: Promise<number | null>;
  /** The end of what the server printed. */
  log(): string;
}
export function startServer(options?: ServerOptions): Promise<VscodeServer>;
export function workbenchUrl(server: string, folder: string, payload?: readonly (readonly [string, string])[]): string;
export function findProgram(...names: readonly string[]): string | undefined;
