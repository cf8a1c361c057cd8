import { expect, it } from 'vitest';
import { withAmount, withVerb, withWindow } from './cohort_edit';

const did = {
  did: 'order',
  at_least: 3,
  of: { sum: { property: 'total' } },
  last: '30 days',
  where: [{ property: 'a', op: 'is set' }],
};

it('keeps window and filters when the verb changes, and drops the amount where it means nothing', () => {
  expect(withVerb(did, 'did_not')).toEqual({ did_not: 'order', last: '30 days', where: did.where });
  expect(withVerb(did, 'first_did', 'visit')).toEqual({
    first_did: 'visit',
    last: '30 days',
    where: did.where,
  });
  expect(withVerb({ did_not: 'order', last: '30 days' }, 'did')).toEqual({
    did: 'order',
    at_least: 1,
    last: '30 days',
  });
});

it('holds one comparison and one window at a time', () => {
  expect(withAmount(did, 'less_than', 5, 'total')).toEqual({
    did: 'order',
    less_than: 5,
    last: '30 days',
    where: did.where,
  });
  expect(withWindow(did, { between: ['30 days ago', '120 days ago'] })).toEqual({
    did: 'order',
    at_least: 3,
    of: did.of,
    between: ['30 days ago', '120 days ago'],
    where: did.where,
  });
  expect(withWindow(did, {})).not.toHaveProperty('last');
});
