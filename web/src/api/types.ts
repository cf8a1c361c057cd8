// The shapes of the HTTP API (docs/api.md).
import type {
  AsOf,
  CohortDefinition,
  Metric,
  Reference,
  Report,
  Unit,
  UsersReport,
  View,
} from '../query/types';

export interface Project {
  project: string;
  timezone: string;
  week_start: string;
  version: string;
  data_version: number | string;
  now: string;
  events: number;
  users: number;
  first_event: string | null;
  last_event: string | null;
  synced_at: string | null;
}

export interface EventInfo {
  event: string;
  count: number;
  users: number;
  last_30_days: number;
  first: string | null;
  last: string | null;
}

export type PropertyType =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'time'
  | 'list'
  | 'objects';

export interface Property {
  reference: Reference;
  label: string;
  kind: 'event' | 'user' | 'lookup' | 'member';
  type: PropertyType;
  list?: string;
  lookup?: string;
  history?: AsOf;
  /** Of a custom property. */
  formula?: string;
  filled: number | null;
  example: unknown;
}

export interface PropertyValue {
  value: unknown;
  count: number;
}

export type Special =
  | 'not set'
  | 'empty string'
  | 'non-numeric values'
  | 'remaining values'
  | 'other'
  | 'drop-off';

export type SegmentValue =
  | string
  | number
  | boolean
  | null
  | { special: Special }
  | { bucket: [number | null, number | null] }
  | { cohort: string; in: boolean };

interface ResultHead {
  timezone: string;
  from: string;
  to: string;
  as_of: string;
  elapsed_ms: number;
  events_scanned: number;
}

export interface Segments {
  returned: number;
  found: number;
  overlap: boolean;
}

export interface InsightsSeries {
  metric: string;
  segment: SegmentValue[];
  values?: (number | null)[];
  overall: number | null;
}

export interface InsightsResult extends ResultHead {
  report: 'insights';
  unit?: Unit | null;
  intervals: string[];
  series: InsightsSeries[];
  segments?: Segments;
}

export interface RetentionCell {
  users: number;
  rate: number | null;
  value: number | null;
  complete: boolean;
}

export interface RetentionCohort {
  born: string;
  size: number;
  cells: (RetentionCell | null)[];
}

export interface RetentionAverage {
  bucket: number;
  rate: number | null;
  pooled_rate: number | null;
  value: number | null;
}

export interface RetentionSeries {
  segment: SegmentValue[];
  cohorts: RetentionCohort[];
  average: RetentionAverage[];
}

export interface RetentionResult extends ResultHead {
  report: 'retention';
  buckets: number[];
  series: RetentionSeries[];
  segments?: Segments;
}

export interface FunnelStep {
  count: number;
  from_previous: number | null;
  from_first: number | null;
  median_seconds: number | null;
  avg_seconds: number | null;
}

export interface FunnelSeries {
  segment: SegmentValue[];
  conversion: number | null;
  steps: FunnelStep[];
  trend?: { interval: string; steps: FunnelStep[]; conversion: number | null }[];
}

export interface FunnelResult extends ResultHead {
  report: 'funnel';
  unit?: Unit;
  steps: { event: string | string[] }[];
  series: FunnelSeries[];
  segments?: Segments;
}

export interface FlowNode {
  id: string;
  anchor: number;
  step: number;
  event: string | { special: Special };
  count: number;
}

export interface FlowResult extends ResultHead {
  report: 'flow';
  entries: number;
  nodes: FlowNode[];
  edges: { from: string; to: string; count: number }[];
}

export interface UsersResult {
  size: number;
  users: ({ id: string } & Record<string, unknown>)[];
}

export interface SavedReport {
  id: string;
  name: string;
  description?: string | null;
  report: Report | UsersReport;
  view?: View;
  created_at: string;
  updated_at: string;
}

export type Card = { width?: number } & (
  | { report_id: string }
  | { report: Report | UsersReport; view?: View; name?: string }
  | { text: string }
);

export interface Board {
  id: string;
  name: string;
  description?: string | null;
  cards: Card[];
  created_at: string;
  updated_at: string;
}

export interface Cohort {
  id: string;
  name: string;
  origin: 'model' | 'saved';
  definition: CohortDefinition;
  size: number | null;
}

export interface SavedMetric {
  name: string;
  definition: Metric;
}

export interface Source {
  source: string;
  kind: 'event' | 'users' | 'lookup';
  table: string;
  mode: string;
  every: string | null;
  state: 'never run' | 'ok' | 'failed' | 'paused'; // paused: a run asks first; `paused` below: by hand
  last_run: string | null;
  last_success: string | null;
  message: string | null;
  paused: boolean;
  failures: number;
  duration_ms: number;
  rows_read: number | null;
  rows_stored: number | null;
  rows_replaced: number;
  rows_removed: number;
  rows_kept_aside: number | null;
  rows_total: number | null;
  cursor: string | null;
  reconciliation: { warehouse_rows: number; store_rows: number; equal: boolean; checksums: boolean } | null;
}

export interface Run {
  started: string;
  duration_ms: number;
  state: string;
  message: string | null;
  rows_read: number;
  rows_stored: number;
  rows_replaced: number;
  rows_removed: number;
  rows_kept_aside: number;
}

export interface SyncState {
  runs: boolean; // the server syncs by itself
  running: {
    source: string;
    phase: 'checking' | 'reading' | 'writing' | 'comparing';
    rows_read: number;
    rows_expected: number | null;
  } | null;
}

export interface KeptAside {
  rows: { id: string | null; reason: string; first_seen: string; row: unknown }[];
  total: number;
}
