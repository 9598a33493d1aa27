/**
 * PyTorch: a folder with `model.py` (plain torch, to be read and changed), `model.safetensors`, `model.json` (names and
 * provenance), and `check.py`, which compares the two on rows that this program predicted (`check.safetensors`).
 */

import type { Dataset } from '../data/dataset.ts';
import type { Weights } from '../engine/engine.ts';
import { type Graph, inputOf, outputOf, type Task } from '../graph/graph.ts';
import { safetensorsParts, type Tensor } from '../run/safetensors.ts';
import { padded, sampleRows } from './paddedRows.ts';
import { torchHelpers } from './torchHelpers.ts';
import { type TorchNode, torchNodes } from './torchModules.ts';

const meaning: { readonly [T in Task]: string } = {
  regression: 'the estimate',
  binary: 'a logit: torch.sigmoid(y) is the probability of the positive class',
  ranking: 'a score that orders items',
};

/** Rows that `check.py` compares. */
const checkedRows = 200;

/**
 * The files of the folder by name, in pieces; tables are viewed.
 * @param predict raw outputs ŷ of rows
 * @param description JSON for `model.json`
 * @param program who writes it
 * @throws ExportError for a layer of the user's own
 */
export async function pytorchFiles(
  graph: Graph,
  weights: Weights,
  predict: (rows: Dataset) => Float32Array | Promise<Float32Array>,
  description: string,
  program: string,
): Promise<Map<string, readonly (string | Uint8Array)[]>> {
  const nodes = torchNodes(graph, weights);
  const state = new Map(nodes.flatMap((node) => Object.entries(node.state)));
  const rows = sampleRows(graph, checkedRows);
  const { slots, ids, values } = padded(rows);
  const check = new Map<string, Tensor>([
    ['ids', { shape: [rows.rows, slots], data: ids }],
    ['values', { shape: [rows.rows, slots], data: values }],
    ['y', { shape: [rows.rows], data: await predict(rows) }],
  ]);
  return new Map<string, readonly (string | Uint8Array)[]>([
    ['model.safetensors', safetensorsParts(state, { format: 'pt' })],
    ['check.safetensors', safetensorsParts(check)],
    ['model.json', [description]],
    ['check.py', [checkScript]],
    ['model.py', [modelScript(graph, nodes, program)]],
  ]);
}

function modelScript(graph: Graph, nodes: readonly TorchNode[], program: string): string {
  const { fields } = inputOf(graph).attributes;
  const helpers = [...new Set(nodes.flatMap(({ helper }) => helper ?? []))];
  const modules = nodes.flatMap((node) => Object.entries(node.modules));
  const [last, output] = nodes.slice(-2);
  const isReturned = output.value === last.name;
  const steps = nodes.slice(1, isReturned ? -2 : -1); // without the input
  return `"""${docText(graph.name)} as PyTorch, written by ${docText(program)}.

    model = load()          # with its weights, ready to predict
    y = model(ids, values)  # feature ids and their values, both [batch, slots] -> [batch]

Rows are padded to one length with id 0 and value 0, which has no effect. The names of the features are in model.json.
y is ${meaning[outputOf(graph).attributes.task]}.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

${helpers.map((name) => `${torchHelpers[name](fields)}\n`).join('')}
class Model(nn.Module):
    def __init__(self):
        super().__init__()
${modules.map(([name, made]) => `        self.${name} = ${made}`).join('\n')}

    def forward(self, ids, values):
${steps.map(({ name, value }) => `        ${name} = ${value}`).join('\n')}
        return ${isReturned ? last.value : output.value}


def load(path=Path(__file__).with_name("model.safetensors")):
    """The model with the weights of a file, in evaluation mode."""
    model = Model()
    model.load_state_dict(load_file(path))
    return model.eval()
`;
}

/** Text inside a docstring, in one line. */
const docText = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\"]/g, "'");

const checkScript = `"""Compares model.py with the predictions of the program that wrote it: python check.py"""

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from model import load

rows = load_file(Path(__file__).with_name("check.safetensors"))
with torch.no_grad():
    y = load()(rows["ids"], rows["values"])
difference = (y - rows["y"]).abs()
print(f"{len(y)} rows, largest difference {difference.max().item():.1e}")
sys.exit(0 if (difference <= 1e-5 * rows["y"].abs().clamp(min=1)).all() else "model.py predicts other numbers")
`;
