import { expect, it } from 'vitest';
import { moveMetric, removeMetric, renameLetters, withNames } from './metrics';
import type { InsightsReport, Metric } from './types';

const list: Metric[] = [{ event: 'a' }, { event: 'b' }, { event: 'c' }, { formula: 'A / (B + 2*C)' }];

it('moves letters in formulas with their metrics', () => {
  expect(moveMetric(list, 0, 2)).toEqual([
    { event: 'b' },
    { event: 'c' },
    { event: 'a' },
    { formula: 'C / (A + 2*B)' },
  ]);
  expect(moveMetric(list, 3, 0)[0]).toEqual({ formula: 'B / (C + 2*D)' });
  expect(moveMetric(list, 0, 9)).toBe(list);
});

it('marks the hole a removed metric leaves in a formula', () => {
  expect(removeMetric(list, 1)).toEqual([{ event: 'a' }, { event: 'c' }, { formula: 'A / (? + 2*B)' }]);
  expect(renameLetters('ABS + A1 + A', () => 4)).toBe('ABS + A1 + E');
});

it('gives every metric a name of its own', () => {
  const report: InsightsReport = {
    report: 'insights',
    metrics: [
      { event: 'order' },
      { event: 'order', where: [{ property: 'x', op: 'is set' }] },
      { event: 'order', name: 'Order' },
      { formula: 'A / B' },
    ],
  };
  expect(withNames(report).metrics.map((m) => m.name)).toEqual([
    'Order',
    'Order, x is set',
    'Order (2)',
    'A / B',
  ]);
  const users: InsightsReport = {
    report: 'insights',
    metrics: [
      { event: 'a', measure: 'users' },
      { event: 'b', measure: 'users' },
    ],
  };
  expect(withNames(users).metrics.map((m) => m.name)).toEqual(['Unique users · A', 'Unique users · B']);
});
