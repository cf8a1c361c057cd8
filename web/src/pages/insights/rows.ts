// From an answer to what is drawn: lines grouped by the unit they share. No numbers are made here.
import type { InsightsResult, InsightsSeries } from '../../api/types';
import type { Point, Series } from '../../charts/chart';
import { allColor, seriesColor } from '../../charts/colors';
import { intervalLabel, intervalState } from '../../lib/dates';
import type { ValueKind } from '../../lib/format';
import { segmentKey, segmentText } from '../../lib/segment';
import type { InsightsReport, Unit, View } from '../../query/types';

export interface Row {
  key: string;
  metric: string;
  metricIndex: number;
  segment: InsightsSeries['segment'];
  label: string;
  segmentLabel: string;
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
}

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
  const many = names.length > 1;
  let slot = 0;
  let shown = 0;
  const rows = result.series.map((series): Row => {
    const all = series.segment.length === 0;
    const segmentLabel = segmentText(series.segment);
    const label = !broken
      ? series.metric
      : many
        ? `${series.metric} · ${segmentLabel}`
        : all
          ? 'All'
          : segmentLabel;
    const key = `${series.metric} ${segmentKey(series.segment)}`;
    const whole = all && broken;
    const { color, dashed } = whole ? { color: allColor, dashed: false } : seriesColor(slot++);
    const byDefault = !whole && shown < linesDrawn;
    const hidden = view.hidden?.includes(key) || (!byDefault && !view.shown?.includes(key));
    if (!hidden) shown++;
    const metricIndex = Math.max(0, names.indexOf(series.metric));
    return {
      key,
      metric: series.metric,
      metricIndex,
      segment: series.segment,
      label,
      segmentLabel,
      kind: kinds[metricIndex] ?? 'number',
      ratio: report.metrics[metricIndex]?.formula?.includes('/') ?? false,
      values: (series.values ?? []).slice(0, points.length),
      overall: series.overall,
      all: whole,
      color,
      dashed,
      hidden: Boolean(hidden),
    };
  });
  return { rows, points, unit };
}

export interface Panel {
  key: string;
  kind: ValueKind;
  rows: Row[];
}

// Amounts, counts and ratios do not share an axis: one panel for each.
export function panels(rows: Row[]): Panel[] {
  const groups = new Map<string, Panel>();
  for (const row of rows) {
    if (row.hidden) continue;
    const key = `${row.kind}${row.ratio ? ' ratio' : ''}`;
    const panel = groups.get(key);
    if (panel) panel.rows.push(row);
    else groups.set(key, { key, kind: row.kind, rows: [row] });
  }
  return [...groups.values()];
}

export const toSeries = (row: Row): Series => ({
  key: row.key,
  label: row.label,
  color: row.color,
  strong: row.all,
  dashed: row.dashed,
  values: row.values,
});

// A click in the legend: what is on by default goes to `hidden`, what is off by default to `shown`.
export function toggled(view: View, row: Row): View {
  const hidden = (view.hidden ?? []).filter((k) => k !== row.key);
  const shown = (view.shown ?? []).filter((k) => k !== row.key);
  if (row.hidden)
    return view.hidden?.includes(row.key)
      ? { ...view, hidden, shown }
      : { ...view, hidden, shown: [...shown, row.key] };
  return view.shown?.includes(row.key)
    ? { ...view, hidden, shown }
    : { ...view, hidden: [...hidden, row.key], shown };
}
