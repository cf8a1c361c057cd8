import { expect, it } from 'vitest';
import {
  bandX,
  type Frame,
  labelIndexes,
  linePath,
  nearestPoint,
  pointX,
  stack,
  thin,
  valueAxis,
} from './geometry';
import { heatScale } from './heat';

const frame: Frame = { width: 148, height: 120, left: 40, right: 8, top: 10, bottom: 10 };

it('starts value axes at zero and ends on a round number', () => {
  const axis = valueAxis([3, 47, null], frame);
  expect(axis.y(0)).toBe(110);
  expect(axis.ticks[0]).toBe(0);
  expect(axis.ticks.at(-1)).toBeGreaterThanOrEqual(47);
  expect(valueAxis([-5, 10], frame).y(0)).toBeLessThan(110);
  expect(valueAxis([], frame).ticks).toContain(0);
});

it('counts have no half ticks', () => {
  for (const tick of valueAxis([1, 2], frame, true).ticks) expect(Number.isInteger(tick)).toBe(true);
});

it('puts points edge to edge, one point in the middle, bands side by side', () => {
  expect([0, 1, 2].map((i) => pointX(i, 3, frame))).toEqual([40, 90, 140]);
  expect(pointX(0, 1, frame)).toBe(90);
  expect(bandX(1, 4, frame)).toEqual({ x: 65, width: 25 });
  expect(nearestPoint(70, 3, frame)).toBe(1);
  expect(nearestPoint(-50, 3, frame)).toBe(0);
});

it('dashes into what is in progress and leaves gaps at missing values', () => {
  const x = (i: number) => i * 10;
  const y = (v: number) => 100 - v;
  const path = linePath([1, 2, 3, 4], [false, false, false, true], x, y);
  expect(path.solid).toBe('M0,99L10,98L20,97');
  expect(path.dashed).toBe('M20,97L30,96');
  const gap = linePath([1, null, 3], [false, false, false], x, y);
  expect(gap.solid).toBe('M0,99ZM20,97Z');
  expect(gap.dots).toEqual([
    { x: 0, y: 99 },
    { x: 20, y: 97 },
  ]);
  expect(linePath([5], [true], x, y).dots).toHaveLength(1);
});

it('shows at most one label per room', () => {
  expect(labelIndexes(30, 720)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
  expect(labelIndexes(3, 720)).toEqual([0, 1, 2]);
  expect(labelIndexes(0, 720)).toEqual([]);
});

it('stacks without a hole where a value is missing', () => {
  expect(
    stack(
      [
        [1, 2],
        [null, 3],
      ],
      2,
    ),
  ).toEqual([
    [
      { from: 0, to: 1 },
      { from: 0, to: 2 },
    ],
    [
      { from: 1, to: 1 },
      { from: 2, to: 5 },
    ],
  ]);
});

it('thins long lines without losing peaks', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => (i === 4321 ? 999 : i % 7));
  const kept = thin(values, 500);
  expect(kept.length).toBeLessThanOrEqual(1000);
  expect(kept).toContain(4321);
  expect([...kept].sort((a, b) => a - b)).toEqual(kept);
  expect(thin([1, 2, 3], 500)).toEqual([0, 1, 2]);
});

it('colours one table by one scale that a single odd cell cannot pale', () => {
  const cells = Array.from({ length: 100 }, (_, i) => ({ column: 1 + (i % 10), value: i / 100 }));
  const step = heatScale([...cells, { column: 3, value: 50 }, { column: 0, value: 90 }]);
  expect(step(0)).toBe(0);
  expect(step(0.99)).toBe(8);
  expect(step(0.5)).toBe(4);
  expect(step(50)).toBe(8);
  expect(heatScale([{ column: 0, value: 2 }])(2)).toBe(8);
  expect(heatScale([])(1)).toBe(0);
});
