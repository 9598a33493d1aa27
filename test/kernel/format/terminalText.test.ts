import { expect, test } from 'vitest';
import { applyControls } from '../../../src/kernel/format/terminalText.ts';

test.each([
  ['plain\ntext\n', 'plain\ntext\n'],
  ['10 %\r20 %\r100 %\n', '100 %\n'],
  ['long\rLO', 'LOng'],
  ['abc\b\bX', 'aXc'],
  ['\b\bx', 'x'],
  ['windows\r\nline', 'windows\nline'],
])('%j', (printed, screen) => {
  expect(applyControls(printed)).toBe(screen);
});
