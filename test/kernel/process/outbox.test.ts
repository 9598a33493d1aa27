import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FromKernel } from '../../../src/kernel/format/protocol.ts';
import { Outbox } from '../../../src/kernel/process/outbox.ts';

/** An outbox on a pipe that takes `room` messages at a time, and a clock that the test moves. */
function outbox(room = Infinity) {
  const sent: FromKernel[] = [];
  const timers: (() => void)[] = [];
  let left = room;
  const box = new Outbox({
    write: (message) => {
      sent.push(message);
      return --left > 0;
    },
    later: (flush) => timers.push(flush),
  });
  const drain = (again = room) => {
    left = again;
    box.drained();
  };
  const tick = () => {
    for (const flush of timers.splice(0)) flush();
  };
  return { box, sent, timers, drain, tick };
}

const text = (runId: number, text: string, name: 'stdout' | 'stderr' = 'stdout') =>
  ({ type: 'stream', runId, name, text }) as const;
const output = (outputId: number, value: string) =>
  ({ type: 'output', runId: 1, outputId, bundle: { 'text/plain': value } }) as const;
const update = (outputId: number, value: string) => ({ ...output(outputId, value), type: 'update' }) as const;
const live = (outputId: number, delta: number) => ({ type: 'live', outputId, delta }) as const;
const done = (runId: number) =>
  ({ type: 'done', runId, status: 'ok', executionCount: runId, defines: [], uses: [] }) as const;

test('text of one stream travels as one message a moment later', () => {
  const { box, sent, tick, timers } = outbox();
  for (const part of ['a', 'b', 'c']) box.push(text(1, part));
  box.push(text(1, 'oh', 'stderr'));
  box.push(text(1, 'd'));
  expect([sent, timers.length]).toEqual([[], 1]);
  tick();
  expect(sent).toEqual([text(1, 'abc'), text(1, 'oh', 'stderr'), text(1, 'd')]);
});

test('an end takes along what waits, in order', () => {
  const { box, sent, tick } = outbox();
  box.push(text(1, 'a'));
  box.push(done(1));
  expect(sent).toEqual([text(1, 'a'), done(1)]);
  tick();
  expect(sent.length).toBe(2);
});

test('of the states of an output that wait together only the last travels', () => {
  const { box, sent, tick } = outbox();
  for (const message of [
    output(1, 'a'),
    output(2, 'x'),
    update(1, 'b'),
    update(1, 'c'),
    update(3, 'y'),
    update(3, 'z'),
  ])
    box.push(message);
  tick();
  expect(sent).toEqual([output(1, 'c'), output(2, 'x'), update(3, 'z')]);
  box.push(update(1, 'd'));
  tick();
  expect(sent.at(-1)).toEqual(update(1, 'd'));
});

test('while the pipe is full only the newest delta of an output is kept', () => {
  const { box, sent, drain } = outbox(1);
  box.push(done(1)); // fills the pipe
  for (const message of [live(1, 1), live(2, 1), live(1, 2), text(2, 'a'), live(1, 3), done(2)]) box.push(message);
  expect(sent).toEqual([done(1)]);
  drain(Infinity);
  expect(sent.slice(1)).toEqual([live(2, 1), text(2, 'a'), live(1, 3), done(2)]);
});

const messages = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('stream' as const),
      runId: fc.nat(2),
      name: fc.constantFrom('stdout' as const, 'stderr' as const),
      text: fc.string(),
    }),
    fc.tuple(fc.nat(3), fc.string()).map(([id, value]) => update(id, value)),
    fc.tuple(fc.nat(3), fc.nat()).map(([id, delta]) => live(id, delta)),
    fc.nat(5).map(done),
  ),
);

test('whatever the pipe takes when: text is complete, ends are kept in order after it, last states arrive', () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean()), (pushed, room, drains) => {
      const { box, sent, drain, tick } = outbox(room);
      pushed.forEach((message, i) => {
        box.push(message);
        if (drains[i]) tick();
        else if (drains[i] === false) drain();
      });
      drain(Infinity);
      /** What must not change: all text before each end, and the order of ends. */
      const story = (list: readonly FromKernel[]) => {
        const said: string[] = [];
        let before: Record<string, string> = {};
        for (const m of list) {
          if (m.type === 'stream') before[`${m.runId}${m.name}`] = (before[`${m.runId}${m.name}`] ?? '') + m.text;
          if (m.type !== 'done') continue;
          said.push(
            JSON.stringify([
              m.runId,
              Object.entries(before)
                .filter(([, t]) => t !== '')
                .sort(),
            ]),
          );
          before = {};
        }
        return [
          ...said,
          JSON.stringify(
            Object.entries(before)
              .filter(([, t]) => t !== '')
              .sort(),
          ),
        ];
      };
      expect(story(sent)).toEqual(story(pushed));
      const last = (list: readonly FromKernel[], type: 'update' | 'live') =>
        new Map(list.flatMap((m) => (m.type === type ? [[m.outputId, m.type === 'live' ? m.delta : m]] : [])));
      expect(last(sent, 'update')).toEqual(last(pushed, 'update'));
      expect(last(sent, 'live')).toEqual(last(pushed, 'live'));
    }),
  );
});
