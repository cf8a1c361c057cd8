import { expect, it } from 'vitest';
import { readView, sameView, withShow } from './view';

it('a view read from a saved report is the one that was saved', () => {
  const view = {
    chart: 'bar' as const,
    hidden: ['["x"]'],
    shown: ['["y"]'],
    show: { '0': 'USD' as const },
    segment: '[]',
  };
  expect(readView(JSON.parse(JSON.stringify(view)))).toEqual(view);
});

it('what no page understands in a view is left out', () => {
  expect(
    readView({
      chart: 'pie',
      hidden: 'all',
      shown: [1, 'a'],
      show: { '0': 'USD', '1': 'shells' },
      segment: 3,
    }),
  ).toEqual({ shown: ['a'], show: { '0': 'USD' } });
  for (const value of [undefined, null, 'bar', ['bar']]) expect(readView(value)).toEqual({});
});

it('views that draw alike are the same, whatever they do not say', () => {
  expect(sameView(undefined, { hidden: [], shown: [], show: {} })).toBe(true);
  expect(sameView({ show: { '0': 'USD' }, chart: 'bar' }, { chart: 'bar', show: { '0': 'USD' } })).toBe(true);
  expect(sameView({ show: { '0': 'USD' } }, { show: { '0': 'EUR' } })).toBe(false);
  expect(sameView({ show: { '0': 'USD' } }, withShow({ show: { '0': 'USD' } }, 0, undefined))).toBe(false);
  expect(sameView({}, withShow({ show: { '0': 'USD' } }, 0, undefined))).toBe(true);
});
