/** The experiments of the AFM paper (Xiao et al., IJCAI 2017) as recipes. The AFM starts from an FM, as there. */

import { afm, fm } from '../models/index.ts';
import { claims } from './experimentFindings.ts';
import type { Axis, Recipe, Sizes, Trial } from './experimentRecipe.ts';

const ratioAxis: Axis = { title: 'drop ratio of the pooled pairs' };
const l2Axis: Axis = { title: 'L2 penalty λ of the attention matrix' };
const unitsAxis: Axis = { title: 'attention units t', log: true };

const afmTrial = (
  { schema, afmFactors: factors }: Sizes,
  settings: { readonly dropout?: number; readonly l2?: number; readonly attention?: number },
): Pick<Trial, 'model' | 'pretrained' | 'series'> => ({
  series: 'AFM',
  model: afm(schema, { factors, ...settings }),
  pretrained: true,
});

const fmTrial = ({ schema, afmFactors: factors }: Sizes, dropout: number): Trial => ({
  ...{ name: 'FM', series: 'FM', options: { learningRate: 0.02 } },
  model: fm(schema, { factors, dropout }),
});

export const afmExperiments = {
  afmDropout: {
    title: 'AFM paper, Figure 2: dropout in AFM and FM',
    trials: (sizes) =>
      sizes.ratios
        .filter((x) => x < 0.9)
        .flatMap((x) => [
          { ...fmTrial(sizes, x), name: `FM, dropout ${x}`, x, axis: ratioAxis },
          { ...afmTrial(sizes, { dropout: x }), name: `AFM, dropout ${x}`, x, axis: ratioAxis },
        ]),
    claims: (found) => [
      claims('AFM without dropout is below FM with its best', [
        found.value('AFM, dropout 0'),
        found.lowest('FM').value,
      ]),
    ],
  },
  afmL2: {
    title: 'AFM paper, Figure 3: L2 on the attention network',
    trials: (sizes) => [
      fmTrial(sizes, 0.2),
      ...sizes.attentionL2.map((l2) => ({ ...afmTrial(sizes, { l2 }), name: `AFM, λ ${l2}`, x: l2, axis: l2Axis })),
    ],
    claims: (found) => [
      claims('some λ above 0 is better than none', [found.lowest('AFM').value, found.value('AFM, λ 0')]),
    ],
  },
  attentionUnits: {
    title: 'AFM paper, Figure 4: attention units',
    trials: (sizes) => [
      fmTrial(sizes, 0.2),
      ...sizes.attention.map((t) => ({
        ...{ ...afmTrial(sizes, { attention: t }), name: `AFM, t ${t}`, x: t, axis: unitsAxis },
      })),
    ],
    claims: (found) => [claims('even one unit is below FM', [found.value('AFM, t 1'), found.value('FM')])],
  },
  afmByEpoch: {
    title: 'AFM paper, Figure 5: AFM and FM by epoch',
    curves: true,
    trials: (sizes) => [fmTrial(sizes, 0.2), { ...afmTrial(sizes, {}), name: 'AFM' }],
    claims: (found) => [
      claims('AFM is below FM after the first epoch', [
        found.at('validation', 'AFM', 1),
        found.at('validation', 'FM', 1),
      ]),
      claims('AFM is below FM at the best epochs', [found.value('AFM'), found.value('FM')]),
    ],
  },
} satisfies Readonly<Record<string, Recipe>>;
