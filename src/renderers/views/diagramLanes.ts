/**
 * The wide layout: the longest path is the spine; every other chain of boxes is a lane that leaves the spine at one box
 * and comes back at another, linear parts on the left, others on the right; edges over boxes of the spine (residual
 * units) run between spine and lanes.
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

const spineWidth = 320;
const laneWidth = 204;
const laneGap = 34;
const mostLanes = 3;

interface Chain {
  readonly boxes: readonly Box[];
  /** Rows of the spine that it leaves and comes back to. */
  readonly from: number;
  readonly to: number;
  /** 0 is left of the spine, 1 and up are right of it. */
  readonly lane: number;
}

/** Row of the spine beside which box i of a chain stands: in the middle of the rows that it passes. */
const rowOf = ({ boxes, from, to }: Pick<Chain, 'boxes' | 'from' | 'to'>, i: number): number =>
  from + 1 + Math.floor((to - from - 1 - boxes.length) / 2) + i;

/** @returns null when the graph is no spine with lanes, or needs more lanes than fit on a page */
export function laneLayout(model: Boxes): Layout | null {
  const spine = spineOf(model);
  const chains = chainsBeside(model, spine);
  if (!chains) return null;

  const rows = new Map(spine.map((box, row) => [box.id, row]));
  const skips = model.edges.filter(
    ({ from, to }) => rows.has(from) && rows.has(to) && rows.get(to)! > rows.get(from)! + 1,
  );
  const branches = new Set(skips.map(({ from }) => from));

  const tracks: { from: number; to: number }[][] = [];
  const trackOf = new Map(skips.map((edge) => [edge, freeTrack(tracks, rows.get(edge.from)!, rows.get(edge.to)!)]));
  const left = metrics.margin + (chains.some(({ lane }) => lane === 0) ? laneWidth + laneGap : 0);
  const center = left + spineWidth / 2;
  const gutter = left + spineWidth + metrics.track;
  const firstRight = left + spineWidth + laneGap + tracks.length * metrics.track;
  const laneLeft = (lane: number) => (lane === 0 ? metrics.margin : firstRight + (lane - 1) * (laneWidth + laneGap));

  const placed = new Map<string, PlacedBox>();
  let y: number = metrics.margin;
  for (const box of spine) {
    const [width, height] = [widthOf(box, spineWidth), heightOf(box)];
    placed.set(box.id, { ...box, x: center - width / 2, y, width, height });
    y += height + metrics.gap + (branches.has(box.id) ? 10 : 0);
  }
  for (const chain of chains)
    for (const [i, box] of chain.boxes.entries()) {
      const beside = placed.get(spine[rowOf(chain, i)].id)!;
      const [width, height] = [widthOf(box, laneWidth), heightOf(box)];
      const x = laneLeft(chain.lane) + (laneWidth - width) / 2;
      placed.set(box.id, { ...box, x, y: beside.y + (beside.height - height) / 2, width, height });
    }

  const laneOf = new Map(chains.flatMap(({ boxes, lane }) => boxes.map(({ id }) => [id, lane] as const)));
  const edges = model.edges.map((edge): PlacedEdge => {
    const [a, b] = [placed.get(edge.from)!, placed.get(edge.to)!];
    const track = trackOf.get(edge);
    const way =
      track !== undefined
        ? overBoxes(a, b, gutter + track * metrics.track)
        : laneOf.get(a.id) === laneOf.get(b.id)
          ? straight(a, b, branches.has(a.id))
          : laneOf.has(b.id)
            ? intoLane(a, b)
            : outOfLane(a, b);
    return { ...edge, ...way, text: a.shape };
  });
  const boxes = model.boxes.map(({ id }) => placed.get(id)!);
  const right = Math.max(
    ...boxes.map((box) => box.x + box.width),
    ...edges.flatMap(({ points }) => points.map(([x]) => x)),
  );
  return { width: right + metrics.margin, height: y - metrics.gap, boxes, edges };
}

type Way = Pick<PlacedEdge, 'points' | 'label'>;

/** Down to the next box; the label stands left of it where an edge over boxes leaves to the right. */
function straight(a: PlacedBox, b: PlacedBox, branches: boolean): Way {
  const [x, y] = [midX(a), (bottom(a) + b.y) / 2 + 4];
  const from: Point = [x, bottom(a)];
  return {
    points: [from, [x, b.y]],
    label: branches ? { x: x - 8, y, anchor: 'end' } : { x: x + 8, y, anchor: 'start' },
  };
}

/** Branches off below its box and comes back to the right side of a later one. */
function overBoxes(a: PlacedBox, b: PlacedBox, x: number): Way {
  const y = bottom(a) + 10;
  return {
    points: [
      [midX(a), bottom(a)],
      [midX(a), y],
      [x, y],
      [x, middle(b)],
      [b.x + b.width, middle(b)],
    ],
  };
}

function intoLane(a: PlacedBox, b: PlacedBox): Way {
  const x = midX(b);
  return {
    points: [
      [sideOf(a, x), middle(a)],
      [x, middle(a)],
      [x, b.y],
    ],
    label: { x: x + 8, y: b.y - 10, anchor: 'start' },
  };
}

function outOfLane(a: PlacedBox, b: PlacedBox): Way {
  const x = midX(a);
  return {
    points: [
      [x, bottom(a)],
      [x, middle(b)],
      [sideOf(b, x), middle(b)],
    ],
    label: { x: x + 8, y: bottom(a) + 19, anchor: 'start' },
  };
}

const bottom = (box: PlacedBox): number => box.y + box.height;
const middle = (box: PlacedBox): number => box.y + box.height / 2;
const midX = (box: PlacedBox): number => box.x + box.width / 2;
/** The side of a box that looks towards x. */
const sideOf = (box: PlacedBox, x: number): Point[0] => (x < box.x ? box.x : box.x + box.width);

/** The boxes beside the spine as chains with lanes; null when one of them branches or finds no lane. */
function chainsBeside({ boxes, edges }: Boxes, spine: readonly Box[]): readonly Chain[] | null {
  const rows = new Map(spine.map((box, row) => [box.id, row]));
  const ways = (id: string, end: 'from' | 'to') => edges.filter((edge) => edge[end] === id);
  const next = (box: Box): string => ways(box.id, 'from')[0].to;
  const beside = boxes.filter(({ id }) => !rows.has(id));
  if (beside.some(({ id }) => ways(id, 'from').length !== 1 || ways(id, 'to').length !== 1)) return null;

  const chains: Chain[] = [];
  for (const head of beside) {
    const from = rows.get(ways(head.id, 'to')[0].from);
    if (from === undefined) continue; // inside another chain
    const own = [head];
    for (let id = next(head); !rows.has(id); id = next(own[own.length - 1]))
      own.push(boxes.find((box) => box.id === id)!);
    const chain = { boxes: own, from, to: rows.get(next(own[own.length - 1]))! };
    const lane = freeLane(chain, chains);
    if (lane === null) return null;
    chains.push({ ...chain, lane });
  }
  return chains;
}

function freeLane(chain: Omit<Chain, 'lane'>, others: readonly Chain[]): number | null {
  const linear = chain.boxes.every(({ part }) => part === 'linear');
  for (let lane = linear ? 0 : 1; lane <= mostLanes; lane++) {
    const apart = others.every(
      (other) =>
        (other.lane !== lane || chain.to <= other.from || chain.from >= other.to) &&
        // A lane further out crosses the nearer ones where it leaves the spine and where it comes back.
        (other.lane >= lane || lane === 0 || other.lane === 0 || !crosses(chain, other)) &&
        (other.lane <= lane || lane === 0 || !crosses(other, chain)),
    );
    if (apart) return lane;
  }
  return null;
}

/** Whether the ways of the outer chain to the spine meet a box of the inner one. */
const crosses = (outer: Omit<Chain, 'lane'>, inner: Omit<Chain, 'lane'>): boolean =>
  inner.boxes.some((_, i) => rowOf(inner, i) === outer.from || rowOf(inner, i) === outer.to);
