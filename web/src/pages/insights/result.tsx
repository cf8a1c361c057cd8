import { useState } from 'react';
import type { InsightsResult } from '../../api/types';
import { Bars } from '../../charts/bars';
import { ColumnChart } from '../../charts/column_chart';
import { Legend } from '../../charts/legend';
import { LineChart } from '../../charts/line_chart';
import { formatFor, formatValue, type ValueKind } from '../../lib/format';
import { isAdditive } from '../../query/kinds';
import type { ChartKind, InsightsReport, View } from '../../query/types';
import { drawn, type OnCell, type Panel, panels, type Row, switchesOf, toggled, toSeries } from './rows';

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
  onCell?: OnCell;
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
          <div className="number-label">{row.metric}</div>
          <div className="number-value">{formatValue(row.kind, row.overall)}</div>
        </div>
      ))}
    </div>
  );
}

function PanelTitle({ group }: { group: Panel }) {
  return group.title ? <h3 className="panel-title">{group.title}</h3> : null;
}

const formatOf = (group: Panel, values: (number | null)[]) => formatFor(group.kind, values);

export function InsightsChart({ title, height, onView, onCell, ...shown }: Props) {
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const all = drawn(shown.result, shown.report, shown.names, shown.kinds, shown.view);
  const { rows, points, broken } = all;
  const { chart, report, result } = shown;
  if (chart === 'table') return null;
  if (chart === 'number') return <Numbers rows={rows.filter((r) => !broken || r.all)} />;
  const groups = panels(all);
  const switches = switchesOf(rows);
  const legend = chart !== 'bar' && (
    <Legend
      items={(onView ? switches : switches.filter((r) => !r.hidden)).map((r) => ({ ...r, key: r.toggle }))}
      onHighlight={setHighlighted}
      onToggle={
        onView &&
        ((key) => {
          const row = switches.find((r) => r.toggle === key);
          if (row) onView(toggled(shown.view, row));
        })
      }
    />
  );
  const pickIn =
    (group: Panel) =>
    (key: string, point: number): void => {
      const row = group.rows.find((r) => r.toggle === key);
      if (row && onCell)
        onCell(row.metric, row.segment, result.intervals[point], `${row.label}, ${points[point]?.label}`);
    };
  const each = groups.length > 1 ? Math.max(150, Math.round((height * 1.25) / groups.length)) : height;
  return (
    <>
      {legend}
      {groups.length === 0 && (
        <p className="panel-none">Every line is hidden. Tick one in the table to bring it back.</p>
      )}
      {groups.map((group) => {
        if (chart === 'bar') {
          const overall = group.rows.map((r) => r.overall);
          return (
            <div key={group.key} className="panel-chart">
              <PanelTitle group={group} />
              <Bars
                name={group.title || title}
                format={formatOf(group, overall)}
                bars={group.rows.map((r) => ({
                  key: r.key,
                  label: r.label,
                  color: r.color,
                  value: r.overall,
                  onPress: onCell && (() => onCell(r.metric, r.segment, undefined, r.label)),
                }))}
              />
            </div>
          );
        }
        const props = {
          name:
            groups.length > 1
              ? `${title}: ${group.title || group.rows.map((r) => r.label).join(', ')}`
              : title,
          points,
          series: group.rows.map(toSeries),
          kind: group.kind,
          format: formatOf(
            group,
            group.rows.flatMap((r) => r.values),
          ),
          height: each,
          highlighted,
          onPick: onCell && pickIn(group),
        };
        const adds = group.rows.every((r) => !r.all && isAdditive(report.metrics[r.metricIndex] ?? {}));
        return (
          <div key={group.key} className="panel-chart">
            <PanelTitle group={group} />
            {chart === 'line' ? (
              <LineChart {...props} />
            ) : (
              <ColumnChart {...props} stacked={broken && adds && !result.segments?.overlap} />
            )}
          </div>
        );
      })}
    </>
  );
}

const countsUsers = (report: InsightsReport): boolean =>
  report.metrics.some(
    (m) => m.measure === 'users' || (typeof m.measure === 'object' && 'users' in m.measure),
  );

// What a reader must know before believing the numbers.
export function insightsNotes({ result, report, names, kinds, view, chart }: Shown): string[] {
  const { rows, points } = drawn(result, report, names, kinds, view);
  const notes: string[] = [];
  const segments = result.segments;
  if (segments && segments.found > segments.returned)
    notes.push(`The ${segments.returned} largest of ${segments.found} segments are listed.`);
  const off = switchesOf(rows).filter((r) => r.hidden && !r.all && !view.hidden?.includes(r.toggle)).length;
  if (off > 0) notes.push(`${off} more ${off === 1 ? 'line is' : 'lines are'} off; tick them in the table.`);
  if (segments?.overlap)
    notes.push('One event can be in several segments, so they may add up to more than all.');
  else if (countsUsers(report) && report.breakdown?.some((b) => 'property' in b))
    notes.push('One user can be in several segments, so they may add up to more than all.');
  if (report.metrics.some((m) => typeof m.measure === 'object' && 'users' in m.measure))
    notes.push('Active users of the whole range are those of its last day.');
  if (points.at(-1)?.open)
    notes.push(
      chart === 'line' || chart === 'column'
        ? `Dashed: this ${report.unit} is still in progress.`
        : `This ${report.unit} is still in progress.`,
    );
  return notes;
}
