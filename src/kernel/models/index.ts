/** All models: the functions that cells call, and the table by which the CLI finds them. */

import { nearest, OptionError, type OptionRules } from '../base/options.ts';
import type { Architecture } from '../builder/architecture.ts';
import type { Schema } from '../builder/schema.ts';
import { type AfmOptions, afm, afmRules } from './afm.ts';
import { type DeepCrossOptions, deepCross, deepCrossRules } from './deepCross.ts';
import { type FmOptions, fm, fmRules } from './fm.ts';
import { type HofmOptions, hofm, hofmRules } from './hofm.ts';
import { type LrOptions, lr, lrRules } from './lr.ts';
import { type NfmOptions, nfm, nfmRules } from './nfm.ts';
import { type WideDeepOptions, wideDeep, wideDeepRules } from './wideDeep.ts';

export { hiddenShape } from './hiddenShape.ts';
export { afm, deepCross, fm, hofm, lr, nfm, wideDeep };

export type ModelName = 'lr' | 'fm' | 'hofm' | 'nfm' | 'afm' | 'wide-deep' | 'deep-cross';

/** The options of all models together. Each model has some of them; absent or undefined is the model's default. */
export type HyperParameters = LrOptions &
  FmOptions &
  HofmOptions &
  NfmOptions &
  AfmOptions &
  WideDeepOptions &
  DeepCrossOptions;

export interface ModelEntry {
  /** The model's name as papers write it. */
  readonly title: string;
  readonly paper: string;
  /** The hyper-parameters that the model has. */
  readonly options: readonly string[];
  /** @throws OptionError that names a hyper-parameter which the model does not have, or whose value is wrong */
  readonly build: (schema: Schema, hyperParameters?: HyperParameters) => Architecture;
}

const nfmPaper = 'He and Chua, Neural Factorization Machines for Sparse Predictive Analytics, SIGIR 2017';

export const models: { readonly [Name in ModelName]: ModelEntry } = {
  lr: entry('lr', 'LR', `reference line of ${nfmPaper}`, lrRules, lr),
  fm: entry('fm', 'FM', 'Rendle, Factorization Machines, ICDM 2010', fmRules, fm),
  hofm: entry('hofm', 'HOFM', 'Blondel et al., Higher-Order Factorization Machines, NIPS 2016', hofmRules, hofm),
  nfm: entry('nfm', 'NFM', nfmPaper, nfmRules, nfm),
  afm: entry('afm', 'AFM', 'Xiao et al., Attentional Factorization Machines, IJCAI 2017', afmRules, afm),
  'wide-deep': entry(
    'wide-deep',
    'Wide&Deep',
    'Cheng et al., Wide & Deep Learning for Recommender Systems, DLRS 2016',
    wideDeepRules,
    wideDeep,
  ),
  'deep-cross': entry(
    'deep-cross',
    'DeepCross',
    'Shan et al., Deep Crossing: Web-Scale Modeling without Manually Crafted Combinatorial Features, KDD 2016',
    deepCrossRules,
    deepCross,
  ),
};

function entry(
  name: ModelName,
  title: string,
  paper: string,
  rules: OptionRules,
  model: (schema: Schema, options: HyperParameters) => Architecture,
): ModelEntry {
  const options = Object.keys(rules);
  const build = (schema: Schema, hyperParameters: HyperParameters = {}) => {
    const given = Object.entries(hyperParameters).filter(([, value]) => value !== undefined);
    for (const [option] of given) if (!options.includes(option)) throw notAnOption(name, option);
    return model(schema, Object.fromEntries(given));
  };
  return { title, paper, options, build };
}

function notAnOption(name: ModelName, option: string): OptionError {
  const having = Object.entries(models).filter(([, model]) => model.options.includes(option));
  const own = models[name].options;
  const near = nearest(option, own);
  const hint = having.length
    ? `; ${having.map(([other]) => other).join(', ')} ${having.length > 1 ? 'have' : 'has'} it`
    : near
      ? `; did you mean "${near}"?`
      : '';
  return new OptionError(`model ${name} has no option "${option}"${hint}; options of ${name}: ${own.join(', ')}`);
}
