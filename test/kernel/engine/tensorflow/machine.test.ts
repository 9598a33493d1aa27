import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { machineOf } from '../../../../src/kernel/engine/tensorflow/machine.ts';

const folder = mkdtempSync(join(tmpdir(), 'nfm-machine-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(...parts: [at: number, bytes: Buffer | string][]): string {
  const bytes = Buffer.alloc(512);
  for (const [at, part] of parts) Buffer.from(part as string, 'latin1').copy(bytes, at);
  const path = join(folder, 'program');
  writeFileSync(path, bytes);
  return path;
}
const little = (number: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(number, 0, bytes);
  return buffer;
};
const windows = (machine: number) => file([0, 'MZ'], [60, little(128, 4)], [128, 'PE\0\0'], [132, little(machine, 2)]);

test("this Node's own program is for this machine", () => {
  expect(machineOf(process.execPath)).toBe(`${process.platform} ${process.arch}`);
});

test.each([
  [62, 'linux x64'],
  [183, 'linux arm64'],
  [40, 'linux arm'],
  [9999, 'linux machine 9999'],
])('ELF machine %d is %s', (machine, name) => {
  expect(machineOf(file([0, '\x7fELF\x02\x01\x01'], [18, little(machine, 2)]))).toBe(name);
});

test('Mach-O and PE', () => {
  const mac = (cpu: number) => file([0, little(0xfeedfacf, 4)], [4, little(cpu, 4)]);
  expect(machineOf(mac(0x0100000c))).toBe('darwin arm64');
  expect(machineOf(mac(0x01000007))).toBe('darwin x64');
  expect(machineOf(windows(0x8664))).toBe('win32 x64');
  expect(machineOf(windows(0xaa64))).toBe('win32 arm64');
});

test('no program', () => {
  expect(machineOf(file([0, 'MZ but not PE']))).toBeUndefined();
  expect(machineOf(file([0, 'MZ'], [60, little(0xffffffff, 4)]))).toBeUndefined();
  writeFileSync(join(folder, 'short'), '\x7fELF');
  expect(machineOf(join(folder, 'short'))).toBeUndefined();
});
