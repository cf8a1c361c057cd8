import { useState } from 'react';
import type { InsightsResult } from '../../api/types';
import { Bars } from '../../charts/bars';
import { ColumnChart } from '../../charts/column_chart';
import { Legend } from '../../charts/legend';
import { LineChart } from '../../charts/line_chart';
import { formatFor, formatValue, type ValueKind } from '../../lib/format';
import { isAdditive } from '../../query/kinds';
import type { ChartKind, InsightsReport, View } from '../../query/types';
import { drawn, panels, type Row, toggled, toSeries } from './rows';

export interface Shown {
  result: InsightsResult;
  report: InsightsReport;
  names: string[];
  kinds: ValueKind[];
  view: View;
  chart: ChartKind;
}

interface Props extends Shown {
  title: string;
  height: number;
  onView?: (view: View) => void;
}

// The kinds of chart that can show this question, first the one it opens with.
export function chartKinds(report: InsightsReport): ChartKind[] {
  if (report.unit) return ['line', 'column', 'bar', 'number', 'table'];
  return report.breakdown?.length ? ['bar', 'number', 'table'] : ['number', 'bar', 'table'];
}

export const chartOf = (report: InsightsReport, view: View): ChartKind => {
  const kinds = chartKinds(report);
  return view.chart && kinds.includes(view.chart) ? view.chart : (kinds[0] as ChartKind);
};

export function OverallStrip({ rows }: { rows: Row[] }) {
  return (
    <div className="strip">
      {rows.map((row) => (
        <div key={row.key} className="number">
          <div className="number-label">{row.metric}</div>
          <div className="number-value">{formatValue(row.kind, row.overall)}</div>
        </div>
      ))}
    </div>
  );
}

function Numbers({ rows }: { rows: Row[] }) {
  return (
    <div className="numbers">
      {rows.map((row) => (
        <div key={row.key} className="number">
          <div className="number-label">{row.label}</div>
          <div className="number-value">{formatValue(row.kind, row.overall)}</div>
        </div>
      ))}
    </div>
  );
}

export function InsightsChart({ title, height, onView, ...shown }: Props) {
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const { rows, points } = drawn(shown.result, shown.report, shown.names, shown.kinds, shown.view);
  const { chart, report, result } = shown;
  if (chart === 'table') return null;
  const broken = (report.breakdown?.length ?? 0) > 0;
  if (chart === 'number') return <Numbers rows={rows.filter((r) => (broken ? r.all : true))} />;
  const groups = panels(rows);
  if (chart === 'bar')
    return (
      <>
        {groups.map((group) => (
          <Bars
            key={group.key}
            name={title}
            format={formatFor(
              group.kind,
              group.rows.map((r) => r.overall),
            )}
            bars={group.rows.map((r) => ({
              key: r.key,
              label: r.label,
              color: r.color,
              value: r.overall,
            }))}
          />
        ))}
      </>
    );
  const each = groups.length > 1 ? Math.max(150, Math.round((height * 1.25) / groups.length)) : height;
  return (
    <>
      <Legend
        items={(onView ? rows : rows.filter((r) => !r.hidden)).map((r) => ({
          key: r.key,
          label: r.label,
          color: r.color,
          hidden: r.hidden,
          dashed: r.dashed,
        }))}
        onHighlight={setHighlighted}
        onToggle={
          onView &&
          ((key) => {
            const row = rows.find((r) => r.key === key);
            if (row) onView(toggled(shown.view, row));
          })
        }
      />
      {groups.length === 0 && (
        <p className="panel-none">Every line is hidden. Click a name above to bring it back.</p>
      )}
      {groups.map((group) => {
        const props = {
          name: groups.length > 1 ? `${title}: ${group.rows.map((r) => r.label).join(', ')}` : title,
          points,
          series: group.rows.map(toSeries),
          kind: group.kind,
          format: formatFor(
            group.kind,
            group.rows.flatMap((r) => r.values),
          ),
          height: each,
          highlighted,
        };
        const parts = group.rows.every((r) => !r.all && isAdditive(report.metrics[r.metricIndex] ?? {}));
        const oneMetric = new Set(group.rows.map((r) => r.metric)).size === 1;
        return chart === 'line' ? (
          <LineChart key={group.key} {...props} />
        ) : (
          <ColumnChart
            key={group.key}
            {...props}
            stacked={broken && oneMetric && parts && !result.segments?.overlap}
          />
        );
      })}
    </>
  );
}

// What a reader must know before believing the numbers.
export function insightsNotes({ result, report, names, kinds, view }: Shown): string[] {
  const { rows, points } = drawn(result, report, names, kinds, view);
  const notes: string[] = [];
  const segments = result.segments;
  if (segments && segments.found > segments.returned)
    notes.push(`The ${segments.returned} largest of ${segments.found} segments are listed.`);
  const off = rows.filter((r) => r.hidden && !r.all && !view.hidden?.includes(r.key)).length;
  if (off > 0)
    notes.push(`${off} more ${off === 1 ? 'line is' : 'lines are'} off in the legend and in the table.`);
  if (segments?.overlap)
    notes.push('One event can be in several segments, so they may add up to more than all.');
  else if (
    report.breakdown?.length &&
    report.metrics.some(
      (m) => m.measure === 'users' || (typeof m.measure === 'object' && 'users' in m.measure),
    )
  )
    notes.push('One user can be in several segments, so they may add up to more than all.');
  if (points.at(-1)?.open) notes.push(`Dashed: this ${report.unit} is still in progress.`);
  return notes;
}
