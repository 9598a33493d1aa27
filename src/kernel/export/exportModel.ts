/** Models for other systems: every format, what it writes, and how it is written without losing what is there. */

import { stat } from 'node:fs/promises';
import { nearest } from '../base/options.ts';
import type { Dataset } from '../data/dataset.ts';
import { writeFileAtomically } from '../data/files.ts';
import { checkFolder } from '../run/checkpoint.ts';
import type { SavedModel } from '../run/modelFile.ts';
import { program } from '../run/provenance.ts';
import { ExportError } from './exportError.ts';
import { type Pieces, writeFolder } from './exportFolder.ts';
import { libfmModelText } from './libfm.ts';
import { lowered } from './lowering.ts';
import { onnxFile } from './onnx.ts';
import { pytorchFiles } from './pytorch.ts';
import { tfjsFiles } from './tfjs.ts';

/** A model with its weights, and its raw predictions ŷ, which not every format asks for. */
export interface ExportSource {
  readonly saved: SavedModel;
  readonly predict: (rows: Dataset) => Float32Array | Promise<Float32Array>;
}

type Files = ReadonlyMap<string, Pieces>;

interface Format {
  /** In one sentence, for help. */
  readonly about: string;
  /** Whether the path is a folder of `files`, or a file, to which the keys of `files` are added. */
  readonly folder: boolean;
  /** Contents by name. @throws ExportError for a model that the format has no words for */
  readonly files: (source: ExportSource) => Files | Promise<Files>;
}

export const exportFormats = {
  onnx: {
    about: 'one .onnx file, opset 17, for onnxruntime and others',
    folder: false,
    files: ({ saved }) => {
      const { graph, weights, ...rest } = saved;
      const metadata = { 'nfm.graph': JSON.stringify(graph), 'nfm.model': JSON.stringify(rest) };
      return new Map([['', onnxFile(graph, lowered(graph, weights, 'ONNX'), metadata, program)]]);
    },
  },
  tfjs: {
    about: 'a folder with a TensorFlow.js GraphModel, for tf.loadGraphModel',
    folder: true,
    files: ({ saved: { weights, ...description } }) =>
      tfjsFiles(lowered(description.graph, weights, 'TensorFlow.js'), { nfm: description }, titleOf(program)),
  },
  pytorch: {
    about: 'a folder with model.py, model.safetensors, and check.py, which compares predictions',
    folder: true,
    files: ({ saved, predict }) =>
      pytorchFiles(saved.graph, saved.weights, predict, descriptionJson(saved), titleOf(program)),
  },
  libfm: {
    about: "libFM's text model of an FM or LR, with names and provenance in a .json file beside it",
    folder: false,
    files: ({ saved }) =>
      new Map<string, Pieces>([
        ['.json', [descriptionJson(saved)]],
        ['', libfmModelText(saved.graph, saved.weights)],
      ]),
  },
} as const satisfies Readonly<Record<string, Format>>;

export type ExportFormat = keyof typeof exportFormats;
export const exportFormatNames = Object.keys(exportFormats) as readonly ExportFormat[];

const titleOf = ({ name, version }: typeof program): string => `${name} ${version}`;

/** Everything about a model but its weights: its graph, the names of its features, its metrics and its run. */
const descriptionJson = ({ weights: _, ...description }: SavedModel): string =>
  `${JSON.stringify({ format: 'nfm-export', version: 1, ...description }, null, 1)}\n`;

/**
 * Writes a model in another system's format. Files appear whole or not at all.
 * @param path the file or folder to write
 * @param options `force`: replace an export that is there
 * @returns the paths of the files
 * @throws ExportError for an unknown format, a model that the format has no words for, or a path that is taken;
 * ModelFileError where there is no folder to write into
 */
export async function exportModel(
  format: ExportFormat,
  path: string,
  source: ExportSource,
  { force = false }: { readonly force?: boolean } = {},
): Promise<readonly string[]> {
  const { folder, files }: Format = formatNamed(format);
  await checkFolder(path);
  const contents = await files(source);
  if (folder) {
    await writeFolder(path, contents, force);
    return [...contents.keys()].map((name) => `${path}/${name}`);
  }
  const paths = [...contents.keys()].map((ending) => path + ending);
  for (const file of paths) await checkPlace(file, force);
  for (const [ending, pieces] of contents) await writeFileAtomically(path + ending, pieces);
  return paths;
}

function formatNamed(name: string): Format {
  if (Object.hasOwn(exportFormats, name)) return exportFormats[name as ExportFormat];
  const near = nearest(name, exportFormatNames);
  throw new ExportError(
    `expected a format (${exportFormatNames.join(', ')}), got "${name}"${near ? `; did you mean "${near}"?` : ''}`,
  );
}

async function checkPlace(path: string, force: boolean): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw new ExportError(`${path}: expected a file or nothing there, got a folder`);
  if (there && !force)
    throw new ExportError(`${path}: a file is there already; replace it with force, or name another one`);
}
