/** For which machine a program file is, by its first bytes: ELF (Linux), Mach-O (macOS) and PE (Windows). */

import { closeSync, openSync, readSync } from 'node:fs';

const elf: Readonly<Record<number, string>> = { 3: 'ia32', 40: 'arm', 62: 'x64', 183: 'arm64', 243: 'riscv64' };
const machO: Readonly<Record<number, string>> = { 16777223: 'x64', 16777228: 'arm64' };
const pe: Readonly<Record<number, string>> = { 332: 'ia32', 34404: 'x64', 43620: 'arm64' };

/** `linux x64` and the like in the words of `process.platform` and `process.arch`; undefined for any other file. */
export function machineOf(path: string): string | undefined {
  const head = firstBytes(path, 4096);
  if (head.length < 64) return undefined;
  const known = (platform: string, names: typeof elf, number: number): string =>
    `${platform} ${names[number] ?? `machine ${number}`}`;
  if (head.readUInt32BE(0) === 0x7f454c46) return known('linux', elf, head.readUInt16LE(18));
  if (head.readUInt32LE(0) === 0xfeedfacf) return known('darwin', machO, head.readUInt32LE(4));
  const header = head.readUInt32LE(60);
  if (head.toString('latin1', 0, 2) === 'MZ' && header + 6 <= head.length && head.readUInt32BE(header) === 0x50450000)
    return known('win32', pe, head.readUInt16LE(header + 4));
  return undefined;
}

function firstBytes(path: string, count: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
