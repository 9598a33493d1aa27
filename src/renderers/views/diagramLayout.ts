/** Places of boxes and edges. Wide: a spine with lanes beside it. Narrow, or where lanes would cross: one column. */

import type { Boxes } from './diagramBoxes.ts';
import { columnLayout } from './diagramColumn.ts';
import { laneLayout } from './diagramLanes.ts';
import type { Layout } from './diagramPlaces.ts';

/** Below this width the lanes go under each other. */
export const narrowBelow = 480;

/** @param width pixels at hand; lanes that need more make the picture wider, and it is scaled down when shown */
export function layoutOf(model: Boxes, width: number): Layout {
  return (width >= narrowBelow && laneLayout(model)) || columnLayout(model, width);
}
