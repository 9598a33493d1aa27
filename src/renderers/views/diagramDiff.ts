/**
 * Two models in one diagram: boxes of both once, boxes of one marked as added or removed, boxes whose settings or
 * parameters differ marked as changed with what changed on them.
 */

import type { Graph } from '../../kernel/graph/graph.ts';
import { svgOrSentence } from './damaged.ts';
import { drawn } from './diagram.ts';
import { type Box, type Boxes, boxesOf, type Edge } from './diagramBoxes.ts';
import { settingsOf } from './diagramLabels.ts';
import { counted, formatNumber } from './numbers.ts';
import type { SvgView, ViewOptions } from './picture.ts';
import { nameText } from './textFit.ts';

/** What leads from one model to another. */
export function diagramDiff(before: Graph, after: Graph, options: ViewOptions = {}): SvgView {
  return svgOrSentence(options, () => draw(before, after, options));
}

function draw(before: Graph, after: Graph, options: ViewOptions): SvgView {
  const [from, to] = [boxesOf(before), boxesOf(after)];
  const model = merged(from, to);
  const heading = `${nameText(before.name)} → ${nameText(after.name)}`;
  const named = (wanted: Box['mark']) => model.boxes.filter(({ mark }) => mark === wanted).map(({ title }) => title);
  const parts = (['added', 'removed', 'changed'] as const).flatMap((mark) => {
    const titles = named(mark);
    return titles.length > 0 ? [`${formatNumber(titles.length)} ${mark} (${titles.join(', ')})`] : [];
  });
  const total = (boxes: readonly Box[]) => boxes.reduce((sum, { parameters }) => sum + parameters, 0);
  const counts = `${formatNumber(total(from.boxes))} → ${counted(total(to.boxes), 'trained parameter')}`;
  const text = `${heading}: ${parts.join('; ') || 'no difference'}; ${counts}.`;
  return { svg: drawn(model, heading, '+ added · − removed · ≠ changed', text, options), text };
}

/** The boxes of both models in an order that both agree with, so that no edge runs backwards. */
export function merged(from: Boxes, to: Boxes): Boxes {
  const matches = commonBoxes(from.boxes, to.boxes);
  const boxes: Box[] = [];
  const renamed = new Map<string, string>(); // id of a removed box -> id in the merged diagram
  let [i, j] = [0, 0];
  for (const [a, b] of [...matches, [from.boxes.length, to.boxes.length] as const]) {
    for (; i < a; i++) {
      const id = `${from.boxes[i].id} (removed)`;
      renamed.set(from.boxes[i].id, id);
      boxes.push({ ...from.boxes[i], id, mark: 'removed' });
    }
    for (; j < b; j++) boxes.push({ ...to.boxes[j], mark: 'added' });
    if (a < from.boxes.length) boxes.push(compared(from.boxes[i++], to.boxes[j++]));
  }
  const key = ({ from, to }: Edge) => JSON.stringify([from, to]);
  const old = from.edges.map((e) => ({ from: renamed.get(e.from) ?? e.from, to: renamed.get(e.to) ?? e.to }));
  const [oldKeys, newKeys] = [new Set(old.map(key)), new Set(to.edges.map(key))];
  const edges: Edge[] = [
    ...to.edges.map((edge): Edge => (oldKeys.has(key(edge)) ? edge : { ...edge, mark: 'added' })),
    ...old.filter((edge) => !newKeys.has(key(edge))).map((edge): Edge => ({ ...edge, mark: 'removed' })),
  ];
  return { boxes, edges };
}

/** The longest common subsequence of boxes that are the same node in both models, as pairs of positions. */
function commonBoxes(a: readonly Box[], b: readonly Box[]): readonly (readonly [number, number])[] {
  const same = (x: Box, y: Box) => x.id === y.id && x.nodes[0].op === y.nodes[0].op;
  const longest = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i][j] = same(a[i], b[j]) ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (same(a[i], b[j])) pairs.push([i++, j++]);
    else if (longest[i + 1][j] >= longest[i][j + 1]) i++;
    else j++;
  }
  return pairs;
}

/** The newer box, with what changed as its detail. */
function compared(before: Box, after: Box): Box {
  const changes = [
    ...(codeOf(before) === codeOf(after) ? [] : ['code changed']),
    ...changedSettings(before, after),
    ...(before.parameters === after.parameters ? [] : [`was ${formatNumber(before.parameters)}`]),
  ];
  if (changes.length === 0) return after;
  return {
    ...after,
    mark: 'changed',
    detail: after.form === 'box' ? changes.join(' · ') : after.detail,
    about: [...after.about, `before: ${before.about.join('; ')}`],
  };
}

/** The code of a layer that a user wrote; settings do not have it. */
const codeOf = ({ nodes: [head] }: Box): string => (head.op === 'layer' ? head.attributes.code : '');

/** `factors 64 → 32`, `+ dropout`, `− batchNorm`, in the order of the newer box. */
function changedSettings(before: Box, after: Box): readonly string[] {
  const settings = ({ nodes }: Box) =>
    new Map(
      nodes.flatMap((node, i) => [
        [`${i === 0 ? '' : node.op}`, ''] as const,
        ...settingsOf(node).map(([name, value]) => [i === 0 ? name : `${node.op} ${name}`, value] as const),
      ]),
    );
  const [old, now] = [settings(before), settings(after)];
  return [
    ...[...now].flatMap(([name, value]) =>
      old.has(name) ? (old.get(name) === value ? [] : [`${name} ${old.get(name)} → ${value}`]) : [`+ ${name} ${value}`],
    ),
    ...[...old].filter(([name]) => !now.has(name)).map(([name, value]) => `− ${name} ${value}`),
  ].map((text) => text.trimEnd());
}
