import { expect, test } from 'vitest';
import { checkHasOutputs, defaultReportPath, formatOfReport, rerunCommand } from '../../../src/kernel/format/report.ts';
import { notebookOfText } from '../../../src/kernel/format/textNotebook.ts';

test.each([
  ['a.html', 'html'],
  ['folder.pdf/a.HTM', 'html'],
  ['a.report.md', 'md'],
  ['a.markdown', 'md'],
  ['a.pdf', 'pdf'],
  ['a', undefined],
  ['a.constructor', undefined],
])('%s asks for %s', (name, format) => {
  expect(formatOfReport(name)).toBe(format);
});

test('a report stands beside its notebook, under its name', () => {
  expect(defaultReportPath('x/a.ipynb', 'html')).toBe('x/a.report.html');
  expect(defaultReportPath('a.nfm.ts', 'pdf')).toBe('a.report.pdf');
  expect(defaultReportPath('a.b.IPYNB', 'md')).toBe('a.b.report.md');
});

test('the command is one that a shell reads as it was meant', () => {
  expect(rerunCommand('a.ipynb', 'a.html')).toBe('nfm run a.ipynb --report a.html');
  expect(rerunCommand("it's a.ipynb", 'a b.html', ['n=1', 'hidden=[8, 4]', 'name=$(x)'])).toBe(
    "nfm run 'it'\\''s a.ipynb' --param n=1 --param 'hidden=[8, 4]' --param 'name=$(x)' --report 'a b.html'",
  );
});

test('a notebook that has shown nothing', () => {
  expect(() => checkHasOutputs(notebookOfText('// %%\n1\n'), 'a.nfm.ts')).toThrow(
    /^a\.nfm\.ts: expected outputs to report on, found none in 1 code cell; run the notebook first/,
  );
  expect(() => checkHasOutputs(notebookOfText('// %% [markdown]\n// text\n'), 'a.nfm.ts')).toThrow(
    /without code cells/,
  );
});
