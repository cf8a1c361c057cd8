import { expect, it } from 'vitest';
import { cohortTemplates, defaultRetention } from './defaults';
import { cohortLabel, describe, filterLabel, measureLabel, metricLabel } from './describe';

it('says an insights question as a sentence', () => {
  expect(
    describe({
      report: 'insights',
      last: '12 months',
      unit: 'month',
      metrics: [
        { event: 'order submitted', measure: { sum: { property: 'order_total' } } },
        { event: 'order submitted', first_time: true },
        { name: 'AOV', formula: 'A / B' },
      ],
      where: [{ property: 'order_total', op: '>=', value: 20 }],
      breakdown: [{ property: 'location_id.location_name' }],
    }),
  ).toBe(
    'Sum of order total of order submitted; total events of first order submitted; AOV = A / B, by location name where order total ≥ 20, last 12 months, each month.',
  );
});

it('says a retention question as a sentence', () => {
  expect(describe(defaultRetention('order submitted'))).toBe(
    'Share of users with order submitted in each month after first order submitted, counted in calendar months, last 12 months.',
  );
  expect(
    describe({
      ...defaultRetention('order submitted'),
      measure: { sum: { property: 'items.price' } },
      criterion: 'on or before',
      clock: 'rolling',
      breakdown: [{ property: 'items.product_id.product_name', at: 'returned' }],
    }),
  ).toBe(
    'Sum of price with order submitted up to each month after first order submitted, counted in months since the start, by product name of the return, last 12 months.',
  );
});

it('names metrics apart by what they measure', () => {
  expect(metricLabel({ event: 'order submitted' })).toBe('Order submitted');
  expect(metricLabel({ event: 'order submitted', first_time: true })).toBe('First order submitted');
  expect(metricLabel({ event: 'order submitted', measure: 'users' })).toBe('Unique users');
  expect(metricLabel({ event: 'order submitted', measure: 'users' }, true)).toBe(
    'Unique users · Order submitted',
  );
  expect(
    metricLabel({ event: 'order submitted', where: [{ property: 'order_total', op: '>=', value: 20 }] }),
  ).toBe('Order submitted, order total ≥ 20');
  expect(metricLabel({ event: '*', measure: { users: { rolling: '7 days' } } })).toBe('Weekly active users');
  expect(metricLabel({ name: 'Mine', event: 'x' })).toBe('Mine');
  expect(measureLabel({ per_user: 'avg', of: { sum: { property: 'order_total' } } })).toBe(
    'Average order total per user',
  );
  expect(measureLabel({ users: { rolling: '14 days' } })).toBe('Users active in 14 days');
});

it('says filters, nested ones too', () => {
  expect(filterLabel({ property: 'city', op: 'is', value: ['A', 'B', 'C', 'D', 'E'] })).toBe(
    'City is A, B, C or 2 more',
  );
  expect(filterLabel({ property: 'n', op: 'between', value: [1, 2] })).toBe('N between 1 and 2');
  expect(filterLabel({ user: 'email', op: 'is set' })).toBe('Email is set');
  expect(filterLabel({ cohort: 'Win-back', op: 'not in' })).toBe('not in cohort Win-back');
  expect(
    filterLabel({
      not: {
        any: [
          { property: 'a', op: '=', value: 1 },
          { property: 'b', op: 'is', value: true },
        ],
      },
    }),
  ).toBe('not ((A = 1 or B is yes))');
});

it('says the cohorts of the article', () => {
  const said = cohortTemplates.map((t) => cohortLabel(t.definition('order submitted')));
  expect(said).toEqual([
    'First order submitted in the last 30 days',
    'Order submitted between 30 days and 120 days ago, and no order submitted in the last 30 days',
    'Order submitted at least 5 times in the last 90 days',
  ]);
  expect(
    cohortLabel({
      any: [
        { did: 'order submitted', at_least: 100, of: { sum: { property: 'order_total' } } },
        { user: 'type', op: 'is', value: ['new'] },
      ],
    }),
  ).toBe('Order submitted with sum of order total at least 100 ever, or Type is new');
});
