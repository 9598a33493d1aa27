/**
 * The narrow layout, which any graph fits: one box a row. Boxes beside the longest path are indented, so that the line
 * down the left passes them; all edges that are not short run up the right side, each on a track of its own.
 */

import { type Box, type Boxes, spineOf } from './diagramBoxes.ts';
import {
  freeTrack,
  heightOf,
  type Layout,
  metrics,
  type PlacedBox,
  type PlacedEdge,
  type Point,
  widthOf,
} from './diagramPlaces.ts';

const indent = 36;
/** How far from a box's left side the line down the left is. */
const port = 20;
const leastBox = 200;
const mostBox = 320;

/** @param width pixels at hand */
export function columnLayout(model: Boxes, width: number): Layout {
  const spine = new Set(spineOf(model).map(({ id }) => id));
  const order = new Map(model.boxes.map(({ id }, row) => [id, row]));
  const onLeft = model.edges.filter((edge) => isShort(model.boxes, spine, order, edge.from, edge.to));
  const long = model.edges.filter((edge) => !onLeft.includes(edge));
  const tracks: { from: number; to: number }[][] = [];
  const trackOf = new Map(long.map((edge) => [edge, freeTrack(tracks, order.get(edge.from)!, order.get(edge.to)!)]));

  const gutter = tracks.length * metrics.track + (tracks.length > 0 ? 12 : 0);
  const boxWidth = Math.min(mostBox, Math.max(leastBox, width - 2 * metrics.margin - indent - gutter));
  const placed = new Map<string, PlacedBox>();
  let y: number = metrics.margin;
  for (const box of model.boxes) {
    const left = metrics.margin + (spine.has(box.id) ? 0 : indent);
    const [w, height] = [widthOf(box, boxWidth), heightOf(box)];
    placed.set(box.id, { ...box, x: box.form === 'circle' ? left + port - w / 2 : left, y, width: w, height });
    y += height + metrics.gap;
  }
  const right = metrics.margin + indent + boxWidth + 12;
  const shown = new Set<string>();
  const edges = model.edges.map((edge): PlacedEdge => {
    const [a, b] = [placed.get(edge.from)!, placed.get(edge.to)!];
    const track = trackOf.get(edge);
    const points = track === undefined ? shortWay(a, b) : longWay(a, b, right + track * metrics.track);
    const first = !shown.has(edge.from);
    shown.add(edge.from);
    const label = { x: portOf(a) + 8, y: a.y + a.height + 19, anchor: 'start' } as const;
    return { ...edge, text: a.shape, points, ...(first ? { label } : {}) };
  });
  return {
    width: right + Math.max(0, tracks.length - 1) * metrics.track + metrics.margin,
    height: y - metrics.gap,
    boxes: model.boxes.map(({ id }) => placed.get(id)!),
    edges,
  };
}

const portOf = (box: PlacedBox): number => (box.form === 'circle' ? box.x + box.width / 2 : box.x + port);

/** Whether an edge can run down the left: to the next box of its own column, or from the spine to an indented box. */
function isShort(
  boxes: readonly Box[],
  spine: ReadonlySet<string>,
  order: ReadonlyMap<string, number>,
  from: string,
  to: string,
): boolean {
  const between = boxes.slice(order.get(from)! + 1, order.get(to)!);
  if (spine.has(from)) return between.every(({ id }) => !spine.has(id));
  return between.length === 0 && !spine.has(to);
}

function shortWay(a: PlacedBox, b: PlacedBox): readonly Point[] {
  const [from, to] = [portOf(a), portOf(b)];
  const start: Point = [from, a.y + a.height];
  return from === to ? [start, [to, b.y]] : [start, [from, b.y + b.height / 2], [b.x, b.y + b.height / 2]];
}

/** Leaves in the lower half of the right side and arrives in the upper half. */
function longWay(a: PlacedBox, b: PlacedBox, x: number): readonly Point[] {
  const [from, to] = [a.y + a.height / 2 + 7, b.y + b.height / 2 - 7];
  return [
    [rightAt(a), from],
    [x, from],
    [x, to],
    [rightAt(b), to],
  ];
}

/** The right border of a box 7 pixels from its middle. */
const rightAt = (box: PlacedBox): number =>
  box.form === 'circle' ? box.x + box.width / 2 + Math.sqrt(metrics.radius ** 2 - 49) : box.x + box.width;
