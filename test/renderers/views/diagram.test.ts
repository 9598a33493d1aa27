import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Graph, GraphNode } from '../../../src/kernel/graph/graph.ts';
import { countParameters } from '../../../src/kernel/graph/params.ts';
import { hiddenShape, type ModelName, models } from '../../../src/kernel/models/index.ts';
import { diagram } from '../../../src/renderers/views/diagram.ts';
import { boxesOf } from '../../../src/renderers/views/diagramBoxes.ts';
import { layoutOf } from '../../../src/renderers/views/diagramLayout.ts';
import type { Layout, PlacedBox, Point } from '../../../src/renderers/views/diagramPlaces.ts';
import { sharesOf } from '../../../src/renderers/views/diagramShares.ts';
import { formatNumber } from '../../../src/renderers/views/numbers.ts';
import { textWidth } from '../../../src/renderers/views/textFit.ts';
import { palettes } from '../../../src/renderers/views/theme.ts';
import { everyOp } from '../../kernel/graph/sample.ts';
import { graphOf, lines } from './payloads.ts';

const names = Object.keys(models) as ModelName[];
const graphs: Record<string, Graph> = {
  ...Object.fromEntries(names.map((name) => [name, graphOf(name)])),
  'nfm-0': graphOf('nfm', { hidden: [], batchNorm: false, dropout: 0 }),
  'nfm with residual units': graphOf('nfm', { hidden: hiddenShape.residual(32, 3) }),
  'nfm with eight layers': graphOf('nfm', { hidden: hiddenShape.constant(64, 8), l2: 0.1 }),
  'hofm of order 4': graphOf('hofm', { order: 4 }),
  'hofm of order 5, one table': graphOf('hofm', { order: 5, shareTables: true }),
  'hofm of order 9': graphOf('hofm', { order: 9 }),
  'every op': everyOp,
};

/** What is wrong with the places of boxes and edges. */
function faults({ boxes, edges, width, height }: Layout, whole = false): string[] {
  const found: string[] = [];
  const byId = new Map(boxes.map((box) => [box.id, box]));
  for (const [i, a] of boxes.entries()) {
    if (a.x < 0 || a.y < 0 || a.x + a.width > width || a.y + a.height > height + 0.01) found.push(`${a.id} is outside`);
    for (const b of boxes.slice(i + 1)) if (overlap(a, b)) found.push(`${a.id} and ${b.id} overlap`);
    const inner = a.form === 'box' ? a.width - 34 - textWidth(formatNumber(a.parameters), 11) : a.width;
    // In a narrow column words may be cut.
    if (whole && textWidth(a.title, 13, true) > inner) found.push(`"${a.title}" is cut`);
    if (whole && textWidth(a.detail, 11) > a.width - 16) found.push(`"${a.detail}" is cut`);
  }
  for (const { from, to, points } of edges) {
    const name = `${from} -> ${to}`;
    if (!onBorder(points[0], byId.get(from)!)) found.push(`${name} starts beside its box`);
    if (!onBorder(points[points.length - 1], byId.get(to)!)) found.push(`${name} ends beside its box`);
    for (let p = 1; p < points.length; p++) {
      const [[x1, y1], [x2, y2]] = [points[p - 1], points[p]];
      if (x1 !== x2 && y1 !== y2) found.push(`${name} is not straight`);
      for (const box of boxes) if (meets(points[p - 1], points[p], box)) found.push(`${name} runs through ${box.id}`);
    }
  }
  return found;
}

const overlap = (a: PlacedBox, b: PlacedBox): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function onBorder([x, y]: Point, box: PlacedBox): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) < 0.01;
  if (box.form === 'circle') {
    const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
    return near(Math.hypot(x - cx, y - cy), box.width / 2);
  }
  const [inX, inY] = [
    x >= box.x - 0.01 && x <= box.x + box.width + 0.01,
    y >= box.y - 0.01 && y <= box.y + box.height + 0.01,
  ];
  return (
    (inY && (near(x, box.x) || near(x, box.x + box.width))) || (inX && (near(y, box.y) || near(y, box.y + box.height)))
  );
}

/** Whether a straight piece of an edge goes through the inside of a box. */
function meets([x1, y1]: Point, [x2, y2]: Point, box: PlacedBox): boolean {
  const inside = 1.5; // a line may touch the border
  return (
    Math.max(x1, x2) > box.x + inside &&
    Math.min(x1, x2) < box.x + box.width - inside &&
    Math.max(y1, y2) > box.y + inside &&
    Math.min(y1, y2) < box.y + box.height - inside &&
    !(
      box.form === 'circle' &&
      Math.hypot(nearer(x1, x2, box.x + box.width / 2), nearer(y1, y2, box.y + box.height / 2)) > box.width / 2 - inside
    )
  );
}

/** Distance along one axis from a stretch to a point. */
const nearer = (a: number, b: number, p: number): number => Math.max(0, Math.min(a, b) - p, p - Math.max(a, b));

describe('places', () => {
  test.each(Object.keys(graphs))('%s: boxes apart, edges from border to border, in any width', (name) => {
    for (const width of [280, 360, 480, 640, 1200]) {
      expect(faults(layoutOf(boxesOf(graphs[name]), width), width >= 640), `width ${width}`).toEqual([]);
    }
  });

  test('any graph: random ways of adding up vectors', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 }),
        (wishes) => {
          const graph = randomGraph(wishes);
          for (const width of [300, 800]) expect(faults(layoutOf(boxesOf(graph), width))).toEqual([]);
        },
      ),
    );
  });

  test('the faults would be seen', () => {
    const layout = layoutOf(boxesOf(graphs.nfm), 640);
    const [first, ...rest] = layout.boxes;
    const moved = { ...layout, boxes: [{ ...first, y: first.y + 60 }, ...rest] };
    expect(faults(moved).join()).toMatch(/overlap.*beside its box/);
  });

  test('the known families have lanes, the others one column', () => {
    for (const name of names) {
      const { boxes } = layoutOf(boxesOf(graphs[name]), 640);
      const linear = boxes.find(({ part }) => part === 'linear');
      const embedding = boxes.find(({ part }) => part === 'embedding');
      if (linear && embedding) expect(linear.x + linear.width, name).toBeLessThan(embedding.x);
    }
    const rows = layoutOf(boxesOf(everyOp), 640).boxes.map(({ y }) => y);
    expect(new Set(rows).size).toBe(rows.length);
  });
});

/** Dense layers of equal width, each on the sum of some earlier ones. */
function randomGraph(wishes: readonly (readonly number[])[]): Graph {
  const nodes: GraphNode[] = [
    { id: 'input', op: 'input', inputs: [], attributes: { features: 9, fields: [] } },
    { id: 'embedding', op: 'embedding', inputs: ['input'], attributes: { factors: 4, initStdev: 0.01 } },
    { id: 'pooled', op: 'biInteraction', inputs: ['embedding'], attributes: {} },
  ];
  const vectors = ['pooled'];
  for (const [i, wish] of wishes.entries()) {
    const inputs = [...new Set(wish.map((n) => vectors[n % vectors.length]))];
    if (inputs.length > 1) nodes.push({ id: `add${i}`, op: 'add', inputs, attributes: {} });
    const source = inputs.length > 1 ? `add${i}` : inputs[0];
    nodes.push({ id: `dense${i}`, op: 'dense', inputs: [source], attributes: { units: 4, biasInit: 'zeros' } });
    vectors.push(`dense${i}`);
  }
  const ends = vectors.filter((id) => !nodes.some(({ inputs }) => inputs.includes(id)));
  const heads = ends.map((id) => ({ id: `sum ${id}`, op: 'sum', inputs: [id], attributes: {} }) as const);
  nodes.push(...heads);
  if (heads.length > 1) nodes.push({ id: 'score', op: 'add', inputs: heads.map(({ id }) => id), attributes: {} });
  const last = nodes[nodes.length - 1].id;
  nodes.push({ id: 'output', op: 'output', inputs: [last], attributes: { task: 'regression' } });
  return { version: 1, name: 'random', nodes, output: 'output' };
}

describe('what the diagram says', () => {
  test.each(names)('%s', async (name) => {
    const { svg } = diagram(graphOf(name), { theme: palettes.light, standalone: true });
    await expect(lines(svg)).toMatchFileSnapshot(`../../golden/views/diagram-${name}.svg`);
  });

  test('NFM in one column, with colours as variables and parts for the keyboard', async () => {
    const { svg } = diagram(graphOf('nfm', { factors: 16 }), { width: 360, interactive: true });
    await expect(lines(svg)).toMatchFileSnapshot('../../golden/views/diagram-nfm-narrow.svg');
  });

  test('in words', () => {
    expect(diagram(graphOf('nfm')).text).toBe(
      'NFM-1: Sparse input x → Embedding xᵢvᵢ → Bi-Interaction → Batch norm → Dropout 0.5 → Dense 64 · ReLU → hᵀz → + → ŷ; ' +
        'beside it Linear Σwᵢxᵢ; 333,056 trained parameters (Embedding 97.1 %, Linear 1.5 %, Hidden layers 1.2 %, other < 0.1 %).',
    );
  });

  test.each(names)('%s: every trained number is in one box, and in one share', (name) => {
    const { boxes } = boxesOf(graphOf(name));
    const { weights, batchNorm } = countParameters(graphOf(name));
    expect(boxes.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(weights + batchNorm);
    expect(sharesOf(boxes).reduce((sum, { parameters }) => sum + parameters, 0)).toBe(weights + batchNorm);
  });

  test('every node is in one box', () => {
    for (const graph of Object.values(graphs)) {
      const ids = boxesOf(graph).boxes.flatMap(({ nodes }) => nodes.map(({ id }) => id));
      expect(ids.toSorted()).toEqual(graph.nodes.map(({ id }) => id).toSorted());
    }
  });

  test('a graph without an input is a sentence', () => {
    const { svg, text, damaged } = diagram({ ...everyOp, nodes: everyOp.nodes.slice(1) });
    expect([damaged, text]).toEqual([
      true,
      expect.stringMatching(/^This output cannot be drawn: .*not an earlier node/),
    ]);
    expect(svg).toContain('Run its cell again.');
  });
});
