import { expect, test } from 'vitest';
import { hiddenShape } from '../../../src/kernel/models/index.ts';

test('constant', () => {
  expect(hiddenShape.constant(64, 1)).toEqual([64]);
  expect(hiddenShape.constant(64, 3)).toEqual([64, 64, 64]);
});

test('a tower halves, and never gets narrower than 1', () => {
  expect(hiddenShape.tower(64, 3)).toEqual([64, 32, 16]);
  expect(hiddenShape.tower(5, 5)).toEqual([5, 2, 1, 1, 1]);
});

test('a diamond doubles up to its middle and halves after it', () => {
  expect(hiddenShape.diamond(64, 1)).toEqual([64]);
  expect(hiddenShape.diamond(64, 2)).toEqual([64, 64]);
  expect(hiddenShape.diamond(64, 3)).toEqual([64, 128, 64]);
  expect(hiddenShape.diamond(64, 4)).toEqual([64, 128, 128, 64]);
  expect(hiddenShape.diamond(16, 5)).toEqual([16, 32, 64, 32, 16]);
});

test('residual units', () => {
  expect(hiddenShape.residual(64, 2)).toEqual([{ residual: 64 }, { residual: 64 }]);
});
