import type { CohortDefinition, FlowReport, FunnelReport, InsightsReport, RetentionReport } from './types';

export const defaultInsights = (event?: string): InsightsReport => ({
  report: 'insights',
  last: '30 days',
  unit: 'day',
  metrics: [event ? { event, measure: 'total' } : { measure: 'total' }],
});

export const defaultRetention = (event?: string): RetentionReport => ({
  report: 'retention',
  last: '12 months',
  born: event ? { event, first_time: true } : { first_time: true },
  returned: event ? { event } : {},
  unit: 'month',
  buckets: 12,
  clock: 'calendar',
  criterion: 'on',
  measure: 'users',
});

export const defaultFunnel = (): FunnelReport => ({
  report: 'funnel',
  last: '30 days',
  steps: [{}, {}],
  window: '7 days',
});

export const defaultFlow = (event?: string): FlowReport => ({
  report: 'flow',
  last: '30 days',
  anchors: [event ? { event } : {}],
  after: 3,
  before: 0,
  rows: 5,
});

export const emptyCohort = (event?: string): CohortDefinition => ({
  all: [event ? { did: event, at_least: 1, last: '30 days' } : { did: '', at_least: 1, last: '30 days' }],
});

export interface CohortTemplate {
  name: string;
  says: string;
  definition: (event: string) => CohortDefinition;
}

export const cohortTemplates: CohortTemplate[] = [
  {
    name: 'Welcome',
    says: 'First ever in the last 30 days',
    definition: (event) => ({ all: [{ first_did: event, last: '30 days' }] }),
  },
  {
    name: 'Win-back',
    says: 'Active 30 to 120 days ago, not since',
    definition: (event) => ({
      all: [
        { did: event, at_least: 1, between: ['30 days ago', '120 days ago'] },
        { did_not: event, last: '30 days' },
      ],
    }),
  },
  {
    name: 'Regulars',
    says: 'At least 5 times in the last 90 days',
    definition: (event) => ({ all: [{ did: event, at_least: 5, last: '90 days' }] }),
  },
];
