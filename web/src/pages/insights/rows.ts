// From an answer to what is drawn: lines grouped by the unit they share. No numbers are made here.
import type { InsightsResult, SegmentValue } from '../../api/types';
import type { Point, Series } from '../../charts/chart';
import { allColor, seriesColor } from '../../charts/colors';
import { intervalLabel, intervalState } from '../../lib/dates';
import type { ValueKind } from '../../lib/format';
import { segmentKey, segmentText } from '../../lib/segment';
import type { InsightsReport, Unit, View } from '../../query/types';

export interface Row {
  key: string;
  toggle: string;
  metric: string;
  metricIndex: number;
  segment: SegmentValue[];
  label: string;
  kind: ValueKind;
  ratio: boolean;
  values: (number | null)[];
  overall: number | null;
  all: boolean;
  color: string;
  dashed: boolean;
  hidden: boolean;
}

export interface Drawn {
  rows: Row[];
  points: Point[];
  unit: Unit | null;
  broken: boolean;
}

// Opens the users behind a number: `interval` is absent for the whole range.
export type OnCell = (
  metric: string,
  segment: SegmentValue[],
  interval: string | undefined,
  label: string,
) => void;

export const linesDrawn = 12;

export function drawn(
  result: InsightsResult,
  report: InsightsReport,
  names: string[],
  kinds: ValueKind[],
  view: View,
): Drawn {
  const unit = result.intervals.length > 0 ? (result.unit ?? report.unit ?? null) : null;
  const states = unit
    ? result.intervals.map((i) => intervalState(i, unit, result.as_of, result.timezone))
    : [];
  const points: Point[] = [];
  result.intervals.forEach((start, i) => {
    if (!unit || states[i] === 'future') return;
    points.push({
      label: intervalLabel(start, unit),
      short: intervalLabel(start, unit, true),
      open: states[i] === 'open',
    });
  });
  const broken = (report.breakdown?.length ?? 0) > 0;
  const slots = new Map<string, number>();
  const rows = result.series.map((series): Row => {
    const all = broken && series.segment.length === 0;
    // A segment has one colour and one switch in every panel; without a breakdown each metric has its own.
    const toggle = broken ? segmentKey(series.segment) : series.metric;
    if (!all && !slots.has(toggle)) slots.set(toggle, slots.size);
    const slot = slots.get(toggle) ?? 0;
    const byDefault = !all && slot < linesDrawn;
    const on = byDefault ? !view.hidden?.includes(toggle) : (view.shown?.includes(toggle) ?? false);
    const metricIndex = Math.max(0, names.indexOf(series.metric));
    return {
      key: `${series.metric} ${segmentKey(series.segment)}`,
      toggle,
      metric: series.metric,
      metricIndex,
      segment: series.segment,
      label: broken ? segmentText(series.segment) : series.metric,
      kind: kinds[metricIndex] ?? 'number',
      ratio: report.metrics[metricIndex]?.formula?.includes('/') ?? false,
      values: (series.values ?? []).slice(0, points.length),
      overall: series.overall,
      all,
      ...(all ? { color: allColor, dashed: false } : seriesColor(slot)),
      hidden: !on,
    };
  });
  return { rows, points, unit, broken };
}

export interface Panel {
  key: string;
  title: string;
  kind: ValueKind;
  rows: Row[];
}

// One panel for each metric of a breakdown. Without one, metrics share a panel as far as they share an axis: amounts, counts and
// ratios do not.
export function panels({ rows, broken }: Drawn): Panel[] {
  const many = new Set(rows.map((r) => r.metric)).size > 1;
  const groups = new Map<string, Panel>();
  for (const row of rows) {
    if (row.hidden) continue;
    const key = broken ? row.metric : `${row.kind}${row.ratio ? ' ratio' : ''}`;
    const panel = groups.get(key);
    if (panel) panel.rows.push(row);
    else groups.set(key, { key, title: broken && many ? row.metric : '', kind: row.kind, rows: [row] });
  }
  return [...groups.values()];
}

// The switches of the legend, in order of appearance.
export const switchesOf = (rows: Row[]): Row[] =>
  rows.filter((row, i) => rows.findIndex((r) => r.toggle === row.toggle) === i);

export const toSeries = (row: Row): Series => ({
  key: row.toggle,
  label: row.label,
  color: row.color,
  strong: row.all,
  dashed: row.dashed,
  values: row.values,
});

// A click in the legend: what is on by default goes to `hidden`, what is off by default to `shown`.
export function toggled(view: View, row: Row): View {
  const hidden = (view.hidden ?? []).filter((k) => k !== row.toggle);
  const shown = (view.shown ?? []).filter((k) => k !== row.toggle);
  if (row.hidden)
    return view.hidden?.includes(row.toggle)
      ? { ...view, hidden, shown }
      : { ...view, hidden, shown: [...shown, row.toggle] };
  return view.shown?.includes(row.toggle)
    ? { ...view, hidden, shown }
    : { ...view, hidden: [...hidden, row.toggle], shown };
}
