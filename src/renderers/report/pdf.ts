/** A page printed by an installed browser, which runs as a child process without a window and without a network. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ReportError } from '../../kernel/format/report.ts';
import { findBrowser } from './browser.ts';

/** Printing takes a second or two; a browser that needs longer hangs. */
const patienceMs = 60_000;

/**
 * @param page a whole HTML file that loads nothing
 * @throws ReportError when no browser is installed, or the one there is prints nothing
 */
export async function pdfOf(page: string): Promise<Uint8Array> {
  const browser = await findBrowser();
  if (!browser)
    throw new ReportError(
      'a PDF needs an installed Chrome, Edge or Chromium to print it, and none was found; install one, set CHROME_PATH ' +
        'to its program, or export HTML and print that from any browser',
    );
  const folder = await mkdtemp(join(tmpdir(), 'nfm-report-'));
  try {
    const [from, to] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
    await writeFile(from, page);
    const options = [
      ...['--headless', '--disable-gpu', '--no-first-run', '--no-default-browser-check', '--disable-extensions'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--mute-audio'],
      `--user-data-dir=${join(folder, 'profile')}`, // beside the browser that may be open
      ...['--no-pdf-header-footer', '--generate-pdf-document-outline', `--print-to-pdf=${to}`],
      // Chromium has no sandbox for root. The page has no script and its policy allows none.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ];
    const said = await promisify(execFile)(browser, [...options, pathToFileURL(from).href], {
      timeout: patienceMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
    }).then(
      () => '',
      (error: Error & { readonly killed?: boolean; readonly stderr?: string }) =>
        error.killed
          ? `it took longer than ${patienceMs / 1000} s`
          : (error.stderr?.trim().split('\n').at(-1) ?? error.message),
    );
    const pdf = await readFile(to).catch(() => null);
    if (pdf?.subarray(0, 5).toString('latin1') !== '%PDF-')
      throw new ReportError(
        `${browser} printed no PDF${said ? `: ${said}` : ''}; set CHROME_PATH to another browser, or export HTML and print that`,
      );
    return pdf;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
