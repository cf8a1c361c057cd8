// Where marks go: pure arithmetic on numbers, tested without a browser.
import { bisector, extent, max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';

export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export type Values = readonly (number | null | undefined)[];

export interface Axis {
  y: (value: number) => number;
  ticks: number[];
}

// A value axis from zero (or below) to a round number above the largest value, with about four grid lines.
export function valueAxis(values: Iterable<number | null | undefined>, frame: Frame, whole = false): Axis {
  const numbers: number[] = [];
  for (const value of values) if (value !== null && value !== undefined) numbers.push(value);
  const [low = 0, high = 0] = extent(numbers) as [number?, number?];
  const top = Math.max(high, 0);
  const scale = scaleLinear()
    .domain([Math.min(low, 0), top === 0 && low >= 0 ? 1 : top])
    .nice(4)
    .range([frame.height - frame.bottom, frame.top]);
  const ticks = scale.ticks(4).filter((t) => !whole || Number.isInteger(t));
  return { y: (value) => scale(value), ticks };
}

export function pointX(index: number, count: number, frame: Frame): number {
  const inner = frame.width - frame.left - frame.right;
  return count <= 1 ? frame.left + inner / 2 : frame.left + (inner * index) / (count - 1);
}

export function bandX(index: number, count: number, frame: Frame): { x: number; width: number } {
  const inner = frame.width - frame.left - frame.right;
  const width = inner / Math.max(count, 1);
  return { x: frame.left + width * index, width };
}

// Which labels fit: evenly spaced, at most one per `room` pixels.
export function labelIndexes(count: number, width: number, room = 72): number[] {
  if (count === 0) return [];
  const step = Math.max(1, Math.ceil((count * room) / Math.max(width, room)));
  const shown: number[] = [];
  for (let i = 0; i < count; i += step) shown.push(i);
  return shown;
}

export interface LinePath {
  solid: string;
  dashed: string;
  dots: { x: number; y: number }[];
}

// A line with gaps at nulls. The last stretch is dashed when the interval it ends in is not over yet.
export function linePath(
  values: Values,
  open: readonly boolean[],
  x: (i: number) => number,
  y: (v: number) => number,
): LinePath {
  const points = values.map((value, i) => ({ i, value: value ?? null }));
  const has = (p: { value: number | null }) => p.value !== null;
  const draw = line<{ i: number; value: number | null }>()
    .defined(has)
    .x((p) => Math.round(x(p.i) * 100) / 100)
    .y((p) => Math.round(y(p.value ?? 0) * 100) / 100);
  const firstOpen = open.indexOf(true);
  const done = firstOpen < 0 ? points : points.slice(0, firstOpen);
  const rest = firstOpen < 0 ? [] : points.slice(Math.max(0, firstOpen - 1));
  const lonely = points.filter(
    (p, i) => has(p) && (points[i - 1]?.value ?? null) === null && (points[i + 1]?.value ?? null) === null,
  );
  return {
    solid: draw(done) ?? '',
    dashed: draw(rest) ?? '',
    dots: lonely.map((p) => ({ x: x(p.i), y: y(p.value ?? 0) })),
  };
}

// More points than pixels: keep the lowest and highest of each pixel column.
export function thin(values: Values, columns: number): number[] {
  if (values.length <= columns * 2) return values.map((_, i) => i);
  const kept: number[] = [];
  const size = values.length / columns;
  for (let c = 0; c < columns; c++) {
    let low = -1;
    let high = -1;
    for (let i = Math.floor(c * size); i < Math.floor((c + 1) * size); i++) {
      const value = values[i];
      if (value === null || value === undefined) continue;
      if (low < 0 || value < (values[low] as number)) low = i;
      if (high < 0 || value > (values[high] as number)) high = i;
    }
    for (const i of low < high ? [low, high] : [high, low]) if (i >= 0 && kept.at(-1) !== i) kept.push(i);
  }
  return kept;
}

export function nearestPoint(pixel: number, count: number, frame: Frame): number {
  const xs = Array.from({ length: count }, (_, i) => pointX(i, count, frame));
  return bisector((x: number) => x).center(xs, pixel);
}

export interface Stack {
  from: number;
  to: number;
}

// Values on top of each other per point; nulls take no room.
export function stack(series: readonly Values[], count: number): Stack[][] {
  const heights = new Array<number>(count).fill(0);
  return series.map((values) =>
    heights.map((from, i) => {
      const to = from + Math.max(0, values[i] ?? 0);
      heights[i] = to;
      return { from, to };
    }),
  );
}

export function sparkPath(values: Values, width: number, height: number): string {
  const top = max(values.map((v) => v ?? 0)) || 1;
  const draw = line<number | null | undefined>()
    .defined((v) => v !== null && v !== undefined)
    .x((_, i) => (values.length <= 1 ? 0 : (i / (values.length - 1)) * width))
    .y((v) => height - 1.5 - ((v ?? 0) / top) * (height - 3));
  return draw([...values]) ?? '';
}
