// The report language as the web app writes it. One type serves the editor, the link, the API and saved reports.

// Which version of a value with history counts: the one at the event's time, or today's.
export type AsOf = 'event' | 'now';

export type Reference =
  | { property: string; as_of?: AsOf }
  | { user: string; as_of?: AsOf }
  | { cohort: string }
  | { time: TimePart }
  | { event: true };

export type TimePart = 'day_of_week' | 'hour_of_day' | 'day' | 'week' | 'month';

export type Condition = Reference & { op: string; value?: unknown };
export type Filter = Condition | { any: Filter | Filter[] } | { all: Filter | Filter[] } | { not: Filter };

export type Breakdown = Reference & {
  buckets?: number[];
  bucket_size?: number;
  groups?: Record<string, unknown[]>;
  at?: 'born' | 'returned';
};

export type Unit = 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

export interface Range {
  from?: string;
  to?: string;
  last?: string;
}

export interface Selector {
  event?: string | string[];
  where?: Filter[];
  first_time?: boolean | 'matching';
}

export type Aggregate = 'sum' | 'avg' | 'min' | 'max' | 'median' | 'p25' | 'p75' | 'p90' | 'p99' | 'distinct';
export type PerUserAggregate = 'avg' | 'median' | 'min' | 'max' | 'p25' | 'p75' | 'p90';

export type PropertyMeasure = { [A in Aggregate]?: Reference };
export type Measure =
  | 'total'
  | 'users'
  | 'sessions'
  | { users: { rolling: string } }
  | PropertyMeasure
  | { per_user: PerUserAggregate; of?: 'total' | { sum: Reference } };

export interface Metric extends Selector {
  name?: string;
  measure?: Measure;
  formula?: string;
  metric?: string;
  rolling?: number;
  cumulative?: boolean;
}

interface Common extends Range {
  timezone?: string;
  week_start?: string;
  where?: Filter[];
  limit?: number;
}

export interface InsightsReport extends Common {
  report: 'insights';
  unit?: Unit;
  metrics: Metric[];
  breakdown?: Breakdown[];
}

export type RetentionUnit = 'day' | 'week' | 'month';
export type Criterion = 'on' | 'on or after' | 'on or before' | 'streak';

export interface RetentionReport extends Common {
  report: 'retention';
  born: Selector;
  returned: Selector;
  unit?: RetentionUnit;
  buckets?: number | number[];
  clock?: 'calendar' | 'rolling';
  criterion?: Criterion;
  measure?: 'users' | { sum: Reference } | { avg: Reference };
  count_birth?: boolean;
  breakdown?: Breakdown[];
}

export type Counted = 'users' | 'totals' | 'sessions';

export interface Exclusion extends Selector {
  between?: [number, number];
}

export interface FunnelReport extends Common {
  report: 'funnel';
  steps: Selector[];
  unit?: Unit;
  window?: string;
  count?: Counted;
  reentry?: 'first' | 'optimized';
  order?: 'sequence' | 'any';
  grace?: string | number;
  exclude?: Exclusion[];
  hold?: Reference[];
  attribute?: 'first' | 'last' | { step: number };
  breakdown?: Breakdown[];
}

export interface FlowReport extends Omit<Common, 'limit'> {
  report: 'flow';
  anchors: Selector[];
  after?: number;
  before?: number;
  rows?: number;
  count?: Counted;
  window?: string;
  collapse_repeats?: boolean;
  hide?: string[];
  hold?: Reference[];
}

// The cell of a report whose users are asked for.
export interface Who {
  metric?: string;
  segment?: unknown[];
  interval?: string;
  step?: number;
  dropped?: boolean;
  born?: string;
  bucket?: number;
  node?: string;
  columns?: Reference[];
  limit?: number;
}

export type CohortOf = 'total' | { sum: Reference } | { avg: Reference } | { distinct: Reference };
export type Comparison = 'at_least' | 'at_most' | 'exactly' | 'more_than' | 'less_than';

export interface Window {
  last?: string;
  between?: [string, string];
  from?: string;
  to?: string;
}

export type EventCondition = Window & {
  did?: string;
  did_not?: string;
  first_did?: string;
  where?: Filter[];
  of?: CohortOf;
} & { [C in Comparison]?: number };

export type CohortCondition = EventCondition | Condition | CohortDefinition;
export type CohortDefinition = { all: CohortCondition[] } | { any: CohortCondition[] };

export interface UsersReport {
  report: 'users';
  cohort?: string | CohortDefinition;
  columns?: Reference[];
  sort?: unknown[];
  limit?: number;
  offset?: number;
}

export type Report = InsightsReport | FunnelReport | RetentionReport | FlowReport;
export type AnyReport = Report | UsersReport;

// What a page draws with an answer. It never changes a number, so it stays out of the report document.
export type ChartKind = 'line' | 'column' | 'bar' | 'number' | 'table';
export type Show = 'number' | 'percent' | 'USD' | 'EUR' | 'GBP';

export interface View {
  chart?: ChartKind;
  hidden?: string[];
  shown?: string[];
  show?: Record<string, Show>;
  segment?: string;
}
