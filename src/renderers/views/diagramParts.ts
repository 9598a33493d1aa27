/** Boxes and edges as SVG. */

import type { Box, Mark } from './diagramBoxes.ts';
import type { Part } from './diagramLabels.ts';
import type { Layout, PlacedBox, PlacedEdge, Point } from './diagramPlaces.ts';
import { element, joined, type Markup } from './html.ts';
import { counted, formatNumber } from './numbers.ts';
import { label, line } from './picture.ts';
import { textWidth } from './textFit.ts';
import type { Palette } from './theme.ts';

const marks: { readonly [M in Mark]: { readonly sign: string; readonly dash?: string } } = {
  added: { sign: '+' },
  removed: { sign: '−', dash: '5 3' },
  changed: { sign: '≠' },
};

export function drawBox(box: PlacedBox, theme: Palette, interactive: boolean): Markup {
  const { mark } = box;
  return element(
    'g',
    {
      class: 'nfm-node',
      role: 'img',
      tabindex: interactive ? 0 : undefined,
      'aria-label': spoken(box),
      'data-nodes': box.nodes.map(({ id }) => id).join(' '),
    },
    element('title', {}, box.about.join('\n')),
    box.form === 'box' ? rectangle(box, theme) : operator(box, theme),
    mark && badge(box, mark, theme),
  );
}

const spoken = ({ title, detail, parameters, mark }: Box): string =>
  [
    `${title === '+' ? 'Sum of the parts' : title}${detail ? `, ${detail}` : ''}`,
    parameters > 0 ? counted(parameters, 'parameter') : 'no parameters',
    ...(mark ? [mark] : []),
  ].join(', ');

const outline = ({ mark }: Box, theme: Palette) => ({
  fill: theme.box,
  stroke: mark ? theme[mark] : theme.border,
  'stroke-width': mark ? 2 : undefined,
  'stroke-dasharray': mark && marks[mark].dash,
});

function rectangle(box: PlacedBox, theme: Palette): Markup {
  const { x, y, width, height, part, title, detail, parameters } = box;
  const count = parameters > 0 ? formatNumber(parameters) : '—';
  const inner = width - 26;
  return joined(
    element('rect', { x, y, width, height, rx: 6, ...outline(box, theme) }),
    element('rect', { x, y, width: 5, height, rx: 2, fill: theme[part] }),
    label(x + 16, y + (detail ? 19 : 28), title, {
      fill: theme.foreground,
      size: 13,
      bold: true,
      width: inner - textWidth(count, 11) - 8,
    }),
    detail && label(x + 16, y + 36, detail, { fill: theme.muted, width: inner }),
    label(x + width - 10, y + (detail ? 19 : 28), count, {
      fill: parameters > 0 ? theme.foreground : theme.muted,
      anchor: 'end',
    }),
  );
}

/** A circle, or a pill with what follows the operator. */
function operator(box: PlacedBox, theme: Palette): Markup {
  const { x, y, width, height, title, detail, form } = box;
  const center = { anchor: 'middle', width: form === 'pill' ? width - 16 : undefined } as const;
  return joined(
    element('rect', { x, y, width, height, rx: Math.min(height / 2, 20), ...outline(box, theme) }),
    label(x + width / 2, detail ? y + 19 : y + height / 2 + 5, title, {
      ...center,
      fill: theme.foreground,
      size: form === 'circle' ? 15 : 13,
      bold: form === 'pill',
    }),
    detail && label(x + width / 2, y + 36, detail, { ...center, fill: theme.muted }),
  );
}

/** A sign at the upper right corner, so that colour is not all that tells. */
function badge({ x, y, width }: PlacedBox, mark: Mark, theme: Palette): Markup {
  return joined(
    element('circle', { cx: x + width, cy: y, r: 8, fill: theme.page, stroke: theme[mark], 'stroke-width': 1.5 }),
    label(x + width, y + 4, marks[mark].sign, { fill: theme[mark], size: 12, bold: true, anchor: 'middle' }),
  );
}

export function drawEdge(edge: PlacedEdge, part: Part | null, theme: Palette): Markup {
  const { points, text, mark } = edge;
  const stroke = mark ? theme[mark] : part === 'linear' ? theme.linear : theme.muted;
  const tip = points[points.length - 1];
  const before = points[points.length - 2];
  return joined(
    element('path', {
      d: line([...points.slice(0, -1), towards(tip, before, 4)]),
      fill: 'none',
      stroke,
      'stroke-width': part === 'linear' || mark ? 1.5 : undefined,
      'stroke-dasharray': mark && marks[mark].dash,
    }),
    element('path', { d: `${line(arrow(tip, before))}Z`, fill: stroke }),
    edge.label &&
      label(edge.label.x, edge.label.y, text, {
        fill: theme.muted,
        family: 'monospace',
        anchor: edge.label.anchor,
      }),
  );
}

/** `distance` pixels back from the tip; edges run straight up, down or sideways. */
function towards([x, y]: Point, [fromX, fromY]: Point, distance: number): Point {
  return [x + Math.sign(fromX - x) * distance, y + Math.sign(fromY - y) * distance];
}

function arrow(tip: Point, before: Point): readonly Point[] {
  const [x, y] = towards(tip, before, 7);
  return x === tip[0] ? [tip, [x - 3.5, y], [x + 3.5, y]] : [tip, [x, y - 3.5], [x, y + 3.5]];
}

/** Edges below boxes. */
export function drawLayout(layout: Layout, theme: Palette, interactive: boolean): Markup {
  const parts = new Map(layout.boxes.map(({ id, part }) => [id, part]));
  return joined(
    layout.edges.map((edge) => {
      const ends = [parts.get(edge.from)!, parts.get(edge.to)!];
      return drawEdge(edge, ends.includes('linear') ? 'linear' : null, theme);
    }),
    layout.boxes.map((box) => drawBox(box, theme, interactive)),
  );
}
