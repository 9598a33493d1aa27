/** What package.json promises to VS Code, held against the code and the files. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingNames, settingsSection } from '../src/extension/settingNames.ts';
import { mime } from '../src/kernel/format/mime.ts';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { contributes } = manifest;
const folder = join(root, 'src/extension');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

/** Quoted ids in the code that start with our prefix: commands, renderers, kernels. */
const quoted = new Set([...sources.matchAll(/'(nfm[.-][\w.-]+)'/g)].map(([, id]) => id));

test('every command of package.json is in the code, and the other way round', () => {
  const declared: string[] = contributes.commands.map(({ command }: { command: string }) => command);
  const internal = ['nfm.showTraining', 'nfm.training']; // of the status bar, not for the palette
  const inCode = [...quoted].filter((id) => id.startsWith('nfm.') && !internal.includes(id));
  expect(inCode.sort()).toEqual(declared.sort());
});

test('menus and the walkthrough name declared commands', () => {
  const declared = new Set(contributes.commands.map(({ command }: { command: string }) => command));
  const inMenus = Object.values<{ command: string }[]>(contributes.menus).flat();
  for (const { command } of inMenus) expect(declared).toContain(command);
  const links = [...JSON.stringify(contributes.walkthroughs).matchAll(/command:(nfm\.\w+)|onCommand:(nfm\.\w+)/g)];
  expect(links.length).toBeGreaterThan(0);
  for (const [, link, event] of links) expect(declared).toContain(link ?? event);
});

test('settings have a default and a description, and the code reads exactly them', () => {
  const { properties } = contributes.configuration;
  const names = Object.values(settingNames).map((name) => `${settingsSection}.${name}`);
  expect(Object.keys(properties).sort()).toEqual(names.sort());
  for (const setting of Object.values<Record<string, unknown>>(properties)) {
    expect(setting.default).toBeDefined();
    expect(setting.description ?? setting.markdownDescription).toMatch(/\.$/);
  }
});

test('renderers are for MIME types of ours, and each type has at most one', () => {
  const types = contributes.notebookRenderer.flatMap(({ mimeTypes }: { mimeTypes: string[] }) => mimeTypes);
  expect(new Set(types).size).toBe(types.length);
  for (const type of types) expect(Object.values(mime)).toContain(type);
  for (const { id } of contributes.notebookRenderer.filter(
    (r: { requiresMessaging: string }) => r.requiresMessaging !== 'never',
  ))
    expect(quoted).toContain(id);
});

test('notebook type, cell language and grammar are those of the code', () => {
  expect(quoted).toContain(contributes.notebooks[0].type);
  expect(contributes.languages[0].id).toBe(contributes.grammars[0].language);
  expect(quoted).toContain(contributes.languages[0].id);
  expect(sources).toContain(`'${manifest.publisher}.${manifest.name}'`);
});

test('files that package.json names exist', () => {
  const steps = contributes.walkthroughs.flatMap((w: { steps: { media: { markdown: string } }[] }) => w.steps);
  const named: string[] = [
    manifest.icon,
    contributes.languages[0].configuration,
    contributes.grammars[0].path,
    ...steps.map(({ media }: { media: { markdown: string } }) => media.markdown),
  ];
  for (const file of named) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
  expect(steps.length).toBeGreaterThanOrEqual(4);
  const grammar = JSON.parse(readFileSync(join(root, contributes.grammars[0].path), 'utf8'));
  expect(grammar.patterns).toEqual([{ include: 'source.ts' }]);
});

test('untrusted workspaces may look but not run', () => {
  expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  for (const name of ['nfm.kernel.nodePath', 'nfm.tensorflow.path']) expect(restrictedConfigurations).toContain(name);
});
