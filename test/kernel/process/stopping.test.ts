import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RunsUnderWay } from '../../../src/kernel/process/runsUnderWay.ts';
import { type MainThread, stopRun } from '../../../src/kernel/process/stopping.ts';

const times = { grace: 5, answer: 5, stuck: 10 };

/** A main thread that answers as listed, and what is done to it. */
function mainThread(answers: readonly boolean[], canTerminate = true) {
  const deeds: string[] = [];
  const left = [...answers];
  const main: MainThread = {
    answers: async (ms) => {
      deeds.push(`answers within ${ms}?`);
      return left.shift() ?? true;
    },
    canTerminate,
    terminate: () => deeds.push('terminate'),
    abandon: (runId) => deeds.push(`abandon ${runId}`),
    stuck: (runId) => deeds.push(`stuck ${runId}`),
  };
  return { main, deeds };
}

function startedRun() {
  const runs = new RunsUnderWay();
  runs.add(7);
  runs.started(7);
  return { runs, run: runs.get(7)! };
}

test('a run that ends by itself is left alone', async () => {
  const { runs, run } = startedRun();
  const { main, deeds } = mainThread([]);
  const stopped = stopRun(run, main, { ...times, grace: 10_000 });
  await delay(1);
  runs.ended(7);
  await stopped;
  expect([deeds, runs.active, runs.get(7)]).toEqual([[], undefined, undefined]);
});

test('a run that has not started is left to its flag', async () => {
  const runs = new RunsUnderWay();
  runs.add(7);
  const { main, deeds } = mainThread([]);
  await stopRun(runs.get(7)!, main, times);
  expect(deeds).toEqual([]);
});

test('the means go from mild to strong', async () => {
  const stages: [boolean[], boolean, string[]][] = [
    [[true], true, ['answers within 5?', 'abandon 7']],
    [[false, true], true, ['answers within 5?', 'terminate', 'answers within 10?', 'abandon 7']],
    [
      [false, false, true],
      true,
      ['answers within 5?', 'terminate', 'answers within 10?', 'stuck 7', 'answers within Infinity?', 'abandon 7'],
    ],
    [[false, true], false, ['answers within 5?', 'stuck 7', 'answers within Infinity?', 'abandon 7']],
  ];
  for (const [answers, canTerminate, expected] of stages) {
    const { main, deeds } = mainThread(answers, canTerminate);
    await stopRun(startedRun().run, main, times);
    expect(deeds).toEqual(expected);
  }
});

test('the run that blocks next is not terminated for one that has ended', async () => {
  const { runs, run } = startedRun();
  const { main, deeds } = mainThread([]);
  main.answers = async () => {
    runs.ended(7);
    return false;
  };
  await stopRun(run, main, times);
  expect(deeds).toEqual([]);
});

test('a run is asked to stop once', () => {
  const { run } = startedRun();
  expect([run.mayStop(), run.mayStop()]).toEqual([true, false]);
});
