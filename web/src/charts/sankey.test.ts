import { expect, test } from 'vitest';
import { layoutSankey } from './sankey';

const size = { columnWidth: 100, nodeWidth: 10, height: 100, gap: 4, least: 2 };
const nodes = [
  { id: 'a', column: 0, count: 10 },
  { id: 'b', column: 1, count: 6 },
  { id: 'c', column: 1, count: 4 },
];

test('a node is as tall as its count and columns stand side by side', () => {
  const { boxes, height } = layoutSankey(nodes, [], size);
  expect(boxes.get('a')).toEqual({ x: 0, y: 0, width: 10, height: 100 });
  expect(boxes.get('b')).toEqual({ x: 100, y: 0, width: 10, height: 60 });
  expect(boxes.get('c')).toEqual({ x: 100, y: 64, width: 10, height: 40 });
  expect(height).toBe(104);
});

test('ribbons of one node lie beside each other in the order of their ends', () => {
  const edges = [
    { from: 'a', to: 'c', count: 4 },
    { from: 'a', to: 'b', count: 6 },
  ];
  const { ribbons } = layoutSankey(nodes, edges, size);
  expect(ribbons.map((r) => [r.to, r.thickness])).toEqual([
    ['b', 60],
    ['c', 40],
  ]);
  expect(ribbons[0]?.path.startsWith('M10,30C')).toBe(true);
  expect(ribbons[1]?.path.startsWith('M10,80C')).toBe(true);
});

test('an edge to a node that is not drawn is left out', () => {
  expect(layoutSankey(nodes, [{ from: 'a', to: 'x', count: 1 }], size).ribbons).toEqual([]);
});
