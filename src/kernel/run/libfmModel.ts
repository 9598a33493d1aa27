/**
 * Reads the text model of libFM (Rendle, `-save_model`): `#global bias W0` with one number, `#unary interactions Wj` with
 * one a feature, `#pairwise interactions Vj,f` with a line of factors a feature. What was switched off is left out there
 * (`-dim 0,1,8`), and read as zeros.
 */

import { type DataError, dataError, quote } from '../data/errors.ts';
import { dictionaryHash, type FeatureMap } from '../data/featureMap.ts';
import { readChunks } from '../data/files.ts';
import { Growing } from '../data/growing.ts';
import { defaultLoss } from '../engine/losses.ts';
import { type Field, freeze, type Graph, type GraphNode, type Task } from '../graph/graph.ts';
import type { SavedModel } from './modelFile.ts';

const headers = ['#global bias W0', '#unary interactions Wj', '#pairwise interactions Vj,f'];
const bias = 0;
const pairwise = 2;

/** What the file itself does not say. */
export interface LibfmModelOptions {
  /** What the output means; default `regression`. Of a model for classification give `binary`: its output is a logit. */
  readonly task?: Task;
  /** Names of the features, which must be as many as the file has. */
  readonly featureMap?: FeatureMap;
}

/**
 * Reads a model of libFM as an FM of this program, one without factors as an LR.
 * @throws DataError with file, line and column of the first thing that is wrong
 */
export async function readLibfmModel(path: string, options: LibfmModelOptions = {}): Promise<SavedModel> {
  const reader = new ModelReader(path);
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of readChunks(path)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) reader.line(line);
  }
  if (rest !== '') reader.line(rest);
  const { w0, w, V, features, factors } = reader.end();
  const { task = 'regression', featureMap } = options;
  if (featureMap && featureMap.features !== features)
    throw dataError(path, 0, 0, `expected the ${featureMap.features} features of the feature map, got ${features}`);
  const graph = fmGraph(task, features, factors, featureMap?.fields ?? []);
  const table: readonly (readonly [string, Float32Array])[] = factors > 0 ? [['embedding.V', V]] : [];
  return {
    graph,
    weights: new Map([['linear.w', w], ['linear.w0', Float32Array.of(w0)], ...table]),
    loss: defaultLoss[task].loss,
    targetRange: [-Number.MAX_VALUE, Number.MAX_VALUE], // not known, so nothing is clipped
    dictionary: featureMap ? dictionaryHash(featureMap) : null,
    ...{ validation: {}, test: {}, metric: null, bestEpoch: null, program: null },
    config: { model: graph.name, engine: 'libFM', seed: 0, options: {}, data: {} },
    ...(featureMap && { names: { featureMap } }),
  };
}

/** Takes the lines of a file one after another. */
class ModelReader {
  readonly #path: string;
  readonly #bias = new Growing<Float32Array>(Float32Array);
  readonly #unary = new Growing<Float32Array>(Float32Array);
  readonly #pairwise = new Growing<Float32Array>(Float32Array);
  #section = -1;
  #hasBias = false;
  #line = 0;
  /** Lines and numbers a line of the last section. */
  #features = 0;
  #factors = 0;

  constructor(path: string) {
    this.#path = path;
  }

  line(text: string): void {
    this.#line++;
    const line = text.trim();
    if (line.startsWith('#')) this.#open(line);
    else if (this.#section === pairwise) this.#row(line);
    else if (this.#section < 0)
      throw this.#wrong(`expected "${headers[bias]}", got ${quote(line)}; check that this is libFM's text model`);
    else (this.#section === bias ? this.#bias : this.#unary).push(this.#number(line, 1));
  }

  end() {
    const [w0, w] = [this.#bias.join(), this.#unary.join()];
    const wrong = (what: string) => dataError(this.#path, 0, 0, `${what}; check that the file is whole`);
    if (this.#section < pairwise) throw wrong(`expected the section "${headers[pairwise]}", got the end of the file`);
    if (this.#hasBias && w0.length !== 1) throw wrong(`expected one global bias, got ${w0.length}`);
    const features = w.length || this.#features;
    if (features === 0) throw wrong('expected at least one feature, got none');
    // Without factors the section has empty lines, of which editors may cut the last ones.
    if (this.#features !== features && this.#factors > 0)
      throw wrong(`expected ${features} lines of factors, one for each unary interaction, got ${this.#features}`);
    const factors = this.#factors;
    return {
      w0: w0[0] ?? 0,
      w: w.length ? w : new Float32Array(features),
      V: this.#pairwise.join(),
      features,
      factors,
    };
  }

  #open(header: string): void {
    const section = headers.indexOf(header);
    if (section <= this.#section) {
      const next = headers.slice(this.#section + 1).map((name) => `"${name}"`);
      throw this.#wrong(`expected ${next.join(' or ') || 'no further section'}, got ${quote(header)}`);
    }
    this.#section = section;
    this.#hasBias ||= section === bias;
  }

  #row(line: string): void {
    const numbers = line === '' ? [] : line.split(/[ \t]+/);
    if (this.#features === 0) this.#factors = numbers.length;
    if (numbers.length !== this.#factors)
      throw this.#wrong(`expected ${this.#factors} factors as in the first line, got ${numbers.length}`);
    let column = 1;
    for (const text of numbers) {
      this.#pairwise.push(this.#number(text, column));
      column += text.length + 1;
    }
    this.#features++;
  }

  #number(text: string, column: number): number {
    const number = Math.fround(Number(text));
    if (text === '' || !Number.isFinite(number)) throw this.#wrong(`expected a number, got ${quote(text)}`, column);
    return number;
  }

  #wrong(message: string, column = 1): DataError {
    return dataError(this.#path, this.#line, column, message);
  }
}

/** The graph of an FM as the model function makes it, of an LR where there are no factors. */
function fmGraph(task: Task, features: number, factors: number, fields: readonly Field[]): Graph {
  const input: GraphNode = { id: 'input', op: 'input', inputs: [], attributes: { features, fields } };
  const linear: GraphNode = { id: 'linear', op: 'linear', inputs: ['input'], attributes: { bias: true } };
  const output = (of: string): GraphNode => ({ id: 'output', op: 'output', inputs: [of], attributes: { task } });
  const pairs: readonly GraphNode[] = [
    { id: 'embedding', op: 'embedding', inputs: ['input'], attributes: { factors, initStdev: 0.01 } },
    { id: 'biInteraction', op: 'biInteraction', inputs: ['embedding'], attributes: {} },
    { id: 'sum', op: 'sum', inputs: ['biInteraction'], attributes: {} },
    { id: 'add', op: 'add', inputs: ['linear', 'sum'], attributes: {} },
  ];
  const nodes = factors > 0 ? [input, linear, ...pairs, output('add')] : [input, linear, output('linear')];
  return freeze({ version: 1, name: factors > 0 ? 'FM' : 'LR', nodes, output: 'output' });
}
