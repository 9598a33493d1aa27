/** A training run, live or finished: header line, curve, buttons, epochs. */

import type { RunPayload } from '../../kernel/format/mime.ts';
import { metricTitle } from '../../kernel/run/metricTitle.ts';
import { type CurveOptions, drawCurve } from './curves.ts';
import { htmlOrSentence } from './damaged.ts';
import { epochTables } from './epochTable.ts';
import { element, type Markup } from './html.ts';
import { formatDuration, formatNumber, formatRate } from './numbers.ts';
import type { HtmlView } from './picture.ts';
import { type Progress, patience, rowsPerSecond, secondsLeft, validationSeries } from './runNumbers.ts';
import { nameText } from './textFit.ts';

export interface RunViewOptions extends CurveOptions {
  /** How far the epoch under way has come. */
  readonly progress?: Progress;
  /** A wish that the run has not yet followed; shown as its state. */
  readonly asked?: 'pausing' | 'stopping';
  /** The kernel ended under the run: nothing of it is kept but what is drawn. */
  readonly lost?: boolean;
}

type State = RunPayload['state'];

const stateNames: { readonly [S in State]: string } = {
  running: 'Training',
  paused: 'Paused',
  epochs: 'Finished',
  earlyStopping: 'Finished, stopped early',
  aborted: 'Stopped, best kept',
  failed: 'Failed',
};

/** Buttons by what they ask for; `data-action` is sent to the kernel. */
const buttons = {
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop and keep best',
  abort: 'Stop now',
} as const;
export type RunAction = keyof typeof buttons;

const actions: { readonly [S in State]: readonly RunAction[] } = {
  running: ['pause', 'stop', 'abort'],
  paused: ['resume', 'stop', 'abort'],
  epochs: [],
  earlyStopping: [],
  aborted: [],
  failed: [],
};

/**
 * The run as HTML. With `interactive` it has buttons (`data-action`), the switch of the log axis (`data-toggle="logY"`)
 * and one line that is read out at the end of an epoch.
 */
export function runView(run: RunPayload, options: RunViewOptions = {}): HtmlView {
  return htmlOrSentence(() => draw(run, options));
}

function draw(run: RunPayload, options: RunViewOptions): HtmlView {
  const { interactive = false } = options;
  const text = runText(run, options.lost);
  const view = element(
    'section',
    { class: 'nfm-view nfm-run', 'aria-label': `Training of ${nameText(run.config.model)}`, 'data-state': run.state },
    header(run, options),
    run.message !== undefined && element('p', { class: 'nfm-message', role: 'alert' }, run.message),
    interactive && controls(run, options),
    drawCurve(run, options),
    epochTables(run),
    interactive && element('p', { class: 'nfm-spoken', 'aria-live': 'polite' }, text),
  );
  return { html: view.toString(), text };
}

/** State, epoch, bar, time left, speed, patience, best. */
function header(run: RunPayload, options: RunViewOptions): Markup {
  const { progress } = options;
  const done = run.history.length;
  const live = run.state === 'running' || run.state === 'paused';
  const under = progress && progress.epoch > done && progress.of > 0 ? Math.min(1, progress.rows / progress.of) : 0;
  const total = Math.max(1, live ? run.epochs : done);
  const shown = live ? Math.min(done + 1, run.epochs) : done;
  const left = secondsLeft(run, progress);
  const speed = progress?.rowsPerSecond ?? rowsPerSecond(run);
  const rule = live ? patience(run) : null;
  const best = validationSeries(run)[run.bestEpoch - 1];
  const facts = [
    `epoch ${formatNumber(shown)}${live ? `/${formatNumber(run.epochs)}` : ''}`,
    left !== null && `${formatDuration(left)} left`,
    speed !== null && `${formatRate(speed)} rows/s`,
    rule && `${rule.name} ${formatNumber(rule.used)}/${formatNumber(rule.of)}`,
    best !== undefined && best !== null && `best ${formatNumber(best, { decimals: 4 })} @ ${run.bestEpoch}`,
  ].filter((fact) => typeof fact === 'string');
  const value = live ? (done + under) / total : 1;
  return element(
    'div',
    { class: 'nfm-run-header' },
    element('strong', { class: 'nfm-state' }, stateName(run, options)),
    live && element('progress', { max: 1, value: Number(value.toFixed(3)), 'aria-label': 'epochs done' }),
    facts.map((fact) => element('span', { class: 'nfm-fact' }, fact)),
  );
}

function stateName(run: RunPayload, { progress, asked, lost }: RunViewOptions): string {
  if (lost) return 'Ended with its kernel';
  if (run.state !== 'running')
    return Object.hasOwn(stateNames, run.state) ? stateNames[run.state] : nameText(run.state);
  if (asked) return asked === 'pausing' ? 'Pausing' : 'Stopping';
  return run.history.length === 0 && !progress ? 'Preparing' : stateNames.running;
}

function controls(run: RunPayload, { asked, logY = false }: RunViewOptions): Markup {
  const wanted = Object.hasOwn(actions, run.state) ? actions[run.state] : [];
  return element(
    'div',
    { class: 'nfm-controls' },
    wanted.map((action) =>
      element(
        'button',
        { type: 'button', 'data-action': action, disabled: asked && action !== 'abort' },
        buttons[action],
      ),
    ),
    element('button', { type: 'button', 'data-toggle': 'logY', 'aria-pressed': String(logY) }, 'Log scale'),
  );
}

/** `NFM-1, finished after 60 epochs: best validation rmse 0.3921 at epoch 45; test rmse 0.3950.` */
export function runText(run: RunPayload, lost = false): string {
  const { metric, bestEpoch, history, config, test } = run;
  const state = stateName(run, { lost }).toLowerCase();
  const name = nameText(metricTitle(metric));
  const best = validationSeries(run)[bestEpoch - 1];
  const last = history.at(-1);
  const facts = [
    last && `training loss ${formatNumber(last.train.loss, { decimals: 4 })}`,
    last && `validation ${name} ${formatNumber(last.validation[metric], { decimals: 4 })}`,
    best !== undefined && best !== null && `best ${formatNumber(best, { decimals: 4 })} at epoch ${bestEpoch}`,
    typeof test[metric] === 'number' && `test ${name} ${formatNumber(test[metric], { decimals: 4 })}`,
  ].filter((fact) => typeof fact === 'string');
  const where = run.state === 'running' ? `epoch ${history.length} of ${run.epochs}` : `after ${history.length} epochs`;
  return `${nameText(config.model)}, ${state}, ${where}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}.${run.message ? ` ${run.message}` : ''}`;
}
