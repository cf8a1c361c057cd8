// A question as a sentence, for the line under a chart, board cards and lists.
import { rangeLabel } from '../lib/dates';
import type {
  Aggregate,
  Breakdown,
  CohortCondition,
  CohortDefinition,
  Condition,
  EventCondition,
  Filter,
  FlowReport,
  FunnelReport,
  Measure,
  Metric,
  Reference,
  Report,
  RetentionReport,
  Selector,
  UsersReport,
  Window,
} from './types';

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

// "items.product_id.product_name" → "Product name": the column alone is how people speak of it; the path stays beside it in pickers.
export const words = (name: string): string =>
  capitalise((name.split('.').at(-1) ?? name).replaceAll('_', ' '));

const timeParts = {
  day_of_week: 'Day of week',
  hour_of_day: 'Hour of day',
  day: 'Day',
  week: 'Week',
  month: 'Month',
} as const;

export function referenceLabel(reference: Reference): string {
  if ('property' in reference) return words(reference.property);
  if ('user' in reference) return words(reference.user);
  if ('cohort' in reference) return `Cohort ${reference.cohort}`;
  if ('time' in reference) return timeParts[reference.time] ?? reference.time;
  return 'Event';
}

export const eventLabel = (event: Selector['event']): string => {
  if (event === undefined || event === '') return 'Choose an event';
  if (event === '*') return 'Any event';
  return Array.isArray(event) ? event.map(capitalise).join(' or ') : capitalise(event);
};

const aggregates: Record<Aggregate, string> = {
  sum: 'Sum of',
  avg: 'Average',
  min: 'Smallest',
  max: 'Largest',
  median: 'Median',
  p25: '25th percentile of',
  p75: '75th percentile of',
  p90: '90th percentile of',
  p99: '99th percentile of',
  distinct: 'Distinct',
};
export const aggregateLabel = (aggregate: Aggregate): string => aggregates[aggregate];

export function propertyOf(
  measure: Measure | undefined,
): { aggregate: Aggregate; reference: Reference } | null {
  if (typeof measure !== 'object') return null;
  for (const aggregate of Object.keys(aggregates) as Aggregate[]) {
    const reference = (measure as Record<string, Reference | undefined>)[aggregate];
    if (reference) return { aggregate, reference };
  }
  return null;
}

const rollingNames: Record<string, string> = { '1 day': 'Daily', '7 days': 'Weekly', '30 days': 'Monthly' };

export function measureLabel(measure: Measure | undefined): string {
  if (measure === undefined || measure === 'total') return 'Total events';
  if (measure === 'users') return 'Unique users';
  if (measure === 'sessions') return 'Sessions';
  if ('users' in measure) {
    const name = rollingNames[measure.users.rolling];
    return name ? `${name} active users` : `Users active in ${measure.users.rolling}`;
  }
  if ('per_user' in measure) {
    const inner = typeof measure.of === 'object' ? referenceLabel(measure.of.sum).toLowerCase() : 'events';
    return `${aggregates[measure.per_user].replace(/ of$/, '')} ${inner} per user`;
  }
  const property = propertyOf(measure);
  return property
    ? `${aggregates[property.aggregate]} ${referenceLabel(property.reference).toLowerCase()}`
    : 'Measure';
}

// What a metric is called when nobody named it. The event is left out where the measure says enough; `full` puts it in.
export function metricLabel(metric: Metric, full = false): string {
  if (metric.name) return metric.name;
  if (metric.metric) return capitalise(metric.metric);
  if (metric.formula !== undefined) return metric.formula || 'Formula';
  const event = eventLabel(metric.event);
  const subject = metric.first_time ? `First ${lower(event)}` : event;
  const where = metric.where?.map((f) => `, ${lower(filterLabel(f))}`).join('') ?? '';
  if (metric.measure === undefined || metric.measure === 'total') return subject + where;
  const first = metric.first_time ? ' of the first time' : '';
  return measureLabel(metric.measure) + (full ? ` · ${subject}` : first) + where;
}

const opWords: Record<string, string> = {
  '=': '=',
  '!=': '≠',
  '<=': '≤',
  '>=': '≥',
  '<': '<',
  '>': '>',
};
export const opLabel = (op: string): string => opWords[op] ?? op;

export function valueLabel(value: unknown, op = ''): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    if (op.endsWith('between')) return value.map((v) => valueLabel(v)).join(' and ');
    const shown = value.slice(0, 3).map((v) => valueLabel(v));
    return value.length > 3 ? `${shown.join(', ')} or ${value.length - 3} more` : shown.join(' or ');
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

export const isCondition = (filter: Filter | CohortCondition): filter is Condition => 'op' in filter;

export function filterLabel(filter: Filter): string {
  if (isCondition(filter)) {
    if ('cohort' in filter) return `${filter.op} cohort ${filter.cohort}`;
    return [referenceLabel(filter), opLabel(filter.op), valueLabel(filter.value, filter.op)]
      .filter(Boolean)
      .join(' ');
  }
  if ('not' in filter) return `not (${filterLabel(filter.not)})`;
  const [inner, joiner] = 'any' in filter ? [filter.any, ' or '] : [filter.all, ' and '];
  return Array.isArray(inner) ? `(${inner.map(filterLabel).join(joiner)})` : filterLabel(inner);
}

export const filtersLabel = (filters: Filter[] | undefined): string =>
  filters?.length ? ` where ${filters.map((f) => lower(filterLabel(f))).join(' and ')}` : '';

export function breakdownLabel(breakdown: Breakdown): string {
  const at = breakdown.at === 'returned' ? ' of the return' : breakdown.at === 'born' ? ' of the first' : '';
  return referenceLabel(breakdown).toLowerCase() + at;
}

const selectorWords = (s: Selector): string =>
  `${s.first_time ? 'first ' : ''}${lower(eventLabel(s.event))}${filtersLabel(s.where)}`;

const sentenceEnd = (report: Report): string => {
  const by =
    'breakdown' in report && report.breakdown?.length
      ? `, by ${report.breakdown.map(breakdownLabel).join(' and ')}`
      : '';
  return `${by}${filtersLabel(report.where)}, ${lower(rangeLabel(report))}`;
};

function describeRetention(report: RetentionReport): string {
  const unit = report.unit ?? 'day';
  const what =
    typeof report.measure === 'object'
      ? 'sum' in report.measure
        ? `Sum of ${referenceLabel(report.measure.sum).toLowerCase()}`
        : `Average ${referenceLabel((report.measure as { avg: Reference }).avg).toLowerCase()}`
      : 'Share of users';
  const when: Record<string, string> = {
    on: `in each ${unit}`,
    'on or after': `in each ${unit} or later`,
    'on or before': `up to each ${unit}`,
    streak: `in every ${unit} without a gap`,
  };
  const clock = report.clock === 'calendar' ? `calendar ${unit}s` : `${unit}s since the start`;
  const what2 = `${what} with ${selectorWords(report.returned)} ${when[report.criterion ?? 'on or after']}`;
  return `${what2} after ${selectorWords(report.born)}, counted in ${clock}${sentenceEnd(report)}.`;
}

const countedWords = { users: 'users', totals: 'attempts', sessions: 'sessions' } as const;

function describeFunnel(report: FunnelReport): string {
  const steps = report.steps.map(selectorWords).join(report.order === 'any' ? ', ' : ', then ');
  const who = countedWords[report.count ?? 'users'];
  const hold = report.hold?.length
    ? ` with the same ${report.hold.map((r) => referenceLabel(r).toLowerCase()).join(' and ')}`
    : '';
  const order = report.order === 'any' ? ' in any order' : '';
  const without = report.exclude?.length
    ? `, without ${report.exclude.map((e) => lower(eventLabel(e.event))).join(' or ')} in between`
    : '';
  const again = report.reentry === 'optimized' ? ' The best attempt of each counts.' : '';
  return `${capitalise(who)} with ${steps}${order}${hold}${without}, within ${report.window ?? '7 days'} of the first step${sentenceEnd(report)}.${again}`;
}

function describeFlow(report: FlowReport): string {
  const anchors = report.anchors.map(selectorWords).join(', then ');
  const sides = [
    ...((report.after ?? 3) > 0 ? [`${report.after ?? 3} after`] : []),
    ...((report.before ?? 0) > 0 ? [`${report.before} before`] : []),
  ].join(' and ');
  const hidden = report.hide?.length ? `, without ${report.hide.map(lower).join(' and ')}` : '';
  const repeats = report.collapse_repeats ? ', repeats counted once' : '';
  return `Events of ${countedWords[report.count ?? 'users']} around ${anchors}: the next ${sides}${hidden}${repeats}${sentenceEnd(report)}.`;
}

export function describe(report: Report | UsersReport): string {
  if (report.report === 'users') {
    if (report.cohort === undefined) return 'All known users.';
    return typeof report.cohort === 'string'
      ? `Users in the cohort ${report.cohort}.`
      : `Users with ${lower(cohortLabel(report.cohort))}.`;
  }
  if (report.report === 'retention') return describeRetention(report);
  if (report.report === 'funnel') return describeFunnel(report);
  if (report.report === 'flow') return describeFlow(report);
  const metrics = report.metrics
    .map((m) => {
      if (m.formula !== undefined)
        return `${m.name && m.name !== m.formula ? `${m.name} = ` : ''}${m.formula}`;
      const smooth = m.rolling
        ? `, averaged over ${m.rolling} intervals`
        : m.cumulative
          ? ', running total'
          : '';
      if (m.metric) return m.metric + smooth;
      return `${lower(measureLabel(m.measure))} of ${selectorWords(m)}${smooth}`;
    })
    .join('; ');
  return capitalise(`${metrics}${sentenceEnd(report)}${report.unit ? `, each ${report.unit}` : ''}.`);
}

export function windowLabel(window: Window): string {
  if (window.last) return `in the last ${window.last}`;
  if (window.between) return `between ${window.between[0].replace(/ ago$/, '')} and ${window.between[1]}`;
  if (window.from || window.to) return rangeLabel(window).toLowerCase();
  return 'ever';
}

const comparisons: [keyof EventCondition, string][] = [
  ['at_least', 'at least'],
  ['at_most', 'at most'],
  ['exactly', 'exactly'],
  ['more_than', 'more than'],
  ['less_than', 'less than'],
];

export function cohortConditionLabel(condition: CohortCondition): string {
  if ('all' in condition || 'any' in condition) return `(${cohortLabel(condition as CohortDefinition)})`;
  if ('op' in condition) return filterLabel(condition as Condition);
  const c = condition as EventCondition;
  const where = filtersLabel(c.where);
  if (c.first_did) return `first ${lower(eventLabel(c.first_did))} ${windowLabel(c)}${where}`;
  if (c.did_not) return `no ${lower(eventLabel(c.did_not))} ${windowLabel(c)}${where}`;
  const found = comparisons.find(([key]) => c[key] !== undefined);
  const amount = found ? `${found[1]} ${c[found[0]]}` : 'at least 1';
  if (typeof c.of === 'object') {
    const [kind, reference] = Object.entries(c.of)[0] as [Aggregate, Reference];
    const what = `${aggregates[kind].toLowerCase()} ${referenceLabel(reference).toLowerCase()}`;
    return `${lower(eventLabel(c.did))} with ${what} ${amount} ${windowLabel(c)}${where}`;
  }
  return `${lower(eventLabel(c.did))} ${amount === 'at least 1' ? '' : `${amount} times `}${windowLabel(c)}${where}`;
}

export function cohortLabel(definition: CohortDefinition): string {
  const [list, joiner] = 'all' in definition ? [definition.all, ', and '] : [definition.any, ', or '];
  return capitalise(list.map(cohortConditionLabel).join(joiner));
}
