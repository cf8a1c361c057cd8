// From a funnel's answer to what is drawn: one colour and one switch a segment. No numbers are made here.
import type { FunnelResult, FunnelSeries, SegmentValue } from '../../api/types';
import { allColor, seriesColor } from '../../charts/colors';
import { segmentKey, segmentText } from '../../lib/segment';
import type { FunnelReport, View } from '../../query/types';

export interface FunnelSegment {
  key: string;
  label: string;
  segment: SegmentValue[];
  series: FunnelSeries;
  all: boolean;
  color: string;
  dashed: boolean;
  hidden: boolean;
}

const barsDrawn = 4;

export function segmentsOf(result: FunnelResult, report: FunnelReport, view: View): FunnelSegment[] {
  const broken = (report.breakdown?.length ?? 0) > 0;
  let slot = 0;
  return result.series.map((series) => {
    const all = series.segment.length === 0;
    const key = segmentKey(series.segment);
    const color = all && broken ? { color: allColor, dashed: false } : seriesColor(slot++);
    const byDefault = all || slot <= barsDrawn;
    const on = byDefault ? !view.hidden?.includes(key) : (view.shown?.includes(key) ?? false);
    return {
      key,
      label: segmentText(series.segment, 'All users'),
      segment: series.segment,
      series,
      all,
      ...color,
      hidden: !on,
    };
  });
}

// A click on a switch: what is on by default goes to `hidden`, what is off by default to `shown`.
export function toggled(view: View, segment: FunnelSegment): View {
  const hidden = (view.hidden ?? []).filter((k) => k !== segment.key);
  const shown = (view.shown ?? []).filter((k) => k !== segment.key);
  if (segment.hidden)
    return view.hidden?.includes(segment.key)
      ? { ...view, hidden, shown }
      : { ...view, hidden, shown: [...shown, segment.key] };
  return view.shown?.includes(segment.key)
    ? { ...view, hidden, shown }
    : { ...view, hidden: [...hidden, segment.key], shown };
}
