import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { initialWeights } from '../../../src/kernel/engine/initialise.ts';
import { padded } from '../../../src/kernel/export/paddedRows.ts';
import { pytorchFiles } from '../../../src/kernel/export/pytorch.ts';
import { torchNodes } from '../../../src/kernel/export/torchModules.ts';
import type { Graph } from '../../../src/kernel/index.ts';
import { readSafetensors, safetensorsParts } from '../../../src/kernel/run/safetensors.ts';
import { temporaryFolder } from '../data/temporary.ts';
import { tinyCases } from '../engine/tinyModels.ts';
import { modelNames, rawOutputs, trained, unseenRows } from './models.ts';

const files = temporaryFolder();
/** A Python that has torch and safetensors, such as one in an environment of its own. */
const python = process.env.NFM_PYTHON ?? 'python3';
const hasTorch = spawnSync(python, ['-c', 'import torch, safetensors.torch']).status === 0;
if (!hasTorch) console.warn(`${python} has no torch and safetensors: PyTorch's predictions are not compared`);

const exported = async (name: string): Promise<string> => {
  const folder = files.path(name.replace(/\W/g, '-'));
  if (!existsSync(folder)) await (await trained(name)).export('pytorch', folder);
  return folder;
};

test.each(modelNames)('%s: the weights are those that model.py asks for', async (name) => {
  const folder = await exported(name);
  const { tensors } = readSafetensors(readFileSync(join(folder, 'model.safetensors')), 'model.safetensors');
  const script = readFileSync(join(folder, 'model.py'), 'utf8');
  const modules = [...script.matchAll(/^ {8}self\.(\w+) = (?!nn\.Dropout)/gm)].map(([, module]) => module);
  const owners = new Set([...tensors.keys()].map((key) => key.split('.')[0]));
  expect([...owners].sort()).toEqual(modules.filter((module) => !/^(hidden|h|dropout)$/.test(module)).sort());
  expect(script).not.toContain('undefined');
  expect(script.split('\n').length).toBeLessThan(110);
});

test('names, graph and run go along; names in Python are its own', async () => {
  const folder = await exported('DeepCross');
  const description = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  expect(description).toMatchObject({ format: 'nfm-export', version: 1, graph: { name: 'DeepCross' }, bestEpoch: 3 });
  expect(description.names.dictionary.fields.length).toBe(6);
  const script = readFileSync(join(folder, 'model.py'), 'utf8');
  expect(script).toContain('("genres", ');

  const { graph } = tinyCases.find(({ name }) => name === 'FM')!;
  const renamed = JSON.parse(JSON.stringify(graph).replaceAll('"embedding"', '"class"')) as Graph;
  const [input, ...nodes] = renamed.nodes.map((node) => (node.id === 'class' ? { ...node, op: 'embedding' } : node));
  const named = torchNodes(
    { ...renamed, nodes: [input, ...nodes] } as Graph,
    new Map([...initialWeights(graph, 1), ['class.V', new Float32Array(48)]]),
  );
  expect(named.map(({ name }) => name)).toContain('class_embedding');
});

test('text from elsewhere cannot leave its place in the script', async () => {
  const { graph } = tinyCases.find(({ name }) => name === 'Wide&Deep')!;
  const evil = '"""\nimport os\n\\';
  const [input, ...nodes] = graph.nodes;
  const fields = [{ name: evil, offset: 0, size: 16 }, ...(input.attributes as { fields: [] }).fields.slice(1)];
  const odd = { ...graph, name: evil, nodes: [{ ...input, attributes: { features: 16, fields } }, ...nodes] } as Graph;
  const predict = () => new Float32Array(200);
  const script = String((await pytorchFiles(odd, initialWeights(odd, 1), predict, '{}', 'test')).get('model.py')![0]);
  writeFileSync(files.path('evil.py'), script);
  expect(script).toContain(`(${JSON.stringify(evil)}, 0, 16)`);
  expect(script.match(/"""/g)!.length % 2).toBe(0);
  expect(script.split('\n').some((line) => line.startsWith('import os'))).toBe(false);
});

/** Loads the model of each folder and prints the largest difference from the predictions in `rows.safetensors`. */
const compare = `
import importlib.util, sys, torch
from safetensors.torch import load_file
for folder in sys.argv[1:]:
    spec = importlib.util.spec_from_file_location("model", folder + "/model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = load_file(folder + "/rows.safetensors")
    with torch.no_grad():
        y = module.load()(rows["ids"], rows["values"])
    print((y - rows["y"]).abs().max().item())
`;

describe.runIf(hasTorch)('PyTorch', () => {
  test('predicts as this program does, on 1,000 rows with unseen features and missing fields', async () => {
    const { rows, slots, ids, values } = padded(unseenRows);
    const folders: string[] = [];
    for (const name of modelNames) {
      const folder = await exported(name);
      const y = Float32Array.from(rawOutputs(await trained(name), unseenRows));
      const tensors = { ids: [ids, slots], values: [values, slots], y: [y] } as const;
      const shaped = Object.entries(tensors).map(
        ([key, [data, ...width]]) => [key, { shape: [rows, ...width], data }] as const,
      );
      writeFileSync(join(folder, 'rows.safetensors'), Buffer.concat(safetensorsParts(new Map(shaped))));
      folders.push(folder);
    }
    const printed = execFileSync(python, ['-c', compare, ...folders], { encoding: 'utf8' });
    const differences = printed.trim().split('\n').map(Number);
    expect(differences.length).toBe(modelNames.length);
    expect(Math.max(...differences)).toBeLessThan(1e-5);
  });

  test('check.py agrees, and says so where it does not', async () => {
    const folder = await exported('NFM-3 of all kinds');
    const check = () => spawnSync(python, [join(folder, 'check.py')], { encoding: 'utf8' });
    expect(check()).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^200 rows, largest difference .*e-0[6-9]\n$/),
    });
    const path = join(folder, 'check.safetensors');
    const bytes = readFileSync(path);
    bytes.writeFloatLE(bytes.readFloatLE(bytes.length - 4) + 0.001, bytes.length - 4); // the last y
    writeFileSync(path, bytes);
    expect(check()).toMatchObject({ status: 1, stderr: 'model.py predicts other numbers\n' });
  });
});
