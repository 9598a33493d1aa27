// The licences of everything that a package ships: THIRD_PARTY_NOTICES.txt, from the files that went into the bundles.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What may be shipped under this project's own licence, beside the fonts, whose licence says the same in its own words. */
const allowed = /^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BSD)$/;
const allowedTexts = { 'dejavu-fonts-ttf': 'Bitstream Vera and Arev font licences' };

/** What the licence file of a package leaves out. */
const remarks = {
  'canvaskit-wasm':
    'canvaskit.wasm is Skia with libraries under permissive licences of their own: FreeType, HarfBuzz, ICU, libpng, zlib\n' +
    'and image codecs. Portions of this software are copyright (c) The FreeType Project (www.freetype.org). All rights\n' +
    'reserved.',
};

/**
 * @param files paths from the root; those in node_modules count
 * @param more names of packages that are shipped as they are
 * @throws Error for a package whose licence is not known to be allowed
 */
export function noticesOf(files, more = []) {
  const folders = new Set(more.map((name) => `node_modules/${name}`));
  for (const file of files) {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll('\\', '/')) ?? [];
    if (folder) folders.add(folder);
  }
  const notices = new Map();
  for (const folder of folders) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    notices.set(`${manifest.name} ${manifest.version}`, notice(folder, manifest));
  }
  const entries = [...notices].sort(([a], [b]) => (a < b ? -1 : 1));
  const rule = '-'.repeat(100);
  const head = `NFM Notebooks contains, as a whole or in part, the ${entries.length} packages below.`;
  return [head, ...entries.map(([name, text]) => `${rule}\n${name}\n\n${text}`)].join('\n\n').concat('\n');
}

function notice(folder, { name, license, author, repository }) {
  if (!allowed.test(license) && !(name in allowedTexts))
    throw new Error(`${name} has the licence "${license}", which is not one of those that this project ships`);
  const texts = readdirSync(join(root, folder))
    .filter((file) => /^(licen[cs]e|copying|notice)([-.].*)?$/i.test(file))
    .map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  // Some packages carry no text of their licence; then this says whose they are.
  const [by, from] = [author?.name ?? author, repository?.url ?? repository].map((part) => part ?? 'its authors');
  const credit = texts.length === 0 ? `Copyright (c) ${by}, ${from}` : undefined;
  return [`Licence: ${allowedTexts[name] ?? license}`, remarks[name], credit, ...texts].filter(Boolean).join('\n\n');
}
