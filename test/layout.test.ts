/**
 * The shape of the project: rooms import only downwards, pure files import nothing that ties them to a runtime, nobody
 * imports in a circle, and files stay short. design in one place, held by a test.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src');

/** Source files with the modules they import: `.ts` files as paths from src, others as written. */
const files = new Map(
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .filter((path) => !path.includes('/wasm/assembly/') && !path.includes('/wasm/generated/'))
    .map((path) => {
      const text = readFileSync(join(source, path), 'utf8');
      return [path, { text, imports: importsOf(path, text) }] as const;
    }),
);

function importsOf(path: string, text: string): string[] {
  const found = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gms),
  ];
  return found
    .map((m) => m[1] ?? m[2] ?? m[3])
    .map((name) =>
      name.startsWith('.')
        ? relative(source, join(source, dirname(path), name))
            .split(sep)
            .join('/')
        : name,
    );
}

const roomOf = (path: string) =>
  path
    .split('/')
    .slice(0, path.startsWith('kernel/') ? 2 : 1)
    .join('/');

/** For each room of the kernel the rooms it may import, besides itself. */
const below: Readonly<Record<string, readonly string[]>> = {
  'kernel/base': [],
  'kernel/graph': ['base'],
  'kernel/builder': ['base', 'graph'],
  'kernel/models': ['base', 'graph', 'builder'],
  'kernel/data': ['base', 'graph'],
  'kernel/engine': ['base', 'graph', 'data'],
  'kernel/run': ['base', 'graph', 'data', 'engine'],
  'kernel/export': ['base', 'graph', 'data', 'engine', 'run'],
  'kernel/format': ['base', 'graph', 'data', 'engine', 'run'],
  'kernel/session': ['base', 'graph', 'data', 'engine', 'run', 'format'],
  'kernel/library': ['base', 'graph', 'builder', 'models', 'data', 'engine', 'run', 'export', 'format', 'session'],
  'kernel/cli': [
    ...['base', 'graph', 'builder', 'models', 'data', 'engine', 'run', 'export', 'format', 'session', 'library'],
    'index.ts',
  ],
};

test('there are source files in every room', () => {
  const rooms = new Set([...files.keys()].map(roomOf));
  for (const room of Object.keys(below)) expect(rooms).toContain(room);
});

test('rooms of the kernel import only rooms below them', () => {
  const upward: string[] = [];
  for (const [path, { imports }] of files) {
    const allowed = below[roomOf(path)];
    if (!allowed) continue;
    for (const target of imports) {
      if (!target.startsWith('kernel/')) continue;
      const room = roomOf(target);
      if (room !== roomOf(path) && !allowed.some((name) => room === `kernel/${name}`))
        upward.push(`${path} -> ${target}`);
    }
  }
  expect(upward).toEqual([]);
});

test('the kernel imports neither the extension nor the renderers; only the extension imports vscode', () => {
  const wrong: string[] = [];
  for (const [path, { imports }] of files)
    for (const target of imports) {
      if (path.startsWith('kernel/') && /^(extension|renderers)\//.test(target)) wrong.push(`${path} -> ${target}`);
      if (path.startsWith('renderers/') && target.startsWith('extension/')) wrong.push(`${path} -> ${target}`);
      if (path === 'nfm.ts' && target.startsWith('extension/')) wrong.push(`${path} -> ${target}`);
      if (target === 'vscode' && !path.startsWith('extension/')) wrong.push(`${path} -> vscode`);
    }
  expect(wrong).toEqual([]);
});

test('renderers import only pure rooms of the kernel', () => {
  const pure = /^kernel\/(graph\/|run\/(events|metricTitle)\.ts|format\/)/;
  const wrong: string[] = [];
  for (const [path, { imports }] of files)
    if (path.startsWith('renderers/'))
      for (const target of imports)
        if (target.startsWith('kernel/') && !pure.test(target)) wrong.push(`${path} -> ${target}`);
  expect(wrong).toEqual([]);
});

test('pure files import no node module and no package', () => {
  const pure =
    /^(kernel\/(base|graph|builder|models|format)\/|kernel\/run\/(events|metricTitle)\.ts|renderers\/(views|static|report\/model)\/)/;
  const wrong: string[] = [];
  for (const [path, { imports }] of files)
    if (pure.test(path))
      for (const target of imports) {
        const outside = !files.has(target);
        if (outside) wrong.push(`${path} -> ${target}${builtinModules.includes(target) ? ' (node)' : ''}`);
        else if (!pure.test(target) && !isTypeOnly(path, target)) wrong.push(`${path} -> ${target}`);
      }
  expect(wrong).toEqual([]);
});

test('what pages load imports no node module', () => {
  const wrong: string[] = [];
  for (const [path, { imports }] of files)
    if (/^renderers\/(webview|vega)\//.test(path))
      for (const target of imports)
        if (target.startsWith('node:') || builtinModules.includes(target) || target.startsWith('renderers/raster/'))
          wrong.push(`${path} -> ${target}`);
  expect(wrong).toEqual([]);
});

/** Whether every import of `target` in `path` is `import type`: it leaves no trace at run time. */
function isTypeOnly(path: string, target: string): boolean {
  const { text } = files.get(path)!;
  const statements = [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gms)].filter(
    (m) =>
      relative(source, join(source, dirname(path), m[1]))
        .split(sep)
        .join('/') === target,
  );
  return statements.every((m) => /^(import|export) type\b/.test(m[0]));
}

test('no import cycles', () => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const target of files.get(path)!.imports)
      if (files.has(target) && !isTypeOnly(path, target)) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

test('files are at most 400 lines long, or their head says why not', () => {
  const long = [...files]
    .filter(([, { text }]) => text.split('\n').length > 400)
    .filter(([, { text }]) => !/long (because|on purpose)/i.test(text.slice(0, 1500)));
  expect(long.map(([path]) => path)).toEqual([]);
});

test('names that say nothing are not used for files', () => {
  const vague = /(^|\/)(utils?|helpers?|common|misc|types|constants|manager)\.ts$/i;
  expect([...files.keys()].filter((path) => vague.test(path))).toEqual([]);
});
