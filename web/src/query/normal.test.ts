import { expect, it } from 'vitest';
import { normalCohort, normalReport } from './normal';

it('brings documents written by hand into the form the editor holds', () => {
  const byHand = {
    report: 'insights',
    metrics: [
      { event: 'a', measure: { sum: 'total' } },
      { event: 'a', measure: { per_user: 'avg', of: { sum: 'total' } } },
      { event: 'a', measure: { users: { rolling: '7 days' } } },
      { metric: 'revenue' },
    ],
  };
  expect(normalReport(byHand as never)).toEqual({
    report: 'insights',
    metrics: [
      { event: 'a', measure: { sum: { property: 'total' } } },
      { event: 'a', measure: { per_user: 'avg', of: { sum: { property: 'total' } } } },
      { event: 'a', measure: { users: { rolling: '7 days' } } },
      { metric: 'revenue' },
    ],
  });
  expect(
    normalCohort({ all: [{ any: [{ did: 'a', at_least: 5, of: { sum: 'total' } as never }] }] }),
  ).toEqual({
    all: [{ any: [{ did: 'a', at_least: 5, of: { sum: { property: 'total' } } }] }],
  });
});

it('changes nothing that is in that form already', () => {
  const report = {
    report: 'retention',
    born: { event: 'a' },
    returned: { event: 'b' },
    measure: { avg: { user: 'spent' } },
  } as const;
  expect(normalReport(report)).toEqual(report);
});
