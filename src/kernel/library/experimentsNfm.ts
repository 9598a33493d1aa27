/**
 * The experiments of the NFM paper (He and Chua, SIGIR 2017) as recipes. Rates and ratios are those that the paper or
 * its authors' code names; validation stands wherever the paper used the test rows.
 */

import type { ActivationName } from '../graph/graph.ts';
import { deepCross, fm, hofm, lr, nfm, wideDeep } from '../models/index.ts';
import { claims, type Findings } from './experimentFindings.ts';
import type { Axis, Recipe, Sizes, Trial } from './experimentRecipe.ts';

const slow = { learningRate: 0.02 };
const allRows = { ...slow, rows: 'all' } as const; // the penalty is on all rows, not on those of the batch

const ratioAxis: Axis = { title: 'drop ratio of the Bi-Interaction layer' };
const l2Axis: Axis = { title: 'L2 penalty λ of the embeddings', log: true };
const hiddenRatioAxis: Axis = { title: 'drop ratio of the hidden layer' };
const factorAxis: Axis = { title: 'factors K', log: true };
const depthAxis: Axis = { title: 'hidden layers' };

/** NFM-0 as the paper's section 4.3 studies it: with dropout, without batch normalisation unless said. */
const nfm0 = ({ schema, factors }: Sizes, dropout: number, batchNorm = false) =>
  nfm(schema, { factors, hidden: [], dropout, batchNorm });

const fmTrial = ({ schema, factors }: Sizes): Trial => ({
  ...{ name: 'FM', series: 'FM', options: slow },
  model: fm(schema, { factors }),
});

/** Wide&Deep and DeepCross, from random embeddings or from those of an FM. */
function deepTrials({ schema, wideDeep: wide, deepCross: units }: Sizes, factors: number, pretrained: boolean) {
  const suffix = pretrained ? ', FM start' : '';
  return [
    { series: `Wide&Deep${suffix}`, model: wideDeep(schema, { factors, hidden: wide }) },
    { series: `DeepCross${suffix}`, model: deepCross(schema, { factors, hidden: units }) },
  ].map((trial) => ({ ...trial, name: trial.series, pretrained }));
}

/** All models at one K; Wide&Deep and DeepCross from FM embeddings. */
const atFactors = (sizes: Sizes, factors: number): readonly Trial[] =>
  [
    { series: 'FM', model: fm(sizes.schema, { factors }), options: slow },
    { series: 'HOFM', model: hofm(sizes.schema, { factors }), options: slow },
    { series: 'NFM', model: nfm(sizes.schema, { factors }) },
    ...deepTrials(sizes, factors, true),
  ].map((trial) => ({ ...trial, name: `${trial.series}, K ${factors}`, x: factors, axis: factorAxis }));

/** NFM < Wide&Deep < HOFM ≤ FM with the most factors. */
const orderOfModels = (found: Findings) => {
  const K = Math.max(...found.xs('FM'));
  const at = (series: string) => found.value(`${series}, K ${K}`);
  return [
    claims(`NFM is below Wide&Deep (FM start) at K ${K}`, [at('NFM'), at('Wide&Deep, FM start')]),
    claims(`Wide&Deep (FM start) is below HOFM at K ${K}`, [at('Wide&Deep, FM start'), at('HOFM')]),
    claims(`HOFM is not above FM at K ${K}`, [at('HOFM'), at('FM') + 1e-9]),
  ];
};

const activations: readonly ActivationName[] = ['relu', 'sigmoid', 'tanh', 'identity'];

export const nfmExperiments = {
  deepModels: {
    title: 'NFM paper, Figure 1: deep models are hard to train from random embeddings',
    curves: true,
    trials: (sizes) => [
      fmTrial(sizes),
      ...deepTrials(sizes, sizes.factors, false).map((t) => ({ ...t, panel: 'random embeddings' })),
      ...deepTrials(sizes, sizes.factors, true).map((t) => ({ ...t, panel: 'embeddings of an FM' })),
    ],
    claims: (found) => [
      ...['Wide&Deep', 'DeepCross'].map((model) =>
        claims(`${model} is at least 5 % better from an FM`, [
          found.value(`${model}, FM start`),
          0.95 * found.value(model),
        ]),
      ),
      claims('Wide&Deep (FM start) is below FM', [found.value('Wide&Deep, FM start'), found.value('FM')]),
      claims('DeepCross (FM start) stays above FM', [found.value('FM'), found.value('DeepCross, FM start')]),
    ],
  },
  dropout: {
    title: 'NFM paper, Figure 3: dropout against L2 in NFM-0',
    trials: (sizes) => [
      { name: 'LR', series: 'LR', model: lr(sizes.schema) },
      ...sizes.ratios.map((x) => ({
        ...{ name: `dropout ${x}`, series: 'dropout', x, axis: ratioAxis, options: slow },
        model: nfm0(sizes, x),
      })),
      ...sizes.l2.map((l2) => ({
        ...{ name: `L2 ${l2}`, series: 'L2', x: l2, axis: l2Axis, options: allRows },
        model: nfm(sizes.schema, { factors: sizes.factors, hidden: [], dropout: 0, batchNorm: false, l2 }),
      })),
    ],
    published: {
      frappe: [
        { label: 'dropout 0.3', value: 0.3562 },
        { label: 'best L2', value: 0.3799 },
      ],
    },
    claims: (found) => {
      const [best, penalty, ratios] = [found.lowest('dropout'), found.lowest('L2'), found.xs('dropout')];
      return [
        claims(
          `the best ratio (${best.x}) is neither the least nor the most`,
          [Math.min(...ratios), best.x],
          [best.x, Math.max(...ratios)],
        ),
        claims('the best dropout is below the best L2 by 0.005', [best.value + 0.005, penalty.value]),
        claims('LR is far above both', [Math.max(best.value, penalty.value), found.value('LR')]),
      ];
    },
  },
  dropoutByEpoch: {
    title: 'NFM paper, Figure 4: NFM-0 with and without dropout, by epoch',
    curves: true,
    trials: (sizes) =>
      [0.3, 0].map((x) => ({
        ...{ name: `dropout ${x}`, series: `dropout ${x}`, options: slow },
        model: nfm0(sizes, x),
      })),
    claims: (found) => [
      claims('with dropout the training error is higher', [
        found.at('train', 'dropout 0'),
        found.at('train', 'dropout 0.3'),
      ]),
      claims('with dropout the validation error is lower', [found.value('dropout 0.3'), found.value('dropout 0')]),
    ],
  },
  batchNorm: {
    title: 'NFM paper, Figure 5: batch normalisation speeds up NFM-0',
    curves: true,
    trials: (sizes) =>
      [true, false].map((batchNorm) => {
        const name = batchNorm ? 'with batch norm' : 'without';
        return { name, series: name, options: slow, model: nfm0(sizes, 0.3, batchNorm) };
      }),
    claims: (found) => [
      claims('the training error at epoch 20 with it is below that of epoch 60 without', [
        found.at('train', 'with batch norm', 20),
        found.at('train', 'without', 60),
      ]),
      claims('the validation error changes more from epoch to epoch with it', [
        unsteadiness(found, 'without'),
        unsteadiness(found, 'with batch norm'),
      ]),
    ],
  },
  activations: {
    title: 'NFM paper, Figure 6: activations of the hidden layer in NFM-1',
    trials: (sizes) => [
      fmTrial(sizes),
      { name: 'NFM-0', series: 'NFM-0', options: slow, model: nfm0(sizes, 0.3, true) },
      ...activations.flatMap((activation) =>
        sizes.ratios.map((x) => ({
          ...{ name: `${activation}, dropout ${x}`, series: activation, x, axis: hiddenRatioAxis },
          model: nfm(sizes.schema, { factors: sizes.factors, activation, dropout: [0.5, x] }),
        })),
      ),
    ],
    claims: (found) => {
      const bent = Math.min(...activations.slice(0, 3).map((activation) => found.lowest(activation).value));
      return [
        claims('the best non-linear one is at least 8 % below NFM-0', [bent, 0.92 * found.value('NFM-0')]),
        claims('identity is at least 0.02 above the best', [bent + 0.02, found.lowest('identity').value]),
      ];
    },
  },
  pretraining: {
    title: 'NFM paper, Figure 7: NFM-1 from FM embeddings and from random ones',
    curves: true,
    trials: ({ schema, factors }) =>
      [false, true].map((pretrained) => {
        const name = pretrained ? 'FM start' : 'random start';
        return { name, series: name, pretrained, model: nfm(schema, { factors }) };
      }),
    claims: (found) => [
      claims(
        'from an FM it is better at each of epochs 1 to 5',
        ...[1, 2, 3, 4, 5].map(
          (epoch) =>
            [found.at('validation', 'FM start', epoch), found.at('validation', 'random start', epoch)] as const,
        ),
      ),
      claims('its final value is not better by more than 0.002', [
        found.value('random start') - 0.002,
        found.value('FM start'),
      ]),
    ],
  },
  factors: {
    title: 'NFM paper, Figure 8: all models by their number of factors',
    trials: (sizes) => sizes.manyFactors.flatMap((factors) => atFactors(sizes, factors)),
    claims: orderOfModels,
  },
  depth: {
    title: 'NFM paper, Table 2: hidden layers of NFM',
    trials: ({ schema, factors, hiddenLayers }) =>
      hiddenLayers.map((layers) => ({
        ...{ name: `NFM-${layers}`, series: 'NFM', x: layers, axis: depthAxis },
        options: layers === 0 ? slow : {},
        model: nfm(schema, { factors, hidden: Array(layers).fill(factors), ...(layers === 0 && { dropout: 0.3 }) }),
      })),
    published: {
      frappe: [0.3562, 0.3133, 0.3193, 0.3219, 0.3202].map((value, i) => ({ label: `NFM-${i}`, value })),
      movielens: [0.4901, 0.4646, 0.4681, 0.4752, 0.4703].map((value, i) => ({ label: `NFM-${i}`, value })),
    },
    claims: (found) =>
      found
        .xs('NFM')
        .filter((layers) => layers > 1)
        .map((layers) =>
          claims(`NFM-1 is not above NFM-${layers} by more than 0.003`, [
            found.value('NFM-1'),
            found.value(`NFM-${layers}`) + 0.003,
          ]),
        ),
  },
  models: {
    title: 'NFM paper, Table 3: all models with many factors',
    trials: (sizes) =>
      sizes.manyFactors.slice(-2).flatMap((factors) => [
        ...atFactors(sizes, factors),
        ...deepTrials(sizes, factors, false).map((trial) => ({
          ...{ ...trial, name: `${trial.series}, K ${factors}`, x: factors, axis: factorAxis },
        })),
      ]),
    published: {
      frappe: [
        { label: 'NFM, K 128 (test)', value: 0.3127 },
        { label: 'NFM, K 256 (test)', value: 0.3095 },
        { label: 'LibFM, K 256 (test)', value: 0.3385 },
      ],
      movielens: [
        { label: 'NFM, K 128 (test)', value: 0.4557 },
        { label: 'NFM, K 256 (test)', value: 0.4443 },
        { label: 'LibFM, K 256 (test)', value: 0.4735 },
      ],
    },
    claims: orderOfModels,
  },
} satisfies Readonly<Record<string, Recipe>>;

/** Mean change of the validation metric from one epoch to the next, after the first five. */
function unsteadiness(found: Findings, name: string): number {
  const values = (found.of(name)?.history ?? []).slice(5).map(({ epoch }) => found.at('validation', name, epoch));
  const changes = values.slice(1).map((value, i) => Math.abs(value - values[i]));
  return changes.length === 0 ? Number.NaN : changes.reduce((sum, x) => sum + x / changes.length, 0);
}
