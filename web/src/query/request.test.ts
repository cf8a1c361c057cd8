import { expect, it } from 'vitest';
import { cohortTemplates, defaultInsights, defaultRetention } from './defaults';
import { finishedCohort, isFinished, operatorsFor, shapeOf, withOperator } from './filters';
import { notReady, toRequest } from './request';

it('leaves unfinished filters out of what is sent', () => {
  const report = defaultRetention('order');
  const sent = toRequest({
    ...report,
    born: { ...report.born, where: [{ property: 'a', op: 'is' }] },
    where: [
      { property: 'a', op: 'is', value: [] },
      { property: 'b', op: 'is set' },
      { cohort: 'Win-back', op: 'in' },
      { property: 'c', op: '>', value: 0 },
      { property: 'd', op: 'is', value: false },
    ],
    breakdown: [],
  });
  expect(sent.born).toEqual({ event: 'order', first_time: true });
  expect(sent.where).toEqual([
    { property: 'b', op: 'is set' },
    { cohort: 'Win-back', op: 'in' },
    { property: 'c', op: '>', value: 0 },
    { property: 'd', op: 'is', value: false },
  ]);
  expect(sent).not.toHaveProperty('breakdown');
});

it('waits for an event and for a formula', () => {
  expect(notReady(defaultInsights())).toMatch(/event/);
  expect(notReady(defaultInsights('order'))).toBeNull();
  expect(notReady({ report: 'insights', metrics: [{ event: 'order' }, { formula: ' ' }] })).toMatch(
    /formula/,
  );
  expect(notReady(defaultRetention())).toMatch(/starts the clock/);
});

it('keeps a value while the operator still takes one of its shape', () => {
  const filter = { property: 'n', op: '>', value: 5 };
  expect(withOperator(filter, '<=', 'integer')).toEqual({ property: 'n', op: '<=', value: 5 });
  expect(withOperator(filter, 'between', 'integer')).toEqual({ property: 'n', op: 'between' });
  expect(isFinished(withOperator(filter, 'between', 'integer'))).toBe(false);
  expect(withOperator({ property: 's', op: 'is', value: ['x'] }, 'is not', 'text')).toEqual({
    property: 's',
    op: 'is not',
    value: ['x'],
  });
});

it('offers only operators the report language knows', () => {
  const known = new Set([
    'is',
    'is not',
    'contains',
    'not contains',
    'starts with',
    'ends with',
    'matches',
    '=',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    'between',
    'not between',
    'on',
    'before',
    'since',
    'in last',
    'not in last',
    'is set',
    'is not set',
    'in',
    'not in',
  ]);
  for (const type of [
    'text',
    'integer',
    'decimal',
    'float',
    'boolean',
    'date',
    'time',
    'list',
    'objects',
    'cohort',
  ] as const)
    for (const op of operatorsFor(type)) {
      expect(known.has(op), `${type} ${op}`).toBe(true);
      expect(shapeOf(type, op)).toBeDefined();
    }
});

it('sends the cohorts of the article as the contract writes them', () => {
  const [welcome, winBack] = cohortTemplates.map((t) => finishedCohort(t.definition('order submitted')));
  expect(welcome).toEqual({ all: [{ first_did: 'order submitted', last: '30 days' }] });
  expect(winBack).toEqual({
    all: [
      { did: 'order submitted', at_least: 1, between: ['30 days ago', '120 days ago'] },
      { did_not: 'order submitted', last: '30 days' },
    ],
  });
});

it('leaves unfinished conditions out of a cohort', () => {
  expect(
    finishedCohort({
      any: [
        { did: '' },
        { did: 'x', where: [{ property: 'a', op: 'is' }] },
        { user: 'type', op: 'is' },
        { cohort: 'Win-back', op: 'not in' },
      ],
    }),
  ).toEqual({ any: [{ did: 'x' }, { cohort: 'Win-back', op: 'not in' }] });
});
