import { useState } from 'react';
import type { FunnelResult } from '../../api/types';
import { Legend } from '../../charts/legend';
import { LineChart } from '../../charts/line_chart';
import { intervalLabel, intervalState } from '../../lib/dates';
import { formatFor } from '../../lib/format';
import type { FunnelSegment } from './segments';

interface Props {
  result: FunnelResult;
  segments: FunnelSegment[];
  title: string;
  onPick?: (segment: FunnelSegment, interval: string, label: string) => void;
}

// The conversion of each interval's own funnel, dated by the first step.
export function FunnelTrend({ result, segments, title, onPick }: Props) {
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const unit = result.unit;
  if (!unit) return null;
  const drawn = segments.filter((s) => !s.hidden);
  const intervals = (result.series[0]?.trend ?? [])
    .map((t) => t.interval)
    .filter((i) => intervalState(i, unit, result.as_of, result.timezone) !== 'future');
  const points = intervals.map((interval) => ({
    label: intervalLabel(interval, unit),
    short: intervalLabel(interval, unit, true),
    open: intervalState(interval, unit, result.as_of, result.timezone) === 'open',
  }));
  const series = drawn.map((s) => ({
    key: s.key,
    label: s.label,
    color: s.color,
    strong: s.all && segments.length > 1,
    dashed: s.dashed,
    values: (s.series.trend ?? []).slice(0, points.length).map((t) => t.conversion),
  }));
  return (
    <>
      {drawn.length > 1 && <Legend items={drawn} onHighlight={setHighlighted} />}
      <LineChart
        name={title}
        points={points}
        series={series}
        kind="percent"
        format={formatFor(
          'percent',
          series.flatMap((s) => s.values),
        )}
        height={220}
        highlighted={highlighted}
        onPick={
          onPick &&
          ((key, point) => {
            const segment = drawn.find((s) => s.key === key);
            if (segment) onPick(segment, intervals[point] as string, points[point]?.label ?? '');
          })
        }
      />
    </>
  );
}
