/** A real VS Code with the extension in it: the server, a browser that shows it, and a way into its extension host. */

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { type BrowserContext, chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { afterEach, inject } from 'vitest';
import type * as vscode from 'vscode';
import {
  root,
  type ServerOptions,
  startServer,
  type VscodeServer,
  workbenchUrl,
} from '../../../scripts/vscodeHost.mjs';
import type { NfmNotebooks } from '../../../src/extension/extension.ts';

export const missing = inject('e2eMissing');
export const screenshots = join(root, 'test/e2e/screenshots');

type Vscode = typeof vscode;
/** A value that survives the way through JSON. */
type Sent = null | undefined | boolean | number | string | readonly Sent[] | { readonly [key: string]: Sent };

const browserArguments = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export interface WorkbenchOptions extends Pick<ServerOptions, 'vsix' | 'settings' | 'trusted' | 'env'> {
  /** Files of the workspace: name -> text. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

export class Workbench {
  readonly page: Page;
  /** The workspace's folder: a fresh one, removed afterwards. */
  readonly folder: string;
  readonly server: VscodeServer;
  readonly #context: BrowserContext;
  readonly #temporary: string;
  #port: number;

  private constructor(parts: {
    page: Page;
    folder: string;
    server: VscodeServer;
    context: BrowserContext;
    temporary: string;
    port: number;
  }) {
    this.page = parts.page;
    this.folder = parts.folder;
    this.server = parts.server;
    this.#context = parts.context;
    this.#temporary = parts.temporary;
    this.#port = parts.port;
  }

  static async start({ files = {}, vsix, settings, trusted, env }: WorkbenchOptions = {}): Promise<Workbench> {
    const temporary = await realpath(await mkdtemp(join(tmpdir(), 'nfm-e2e-')));
    const folder = join(temporary, 'workspace');
    await mkdir(folder);
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    const bridge = join(temporary, 'bridge.cjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'bridge.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
      outfile: bridge,
      logLevel: 'error',
    });
    const portFile = join(temporary, 'port');
    const server = await startServer({ vsix, settings, trusted, env: { ...env, NFM_BRIDGE_FILE: portFile } });
    const context = await chromium.launchPersistentContext(join(temporary, 'profile'), {
      executablePath: inject('e2eBrowser'),
      headless: true,
      viewport: { width: 1280, height: 900 },
      args: browserArguments,
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(30_000);
    // With a package installed the bridge still needs a development path; an empty extension will do.
    const development = vsix ? await emptyExtension(temporary) : root;
    const remote = (path: string): string => `vscode-remote://remote${path}`;
    await page.goto(
      workbenchUrl(server.url, folder, [
        ['extensionDevelopmentPath', remote(development)],
        ['extensionTestsPath', remote(bridge)],
      ]),
    );
    try {
      await until('the extension host', () => existsSync(portFile), 40_000);
    } catch (error) {
      await mkdir(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, 'no-extension-host.png') });
      await context.close();
      await server.stop();
      throw new Error(`${String(error)}\n${server.log().slice(-2000)}`);
    }
    const port = await readPort(portFile);
    return new Workbench({ page, folder, server, context, temporary, port });
  }

  /** Reloads the window, as a reader does; the extension host ends, and with it every kernel. */
  async reload(): Promise<void> {
    const portFile = join(this.#temporary, 'port');
    await rm(portFile);
    await this.page.reload();
    await until('the extension host', () => existsSync(portFile), 40_000);
    this.#port = await readPort(portFile);
  }

  async stop(): Promise<void> {
    await this.#context.close();
    await this.server.stop();
    await rm(this.#temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  /** Runs a function in the extension host. It is sent as text: it sees its arguments, and nothing around it. */
  async api<T, A extends readonly Sent[]>(posted: (api: Vscode, ...args: A) => T, ...args: A): Promise<Awaited<T>> {
    const body = JSON.stringify({ source: posted.toString(), args });
    const response = await fetch(`http://127.0.0.1:${this.#port}/`, { method: 'POST', body });
    const answer = (await response.json()) as { value: Awaited<T>; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A command by its title, as a reader runs it: in the command palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-widget input').first().fill(`>${title}`);
    await this.page.locator(`.quick-input-list .monaco-list-row[aria-label*="NFM: ${title}"]`).first().click();
  }

  /** A row of the list that VS Code asks the reader to choose from. */
  choice(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  }

  /** Answers VS Code's own file dialog with a path. The dialog may still be filling in its own proposal, even over ours. */
  async answerFileDialog(path: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    /** What the dialog asks about; hidden, the field keeps what an earlier dialog was told. */
    const asked = async () => {
      const value = (await input.isVisible()) ? await input.inputValue() : '';
      return value.startsWith('/') ? value : null;
    };
    await until('the file dialog', async () => (await asked()) !== null);
    let isAnswered = false;
    await until('the path to be taken', async () => {
      const value = await asked();
      if (value === null) return true;
      if (value !== path) {
        await input.fill(path);
        isAnswered = false;
      } else if (!isAnswered) {
        await this.page.keyboard.press('Enter');
        isAnswered = true;
      }
      return false;
    });
  }

  /** Opens a notebook of the workspace and waits until its cells are there. */
  async open(name: string): Promise<void> {
    await this.api(async (v, file) => {
      await v.window.showNotebookDocument(await v.workspace.openNotebookDocument(v.Uri.file(file)));
    }, this.path(name));
    await this.overlay.locator('.cell-list-container').waitFor();
  }

  /** Renames a file or folder of the workspace as the Explorer does, and waits for the open notebook at its new place. */
  async rename(from: string, to: string, notebook = to): Promise<void> {
    const [before, after, open] = [from, to, notebook].map((name) => this.path(name));
    await this.api(
      async (v, old, fresh) => {
        const edit = new v.WorkspaceEdit();
        edit.renameFile(v.Uri.file(old), v.Uri.file(fresh));
        await v.workspace.applyEdit(edit);
      },
      before,
      after,
    );
    await until('the renamed notebook', () =>
      this.api((v, path) => v.window.activeNotebookEditor?.notebook.uri.path === path, open),
    );
  }

  /** Chooses our kernel for the notebook in the active editor. */
  selectKernel(id: 'nfm-jupyter' | 'nfm-text'): Promise<unknown> {
    return this.api(async (v, kernel) => {
      await v.commands.executeCommand('notebook.selectKernel', {
        id: kernel,
        extension: 'nfm-notebooks.nfm-notebooks',
      });
    }, id);
  }

  /** Scrolls a cell of the active notebook to the top; outputs far off screen are not drawn. */
  reveal(index: number): Promise<unknown> {
    return this.api((v, i) => {
      const editor = v.window.activeNotebookEditor!;
      const range = new v.NotebookRange(i, i + 1);
      editor.selection = range;
      editor.revealRange(range, v.NotebookEditorRevealType.AtTop);
    }, index);
  }

  /** Starts cell `index` of the active notebook, counted over all cells, without waiting for its end. */
  async startCell(index: number): Promise<void> {
    await this.reveal(index);
    // Before its cells are drawn an editor takes the command and runs nothing; after a first save that lasts a second.
    await this.overlay.locator('.code-cell-row').first().waitFor({ state: 'attached' });
    await this.api((v, i) => {
      const { notebook } = v.window.activeNotebookEditor!;
      const ranges = [{ start: i, end: i + 1 }];
      void v.commands.executeCommand('notebook.cell.execute', { ranges, document: notebook.uri }); // lasts as long as the cell
    }, index);
  }

  /** Runs a cell to its end and tells how it ended. */
  async runCell(index: number, timeout = 30_000): Promise<CellState> {
    const before = await this.cell(index);
    await this.startCell(index);
    return this.untilCell(index, (cell) => cell.endTime !== undefined && cell.endTime !== before.endTime, timeout);
  }

  /** Waits until a cell's outputs have the pictures that are drawn after its end. */
  untilPictures(index: number): Promise<CellState> {
    return this.untilCell(index, ({ outputs }) =>
      outputs.every((items) => ['image/svg+xml', 'image/png'].every((type) => items.some(({ mime }) => mime === type))),
    );
  }

  /** Waits until the kernel has begun a cell. */
  untilRunning(index: number): Promise<CellState> {
    return this.untilCell(index, ({ order, endTime }) => order !== undefined && endTime === undefined);
  }

  async untilCell(index: number, holds: (cell: CellState) => boolean, timeout = 30_000): Promise<CellState> {
    let cell = await this.cell(index);
    await until(
      () => `cell ${index}, now ${JSON.stringify(cell).slice(0, 600)}`,
      async () => holds((cell = await this.cell(index))),
      timeout,
    );
    return cell;
  }

  /** What the extension host knows of a cell of the active notebook. */
  cell(index: number): Promise<CellState> {
    return this.api((v, i) => {
      const cell = v.window.activeNotebookEditor!.notebook.cellAt(i);
      const text = (data: Uint8Array): string => new TextDecoder().decode(data);
      return {
        success: cell.executionSummary?.success,
        order: cell.executionSummary?.executionOrder,
        endTime: cell.executionSummary?.timing?.endTime,
        outputs: cell.outputs.map((output) => output.items.map(({ mime, data }) => ({ mime, text: text(data) }))),
      };
    }, index);
  }

  /** The process of the active notebook's kernel; null: it has none. */
  kernelPid(): Promise<number | null> {
    return this.api((v) => {
      const { exports } = v.extensions.getExtension<NfmNotebooks>('nfm-notebooks.nfm-notebooks')!;
      return exports.kernelPid() ?? null;
    });
  }

  /** The notebook in front; hidden ones stay in the document far off screen. */
  get overlay(): Locator {
    return this.page.locator('.notebookOverlay[style*="visibility: visible"]');
  }

  /** The page inside which the outputs of the notebook in front are drawn. */
  get outputs(): FrameLocator {
    return this.page
      .frameLocator('.notebookOverlay[style*="visibility: visible"] iframe.webview.ready')
      .frameLocator('#active-frame');
  }

  /** A picture for eyes; kept out of git. */
  async screenshot(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
}

export interface CellState {
  readonly success: boolean | undefined;
  readonly order: number | undefined;
  readonly endTime: number | undefined;
  /** Outputs with their items. */
  readonly outputs: readonly (readonly { readonly mime: string; readonly text: string }[])[];
}

/** Leaves a picture of every test that failed. */
export function keepFailures(workbench: () => Workbench | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench()?.screenshot(`failed ${task.name.replace(/\W+/g, ' ')}`);
  });
}

/** All text of a cell's outputs, one item a line. */
export const textOf = ({ outputs }: CellState): string =>
  outputs.flatMap((items) => items.map(({ text }) => text)).join('\n');

/** Waits for a state, never for a time; `what` tells what was waited for. */
export async function until(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  timeout = 30_000,
): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${timeout} ms for ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

const readPort = async (file: string): Promise<number> => Number(await readFile(file, 'utf8'));

async function emptyExtension(parent: string): Promise<string> {
  const folder = join(parent, 'empty');
  await mkdir(folder);
  const manifest = { name: 'empty', publisher: 'test', version: '0.0.1', engines: { vscode: '*' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}
