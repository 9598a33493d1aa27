/** What a notebook found, in sentences that say no more than its numbers do. */

import type { ComparedModelPayload, ComparisonPayload, RunPayload } from '../../../kernel/format/mime.ts';
import { metricTitle } from '../../../kernel/run/metricTitle.ts';
import { bestOf, valueText } from '../../views/comparison.ts';
import { counted, formatNumber, formatShare } from '../../views/numbers.ts';
import { isLowerBetter } from '../../views/runNumbers.ts';
import { nameText } from '../../views/textFit.ts';
import { distinct, ofKind, type Shown } from './shown.ts';

/** The verdict, its main sentence first. */
export function verdictOf(shown: readonly Shown[]): readonly string[] {
  const comparison = headline(shown);
  if (comparison) return comparisonVerdict(comparison);
  const runs = ofKind(shown, 'run').map(({ payload }) => payload);
  const judged = runs.filter((run) => figureOf(run) !== null);
  if (judged.length === 0)
    return runs.length === 0
      ? ['This notebook shows no training run and no comparison of models.']
      : ['No training run of this notebook finished an epoch with a figure to report.'];
  return judged.length === 1 ? runVerdict(judged[0]) : runsVerdict(judged);
}

/** The comparison that the verdict is about: the last with a value. */
export const headline = (shown: readonly Shown[]): ComparisonPayload | undefined =>
  ofKind(shown, 'comparison').findLast(({ payload }) => bestOf(payload) !== undefined)?.payload;

/** The name of the model that the verdict is about. */
export function leader(shown: readonly Shown[]): string | undefined {
  const comparison = headline(shown);
  if (comparison) return bestOf(comparison)?.name;
  const judged = ofKind(shown, 'run').filter(({ payload }) => figureOf(payload) !== null);
  return judged.length > 0 ? bestRun(judged.map(({ payload }) => payload)).config.model : undefined;
}

function comparisonVerdict(comparison: ComparisonPayload): readonly string[] {
  const { metric, part, models, baseline, lowerIsBetter } = comparison;
  const best = bestOf(comparison)!;
  const base = models.find(({ name }) => name === baseline);
  const seeds = comparison.seeds?.length ?? best.values.length;
  const what = `${part === undefined ? '' : `${nameText(part)} `}${nameText(metricTitle(metric))}`;
  const over = seeds > 1 ? ` over ${seeds} seeds` : '';
  const value = `${valueText(best)}${over}`;
  if (models.length === 1)
    return [`${nameText(best.name)} has a ${what} of ${value}.`, 'There is no other model to hold it against.'];
  const superlative = lowerIsBetter ? 'lowest' : 'highest';
  const others = distinct(models, ({ name }) => name).filter((model) => model !== best && model.mean !== null);
  const next = bestOf({ ...comparison, models: others });
  const first =
    best === base
      ? `No model beats the baseline: ${nameText(best.name)} has the ${superlative} ${what} of ${models.length} models, ${value}.`
      : `${nameText(best.name)} has the ${superlative} ${what} of ${models.length} models: ${value}${against(best, base, lowerIsBetter)}.`;
  return [
    first,
    ...(best === base
      ? next
        ? [`${nameText(next.name)} is next with ${valueText(next)}.`, ...chance(next, comparison)]
        : []
      : [...(base ? chance(best, comparison) : []), ...(next && next !== base ? [runnerUp(best, next)] : [])]),
    ...(seeds < 2 ? ['Every model ran with one seed, so how much the seed matters is not known.'] : []),
    ...(part === 'validation' ? ['The same rows chose the best epochs, which flatters all models.'] : []),
  ];
}

/** `, 84.3 % below the baseline LR (0.8012 ± 0.0001)`. */
function against(best: ComparedModelPayload, base: ComparedModelPayload | undefined, lower: boolean): string {
  if (!base || base.mean === null) return '';
  const share = base.mean === 0 ? null : Math.abs((best.mean! - base.mean) / base.mean);
  const distance = share === null ? '' : `${formatShare(share)} `;
  return `, ${distance}${lower ? 'below' : 'above'} the baseline ${nameText(base.name)} (${valueText(base)})`;
}

/** What the paired tests against the baseline say of a model's difference to it. */
function chance(model: ComparedModelPayload, { rows, part, seeds }: ComparisonPayload): readonly string[] {
  const errors = rows === undefined ? 'the rows' : `${formatNumber(rows)} ${nameText(part ?? '')} rows`;
  const tests = [
    { p: model.pValue, on: errors },
    { p: model.pGroups ?? null, on: 'the groups' },
    { p: model.pSeeds ?? null, on: seeds ? `${seeds.length} seeds` : 'the seeds' },
  ].filter((test): test is { p: number; on: string } => typeof test.p === 'number' && Number.isFinite(test.p));
  if (tests.length === 0) return ['The difference was not tested.'];
  const below = tests.filter(({ p }) => p < 0.05).length;
  const told = tests.map(
    ({ p, on }) => `p ${p < 0.0001 ? '< 0.0001' : `= ${formatNumber(p, { decimals: 4 })}`} over ${on}`,
  );
  const claim =
    below === tests.length
      ? 'Chance alone does not explain the difference'
      : below === 0
        ? 'The difference may be chance'
        : 'The tests do not agree on whether the difference is chance';
  return [`${claim} (two-sided paired t-test, ${told.join(', ')}).`];
}

function runnerUp(best: ComparedModelPayload, next: ComparedModelPayload): string {
  const overlap =
    best.stdev !== null && next.stdev !== null && Math.abs(best.mean! - next.mean!) <= best.stdev + next.stdev;
  return (
    `${nameText(next.name)} is next with ${valueText(next)}` +
    `${overlap ? '; their spreads overlap, and' : ';'} the two were not tested against each other.`
  );
}

/** The figure that a run is judged by: of the test rows where there are some. */
export function figureOf({
  metric,
  test,
  validation,
}: RunPayload): { readonly part: string; readonly value: number } | null {
  for (const [part, metrics] of Object.entries({ test, validation })) {
    const value = metrics?.[metric];
    if (typeof value === 'number' && Number.isFinite(value)) return { part, value };
  }
  return null;
}

function runVerdict(run: RunPayload): readonly string[] {
  const { metric, config, bestEpoch, history } = run;
  const { part, value } = figureOf(run)!;
  return [
    `${nameText(config.model)} has a ${part} ${nameText(metricTitle(metric))} of ${formatNumber(value, { decimals: 4 })} ` +
      `(one run with seed ${config.seed}, weights of epoch ${bestEpoch} of ${history.length}).`,
    'One run tells neither how much the seed matters nor how simpler models do; compare() tells both.',
    ...(part === 'validation' ? ['The same rows chose the epoch, which flatters the model.'] : []),
  ];
}

/** The best by validation: choosing by the test rows would flatter it. */
function bestRun(runs: readonly RunPayload[]): RunPayload {
  const { metric } = runs[runs.length - 1];
  const of = ({ validation }: RunPayload): number => validation?.[metric] ?? Number.NaN;
  const lower = isLowerBetter(metric);
  return runs.reduce((best, run) =>
    Number.isFinite(of(run)) && (!Number.isFinite(of(best)) || (lower ? of(run) < of(best) : of(run) > of(best)))
      ? run
      : best,
  );
}

function runsVerdict(runs: readonly RunPayload[]): readonly string[] {
  const data = distinct(runs, ({ config }) => Object.values(config.data).map(({ hash }) => hash)).length;
  const metrics = distinct(runs, ({ metric }) => metric).length;
  if (data > 1 || metrics > 1)
    return [
      `This notebook shows ${runs.length} runs ${data > 1 ? 'on different rows' : 'judged by different metrics'}, whose figures cannot be held against each other.`,
      'Each was run once; compare() trains models on the same rows with several seeds.',
    ];
  const best = bestRun(runs);
  const { part, value } = figureOf(best)!;
  return [
    `Of ${runs.length} runs ${nameText(best.config.model)} has the best validation ${nameText(metricTitle(best.metric))}` +
      (part === 'test'
        ? `, and with it a test ${nameText(metricTitle(best.metric))} of ${formatNumber(value, { decimals: 4 })}.`
        : `, ${formatNumber(value, { decimals: 4 })}.`),
    `These are ${counted(runs.length, 'single run')} without a paired test: a difference may be chance. compare() tells.`,
  ];
}
