/** Where boxes and edges of a diagram stand, and the sizes that both layouts share. */

import type { Box, Edge } from './diagramBoxes.ts';
import { textWidth } from './textFit.ts';

export type Point = readonly [x: number, y: number];

export interface PlacedBox extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge extends Edge {
  /** From the border of the one box to the border of the other. */
  readonly points: readonly Point[];
  /** Where the shape of what flows is written; absent where another edge from the same box shows it. */
  readonly label?: { readonly x: number; readonly y: number; readonly anchor: 'start' | 'end' };
  readonly text: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly PlacedEdge[];
}

export const metrics = { boxHeight: 46, pillHeight: 30, radius: 15, gap: 30, margin: 16, track: 16 } as const;

export function heightOf({ form, detail }: Box): number {
  if (form === 'circle') return 2 * metrics.radius;
  return form === 'pill' && detail === '' ? metrics.pillHeight : metrics.boxHeight;
}

/** The width of a box in a lane of this width. */
export function widthOf({ form, title, detail }: Box, lane: number): number {
  if (form === 'circle') return 2 * metrics.radius;
  const words = Math.max(textWidth(title, 13, true), textWidth(detail, 11));
  return form === 'pill' ? Math.min(lane, Math.ceil(words) + 36) : lane;
}

/** The first track on which no edge lies between these heights. */
export function freeTrack(tracks: { from: number; to: number }[][], from: number, to: number): number {
  let track = tracks.findIndex((taken) => taken.every((other) => to <= other.from || from >= other.to));
  if (track < 0) track = tracks.push([]) - 1;
  tracks[track].push({ from, to });
  return track;
}
