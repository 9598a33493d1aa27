/** `nfm report` and `nfm run --report` on real files: what they write, and that nothing that was there is lost. */

import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeNotebook } from '../../../src/kernel/format/notebook.ts';
import { writeOutputs } from '../../../src/kernel/format/outputsFile.ts';
import { notebookOfText, textOfNotebook } from '../../../src/kernel/format/textNotebook.ts';
import { findBrowser } from '../../../src/renderers/report/browser.ts';
import { code, prints, study } from '../../renderers/report/notebooks.ts';
import { buildCommand, nfm, temporaryFolder } from './nfm.ts';

const folder = temporaryFolder();
const cwd = { cwd: folder };
const at = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');
const program = fileURLToPath(new URL('../../../dist/nfm.js', import.meta.url));
const browser = await findBrowser();

beforeAll(() => {
  buildCommand();
  writeFileSync(at('study.ipynb'), writeNotebook(study));
});

describe('nfm report', () => {
  test('writes one HTML file beside the notebook, and not over one that is there', async () => {
    expect(await nfm(['report', 'study.ipynb'], cwd)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'wrote study.report.html\n',
    });
    const html = read('study.report.html');
    expect(html).toContain('<title>A study of NFM</title>');
    expect(html).toContain('nfm run study.ipynb --report study.report.html');
    expect(html).toMatch(/exported on \d{4}-\d\d-\d\d/);
    expect(html.length).toBeLessThan(1_048_576);

    writeFileSync(at('study.report.html'), 'mine');
    const again = await nfm(['report', 'study.ipynb'], cwd);
    expect([again.code, again.stderr]).toEqual([
      1,
      'error: study.report.html: this file exists and was not changed; give --force to replace it, or --out with another path\n',
    ]);
    expect(read('study.report.html')).toBe('mine');
    expect((await nfm(['report', 'study.ipynb', '--force'], cwd)).code).toBe(0);
    expect(read('study.report.html')).toBe(html);
  });

  test('writes Markdown with pictures beside it; pictures of the report before go, other files stay', async () => {
    expect((await nfm(['report', 'study.ipynb', '--out', 'text.md'], cwd)).code).toBe(0);
    const names = readdirSync(at('text_files')).sort();
    expect(names).toHaveLength(4);
    for (const name of names) expect(read('text.md')).toContain(`](text_files/${name})`);
    writeFileSync(at('text_files/figure-1-run-00000000.svg'), '<svg/>');
    writeFileSync(at('text_files/notes.svg'), '<svg/>');
    expect((await nfm(['report', 'study.ipynb', '--out', 'text.md', '--force'], cwd)).code).toBe(0);
    expect(readdirSync(at('text_files')).sort()).toEqual([...names, 'notes.svg'].sort());
  });

  test.skipIf(!browser)('prints a PDF', async () => {
    expect(await nfm(['report', 'study.ipynb', '--format', 'pdf'], cwd)).toMatchObject({
      code: 0,
      stderr: 'wrote study.report.pdf\n',
    });
    const pdf = readFileSync(at('study.report.pdf')).toString('latin1');
    expect(pdf).toMatch(/^%PDF-[\s\S]*%%EOF\s*$/);
    expect(pdf).toMatch(/\/Title \(A study of NFM\)/);
  });

  test('says what to install where there is nothing to print with', async () => {
    const none = await nfm(['report', 'study.ipynb', '--out', 'none.pdf'], {
      ...cwd,
      env: { PATH: '', CHROME_PATH: '' },
    });
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: a PDF needs an installed Chrome, Edge or Chromium .* export HTML/),
    ]);
    expect(existsSync(at('none.pdf'))).toBe(false);
    const wrong = await nfm(['report', 'study.ipynb', '--out', 'none.pdf'], {
      ...cwd,
      env: { CHROME_PATH: process.execPath },
    });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/^error: .* printed no PDF/)]);
    expect(readdirSync(folder).filter((name) => name.includes('none'))).toEqual([]);
  });

  test('reads a text notebook with the outputs beside it', async () => {
    const text = textOfNotebook(study);
    writeFileSync(at('text.nfm.ts'), text);
    const bare = await nfm(['report', 'text.nfm.ts'], cwd);
    expect([bare.code, bare.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^error: text\.nfm\.ts: expected outputs to report on, found none in 8 code cells; run the notebook first/,
      ),
    ]);
    const { cells } = notebookOfText(text);
    const shown = { ...study, cells: study.cells.map((cell, i) => ({ ...cell, source: cells[i].source })) };
    writeFileSync(at('text.nfm.outputs.json'), writeOutputs(shown));
    expect(await nfm(['report', 'text.nfm.ts'], cwd)).toMatchObject({ code: 0, stderr: 'wrote text.report.html\n' });
    expect(read('text.report.html')).toContain('has the lowest test RMSE of 3 models');
  });

  test.each([
    [['report'], 2, 'expected one notebook, got none'],
    [['report', 'study.ipynb', '--format', 'docx'], 2, '--format must be'],
    [['report', 'study.ipynb', '--format', 'pdf', '--out', 'x.html'], 2, '--format pdf does not go with --out x.html'],
    [['report', 'nowhere.ipynb'], 1, 'nowhere.ipynb: expected a notebook, cannot read it (ENOENT)'],
    [['report', 'study.ipynb', '--out', 'nowhere/x.html'], 1, 'expected a folder "nowhere" to write into'],
    [['report', 'study.ipynb', '--out', '.'], 1, '.: expected a file to write, found a folder'],
    [['report', 'study.ipynb', '--out', 'study.ipynb/x.html'], 1, 'a part of this path is a file'],
    [['run', 'study.ipynb', '--report', 'x.docx'], 2, '--report must end in .html, .md or .pdf'],
  ] as const)('%j', async (args, code, message) => {
    expect(await nfm(args, cwd)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
  });

  test.each([
    ['', 'broken.ipynb: expected a notebook, got an empty file'],
    ['{ "cells": [', 'broken.ipynb:1:13: not JSON'],
    [
      '{"nbformat":4,"metadata":{},"cells":[{"cell_type":"markdown","metadata":{},"source":"x"}]}',
      'got one without code cells',
    ],
  ])('a notebook of which there is nothing to report: %j', async (content, message) => {
    writeFileSync(at('broken.ipynb'), content);
    writeFileSync(at('old.html'), 'old');
    const { code, stderr } = await nfm(['report', 'broken.ipynb', '--out', 'old.html', '--force'], cwd);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([read('broken.ipynb'), read('old.html')]).toEqual([content, 'old']);
  });
});

describe('nfm run --report', () => {
  const text =
    "// %% tags=[\"parameters\"]\nconst n = 1;\n// %%\nconsole.log('shown', n);\n// %%\nif (n > 1) throw new RangeError('too many');\n";

  test('reports the run with its parameters', async () => {
    writeFileSync(at('small.nfm.ts'), text);
    const { code, stdout, stderr } = await nfm(['run', 'small.nfm.ts', '--param', 'n=1', '--report', 'run.html'], cwd);
    expect([code, stdout, stderr]).toEqual([0, 'shown 1\n', 'wrote run.html\n']);
    expect(read('run.html')).toContain('nfm run small.nfm.ts --param n=1 --report run.html');
  });

  test('also when a cell failed, which it says first', async () => {
    const { code, stderr } = await nfm(['run', 'small.nfm.ts', '--param', 'n=2', '--report', 'failed.html'], cwd);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^error in code cell 4: RangeError: too many\n[\s\S]*wrote failed\.html\n$/),
    ]);
    expect(read('failed.html')).toContain('<p class="warning">Cell 4 failed with RangeError: too many</p>');
  });

  test('refuses before anything runs where a report is there', async () => {
    const { code, stdout, stderr } = await nfm(['run', 'small.nfm.ts', '--report', 'run.html'], cwd);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('run.html: this file exists')]);
    expect((await nfm(['run', 'small.nfm.ts', '--report', 'run.html', '--force'], cwd)).code).toBe(0);
  });
});

describe('what was there stays', () => {
  /** A report that takes a while to write. */
  const large = { ...study, cells: [...study.cells, code('x', [prints(`${'y'.repeat(1900)}\n`.repeat(160))])] };

  test('when the program is killed in the middle of writing', async () => {
    writeFileSync(at('large.ipynb'), writeNotebook(large));
    mkdirSync(at('killed'));
    const old = 'the old report'.repeat(1000);
    for (let i = 0; i < 3; i++) {
      writeFileSync(at('killed/report.html'), old);
      const watcher = watch(at('killed'));
      const child = spawn(
        process.execPath,
        [program, 'report', 'large.ipynb', '--out', 'killed/report.html', '--force'],
        cwd,
      );
      const ended = new Promise((resolve) => child.once('exit', resolve));
      watcher.once('change', () => child.kill('SIGKILL')); // the first byte of the new file
      await ended;
      watcher.close();
      const now = read('killed/report.html');
      expect(now === old || now.endsWith('</html>\n')).toBe(true);
      for (const name of readdirSync(at('killed')).filter((each) => each.endsWith('.tmp')))
        rmSync(at(`killed/${name}`));
    }
  });

  /** A disk of 200 KB of its own, which needs no rights where the system has user namespaces. */
  const onSmallDisk = (script: string) =>
    spawnSync('unshare', ['-rm', 'sh', '-c', `mount -t tmpfs -o size=200k tmpfs small && ${script}`], {
      cwd: folder,
      encoding: 'utf8',
    });
  mkdirSync(at('small'));
  const hasSmallDisk = process.platform === 'linux' && onSmallDisk('true').status === 0;

  test.skipIf(!hasSmallDisk)('when the disk is full', () => {
    const script = `echo old > small/report.html && ${process.execPath} ${program} report study.ipynb --out small/report.html --force; echo "exit $?"; cat small/report.html; ls -A small`;
    const { stdout, stderr } = onSmallDisk(script);
    expect(stderr).toBe(
      'error: small/report.html: the report was not written: the disk is full; make room, or choose another place\n',
    );
    expect(stdout).toBe('exit 1\nold\nreport.html\n');
    const toMarkdown = `${process.execPath} ${program} report study.ipynb --out small/report.md`;
    const markdown = `head -c 190000 /dev/zero > small/filler; ${toMarkdown}; rm small/filler; find small -type f`;
    expect(onSmallDisk(markdown)).toMatchObject({ stdout: '', stderr: expect.stringContaining('the disk is full') });
  });

  test('when the target is a device', async () => {
    const args = ['report', 'study.ipynb', '--out', '/dev/null', '--format', 'html', '--force'];
    const { code, stderr } = await nfm(args, cwd);
    expect([code, stderr]).toEqual([
      1,
      'error: /dev/null: expected a file to write, found a device; choose another path\n',
    ]);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test.skipIf(!hasSmallDisk)('when the disk can only be read', () => {
    const script = `mount -o remount,ro small; ${process.execPath} ${program} report study.ipynb --out small/report.html; ls -A small`;
    const { stdout, stderr } = onSmallDisk(script);
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('expected a folder "small" to write into')]);
  });

  test.skipIf(process.getuid?.() === 0)('when the folder may not be written', async () => {
    mkdirSync(at('closed'));
    chmodSync(at('closed'), 0o500);
    const { code, stderr } = await nfm(['report', 'study.ipynb', '--out', 'closed/report.html'], cwd);
    expect([code, stderr]).toEqual([1, expect.stringContaining('expected a folder "closed" to write into')]);
    expect(readdirSync(at('closed'))).toEqual([]);
  });
});
