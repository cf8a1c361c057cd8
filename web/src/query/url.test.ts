import { describe, expect, it } from 'vitest';
import type { InsightsReport, RetentionReport } from './types';
import { linkVersion, type Question, readDraft, readLink, reportPath, writeDraft, writeLink } from './url';

const insights: InsightsReport = {
  report: 'insights',
  from: '2024-09-01',
  to: '2025-08-31',
  unit: 'month',
  metrics: [
    { name: 'Revenue £', event: 'order submitted', measure: { sum: { property: 'order_total' } } },
    { name: 'New', event: ['order submitted', 'order “express”'], first_time: true },
    { name: 'Weekly', event: '*', measure: { users: { rolling: '7 days' } } },
    { formula: 'A / B', rolling: 3 },
  ],
  where: [
    { property: 'order_total', op: 'between', value: [20, 50] },
    { not: { any: [{ user: 'country', op: 'is', value: ['Österreich', '日本'] }] } },
    { cohort: 'Win-back', op: 'not in' },
  ],
  breakdown: [
    { property: 'items.product_id.product_name' },
    { property: 'order_total', buckets: [0, 10, 20] },
  ],
  limit: 50,
};

const retention: RetentionReport = {
  report: 'retention',
  last: '12 months',
  born: { event: 'order submitted', first_time: true },
  returned: { event: 'order submitted' },
  unit: 'month',
  buckets: [1, 3, 4],
  clock: 'calendar',
  criterion: 'on or before',
  measure: { avg: { property: 'order_total' } },
  breakdown: [{ property: 'items.product_id', at: 'returned' }],
};

const back = (question: Question) => readLink(writeLink(question));
const link = (document: unknown) => Buffer.from(JSON.stringify(document)).toString('base64url');

describe('a link', () => {
  it('opens exactly the same question', () => {
    const view = { chart: 'bar' as const, hidden: ['Revenue £ ["x"]'], show: { '0': 'GBP' as const } };
    expect(back({ report: insights, view })).toEqual({ question: { report: insights, view } });
    expect(back({ report: retention, view: {} })).toEqual({ question: { report: retention, view: {} } });
  });

  it('keeps text of any script and half-finished filters', () => {
    const report: InsightsReport = { ...insights, where: [{ property: 'naïve 🦜 "quoted" \\', op: 'is' }] };
    expect(back({ report, view: {} })).toEqual({ question: { report, view: {} } });
  });

  it('needs no escaping in an address', () => {
    expect(writeLink({ report: { ...insights, metrics: [{ name: '???>>>ÿÿÿ~~~' }] }, view: {} })).toMatch(
      /^[A-Za-z0-9_-]+$/,
    );
    expect(reportPath({ report: retention, view: {} })).toMatch(/^\/retention\?q=[A-Za-z0-9_-]+$/);
  });

  // A link somebody saved on the first day. If this fails, old links broke: read them, do not edit this text.
  it('of version 1 still opens', () => {
    const saved =
      'eyJ2IjoxLCJyZXBvcnQiOnsicmVwb3J0IjoiaW5zaWdodHMiLCJsYXN0IjoiMzAgZGF5cyIsInVuaXQiOiJkYXkiLCJtZXRyaWNzIjpbeyJldmVudCI6Im9yZGVyIHN1Ym1pdHRlZCIsIm1lYXN1cmUiOiJ0b3RhbCJ9XX0sInZpZXciOnsiY2hhcnQiOiJjb2x1bW4ifX0';
    expect(readLink(saved)).toEqual({
      question: {
        report: {
          report: 'insights',
          last: '30 days',
          unit: 'day',
          metrics: [{ event: 'order submitted', measure: 'total' }],
        },
        view: { chart: 'column' },
      },
    });
  });

  it.each([
    ['cut short', writeLink({ report: insights, view: {} }).slice(0, 40), /cut short/],
    ['not base64', '%%%', /cut short/],
    ['empty', '', /cut short/],
    ['not an object', link([1]), /does not hold a report/],
    ['without a report', link({ v: 1 }), /does not hold a report/],
    ['from a newer version', link({ v: linkVersion + 1, report: insights }), /newer version/],
    ['of another kind', link({ v: 1, report: { report: 'funnel' } }), /funnel/],
    ['without metrics', link({ v: 1, report: { report: 'insights' } }), /insights/],
    ['with broken metrics', link({ v: 1, report: { report: 'insights', metrics: [null] } }), /insights/],
    ['without a returned event', link({ v: 1, report: { report: 'retention', born: {} } }), /retention/],
  ])('that is %s says why it cannot be opened', (_, text, says) => {
    const read = readLink(text);
    expect('problem' in read && read.problem).toMatch(says);
  });
});

it('a cohort being built survives in its link', () => {
  const cohort = {
    any: [
      { did: 'order “x”', at_least: 2, between: ['30 days ago', '120 days ago'] as [string, string] },
      { all: [{ user: 'type', op: 'is', value: ['new'] }] },
    ],
  };
  expect(readDraft(writeDraft(cohort))).toEqual(cohort);
  for (const broken of [
    '',
    '%%%',
    writeDraft(cohort).slice(0, 30),
    link({ v: 1 }),
    link({ v: 1, cohort: { all: [1] } }),
    link({ v: 9, cohort }),
  ])
    expect(readDraft(broken)).toBeNull();
});
