// From a retention answer to curves and heat cells. The averages come from the server.
import type { RetentionResult, RetentionSeries } from '../../api/types';
import type { Point, Series } from '../../charts/chart';
import { allColor, seriesColor } from '../../charts/colors';
import type { ValueKind } from '../../lib/format';
import { segmentKey, segmentText } from '../../lib/segment';
import type { RetentionReport, View } from '../../query/types';

export interface Curve {
  key: string;
  label: string;
  series: RetentionSeries;
  all: boolean;
  color: string;
  dashed: boolean;
  hidden: boolean;
  values: (number | null)[];
  size: number;
}

const linesDrawn = 12;

export const isRate = (report: RetentionReport): boolean => typeof report.measure !== 'object';

export const sizeOf = (series: RetentionSeries): number => series.cohorts.reduce((sum, c) => sum + c.size, 0);

export function curves(result: RetentionResult, report: RetentionReport, view: View): Curve[] {
  const rate = isRate(report);
  let slot = 0;
  let shown = 0;
  const broken = (report.breakdown?.length ?? 0) > 0;
  return result.series.map((series) => {
    const all = series.segment.length === 0;
    const key = segmentKey(series.segment);
    const { color, dashed } = all
      ? { color: broken ? allColor : 'var(--c1)', dashed: false }
      : seriesColor(slot++);
    // A sum over everyone dwarfs the sums of its parts, so it starts switched off.
    const byDefault =
      (all && broken ? rate || !('sum' in (report.measure as object)) : true) && shown < linesDrawn;
    const hidden = view.hidden?.includes(key) || (!byDefault && !view.shown?.includes(key));
    if (!hidden) shown++;
    return {
      key,
      label: segmentText(series.segment, 'All users'),
      series,
      all,
      color,
      dashed,
      hidden: Boolean(hidden),
      values: series.average.map((a) => (rate ? a.rate : a.value)),
      size: sizeOf(series),
    };
  });
}

export const curveSeries = (curve: Curve): Series => ({
  key: curve.key,
  label: curve.label,
  color: curve.color,
  strong: curve.all,
  dashed: curve.dashed,
  values: curve.values,
});

export const bucketShort = (bucket: number): string => (bucket === 0 ? '< 1' : String(bucket));

export const bucketPoints = (result: RetentionResult, unit: string): Point[] =>
  result.buckets.map((bucket) => ({
    label: bucket === 0 ? `Under 1 ${unit}` : `${unit.charAt(0).toUpperCase()}${unit.slice(1)} ${bucket}`,
    short: bucketShort(bucket),
    open: false,
  }));

export function toggled(view: View, curve: Curve): View {
  const hidden = (view.hidden ?? []).filter((k) => k !== curve.key);
  const shown = (view.shown ?? []).filter((k) => k !== curve.key);
  if (curve.hidden)
    return view.hidden?.includes(curve.key)
      ? { ...view, hidden, shown }
      : { ...view, hidden, shown: [...shown, curve.key] };
  return view.shown?.includes(curve.key)
    ? { ...view, hidden, shown }
    : { ...view, hidden: [...hidden, curve.key], shown };
}

// How many start groups the average of each bucket rests on.
export const completeGroups = (series: RetentionSeries, bucketIndex: number): number =>
  series.cohorts.filter((c) => c.cells[bucketIndex]?.complete).length;

// The first bucket from which on the average rests on three groups or fewer.
export function thinFrom(
  series: RetentionSeries,
  buckets: number[],
): { bucket: number; groups: number } | null {
  for (let i = 0; i < buckets.length; i++) {
    const groups = completeGroups(series, i);
    if (groups > 0 && groups <= 3) return { bucket: buckets[i] as number, groups };
  }
  return null;
}

export function retentionKind(
  report: RetentionReport,
  typeOf: (reference: never) => string | undefined,
  view: View,
): ValueKind {
  if (isRate(report)) return 'percent';
  if (view.show?.[0]) return view.show[0];
  const reference = Object.values(report.measure as object)[0] as never;
  return typeOf(reference) === 'decimal' ? 'money' : 'number';
}
