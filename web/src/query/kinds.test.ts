import { expect, it } from 'vitest';
import { isAdditive, metricKinds, type TypeOf } from './kinds';
import type { Metric } from './types';

const typeOf: TypeOf = (reference) =>
  'property' in reference
    ? ({ total: 'decimal', count: 'integer', rate: 'float' } as const)[reference.property]
    : undefined;
const sum = (property: string): Metric => ({ event: 'e', measure: { sum: { property } } });

it('prints amounts as amounts, also through formulas', () => {
  const metrics: Metric[] = [
    sum('total'),
    { event: 'e' },
    { formula: 'A / B' },
    { formula: 'B / A' },
    { formula: 'A - A' },
    sum('count'),
    sum('rate'),
  ];
  expect(metricKinds(metrics, typeOf, {})).toEqual([
    'money',
    'count',
    'money',
    'number',
    'money',
    'count',
    'number',
  ]);
  expect(metricKinds(metrics, typeOf, { show: { '2': 'USD' } })[2]).toBe('USD');
  expect(metricKinds([{ event: 'e', measure: { distinct: { property: 'total' } } }], typeOf, {})).toEqual([
    'count',
  ]);
});

it('knows the kind of a saved metric', () => {
  const saved = [{ name: 'revenue', definition: sum('total') }];
  expect(metricKinds([{ metric: 'revenue' }, { metric: 'gone' }], typeOf, {}, saved)).toEqual([
    'money',
    'count',
  ]);
});

it('stacks only what adds up', () => {
  expect(isAdditive(sum('total'))).toBe(true);
  expect(isAdditive({ event: 'e' })).toBe(true);
  expect(isAdditive({ event: 'e', measure: 'users' })).toBe(false);
  expect(isAdditive({ event: 'e', measure: { avg: { property: 'total' } } })).toBe(false);
  expect(isAdditive({ formula: 'A' })).toBe(false);
});
