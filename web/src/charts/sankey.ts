// Where the nodes and ribbons of a flow go. Columns stand in the order of their steps; a node is as tall as its count.
export interface SankeyNode {
  id: string;
  column: number;
  count: number;
}

export interface SankeyEdge {
  from: string;
  to: string;
  count: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Ribbon {
  from: string;
  to: string;
  count: number;
  path: string;
  thickness: number;
}

export interface SankeyLayout {
  boxes: Map<string, Box>;
  ribbons: Ribbon[];
  height: number;
}

interface Size {
  columnWidth: number;
  nodeWidth: number;
  height: number; // of the fullest column, without its gaps
  gap: number;
  least: number; // a node is never thinner
}

export function layoutSankey(nodes: SankeyNode[], edges: SankeyEdge[], size: Size): SankeyLayout {
  const columns = new Map<number, SankeyNode[]>();
  for (const node of nodes) columns.set(node.column, [...(columns.get(node.column) ?? []), node]);
  const fullest = Math.max(1, ...[...columns.values()].map((c) => c.reduce((sum, n) => sum + n.count, 0)));
  const scale = size.height / fullest;
  const boxes = new Map<string, Box>();
  let bottom = 0;
  for (const [column, members] of columns) {
    let y = 0;
    for (const node of members) {
      const height = Math.max(size.least, node.count * scale);
      boxes.set(node.id, { x: column * size.columnWidth, y, width: size.nodeWidth, height });
      y += height + size.gap;
    }
    bottom = Math.max(bottom, y - size.gap);
  }
  // Ribbons leave and arrive in the order of the nodes they join, so that they cross as little as they can.
  const left = new Map<string, number>();
  const right = new Map<string, number>();
  const yOf = (id: string): number => boxes.get(id)?.y ?? 0;
  const sorted = [...edges].sort((a, b) => yOf(a.from) - yOf(b.from) || yOf(a.to) - yOf(b.to));
  const ribbons: Ribbon[] = [];
  for (const edge of sorted) {
    const [a, b] = [boxes.get(edge.from), boxes.get(edge.to)];
    if (!a || !b) continue;
    const thickness = Math.max(1, edge.count * scale);
    const y1 = a.y + (right.get(edge.from) ?? 0);
    const y2 = b.y + (left.get(edge.to) ?? 0);
    right.set(edge.from, (right.get(edge.from) ?? 0) + thickness);
    left.set(edge.to, (left.get(edge.to) ?? 0) + thickness);
    const [x1, x2] = [a.x + a.width, b.x];
    const middle = (x1 + x2) / 2;
    const path = `M${x1},${y1 + thickness / 2}C${middle},${y1 + thickness / 2} ${middle},${y2 + thickness / 2} ${x2},${y2 + thickness / 2}`;
    ribbons.push({ from: edge.from, to: edge.to, count: edge.count, path, thickness });
  }
  return { boxes, ribbons, height: bottom };
}
