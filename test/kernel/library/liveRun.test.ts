import { afterEach, expect, test } from 'vitest';
import { splitDataset, splitRandom } from '../../../src/kernel/data/split.ts';
import { planted } from '../../../src/kernel/data/synthetic.ts';
import { type MimeBundle, mime, type RunPayload } from '../../../src/kernel/format/mime.ts';
import { fit } from '../../../src/kernel/library/fit.ts';
import { runChannel } from '../../../src/kernel/library/liveRun.ts';
import { nfm } from '../../../src/kernel/models/nfm.ts';
import type { RunEvent } from '../../../src/kernel/run/events.ts';
import { isDisplayed, setActiveCell } from '../../../src/kernel/session/activeCell.ts';
import { deliver } from '../../../src/kernel/session/channels.ts';
import { DisplayHandle } from '../../../src/kernel/session/runBindings.ts';

const rows = planted({ rows: 300, seed: 1 });
const data = splitDataset(rows, splitRandom(rows.rows));
const model = nfm(data.train, { factors: 4 });

afterEach(() => setActiveCell(undefined));

/** Of the output in use; a wish that comes late is not one about the next test's. */
let outputId = 0;

/** A cell that keeps what is shown in it, and reacts to each state. */
function activeCell(react: (state: RunPayload) => void = () => {}): { bundles: MimeBundle[]; states: RunPayload[] } {
  outputId++;
  const bundles: MimeBundle[] = [];
  const states: RunPayload[] = [];
  const show = (value: unknown): void => {
    const bundle = (value as { toMime(): MimeBundle }).toMime();
    const state = bundle[mime.run] as unknown as RunPayload;
    bundles.push(bundle);
    states.push(state);
    react(state);
  };
  setActiveCell({
    runId: 3,
    signal: new AbortController().signal,
    display: (value) => {
      show(value);
      return new DisplayHandle(outputId, show);
    },
  });
  return { bundles, states };
}

const ask = (action: string, about: number): boolean => deliver(runChannel, { outputId: about, action });

test('one output, from the start to the finished run, which is not shown again as the value of its cell', async () => {
  const { bundles, states } = activeCell();
  const run = await fit(model, data, { epochs: 3 });
  expect(states[0]).toMatchObject({ state: 'running', history: [], epochs: 3 });
  expect(bundles[0]['text/plain']).toBe('NFM-1, training, epoch 0 of 3');
  expect(bundles.at(-1)).toEqual(run.toMime());
  expect(states.at(-1)!.progress).toBeUndefined();
  expect([isDisplayed(run, 3), isDisplayed(run, 4)]).toEqual([true, false]);
});

test('stop ends the training with what it has reached', async () => {
  activeCell((state) => {
    if (state.state === 'running') setTimeout(ask, 0, 'stop', outputId);
  });
  const run = await fit(model, data, { epochs: 1_000_000, earlyStopping: false });
  expect(run.result.reason).toBe('aborted');
});

test('pause holds the training until it is resumed', async () => {
  const { states } = activeCell((state) => {
    if (state.state === 'running' && states.length === 1) setTimeout(ask, 0, 'pause', outputId);
    if (state.state === 'paused') setTimeout(ask, 30, 'resume', outputId);
    if (state.state === 'running' && states.some(({ state: s }) => s === 'paused'))
      setTimeout(ask, 0, 'stop', outputId);
  });
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => void events.push(event);
  const run = await fit(model, data, { epochs: 1_000_000, earlyStopping: false, onEvent });
  const paused = states.findIndex(({ state }) => state === 'paused');
  expect(paused).toBeGreaterThan(0);
  expect(events.filter(({ type }) => type === 'paused')).toEqual([
    { type: 'paused', epoch: states[paused].history.length },
  ]);
  expect(states[paused + 1]).toMatchObject({ state: 'running', history: states[paused].history });
  expect(run.result.reason).toBe('aborted');
});

test('a paused training can be stopped', async () => {
  activeCell((state) => setTimeout(ask, 0, state.state === 'paused' ? 'stop' : 'pause', outputId));
  const run = await fit(model, data, { epochs: 1_000_000, earlyStopping: false });
  expect(run.result.reason).toBe('aborted');
});

test('wishes about other outputs are not for it, and after the end nobody listens', async () => {
  activeCell(() => setTimeout(ask, 0, 'stop', outputId + 1));
  const run = await fit(model, data, { epochs: 20, earlyStopping: false });
  expect(run.result.reason).toBe('epochs');
  expect(ask('stop', outputId)).toBe(false);
});
