import { useState } from 'react';
import type { RetentionResult } from '../../api/types';
import { Legend } from '../../charts/legend';
import { LineChart } from '../../charts/line_chart';
import { Spark } from '../../charts/spark';
import { formatCount, formatFor, type ValueKind } from '../../lib/format';
import { maxOf } from '../../lib/segment';
import { type Column, CsvButton, DataTable, InlineBar } from '../../parts/table';
import { capitalise, eventLabel, referenceLabel } from '../../query/describe';
import type { Reference, RetentionReport, View } from '../../query/types';
import { bucketPoints, type Curve, curveSeries, curves, isRate, thinFrom, toggled } from './curves';

export interface Shown {
  result: RetentionResult;
  report: RetentionReport;
  view: View;
  kind: ValueKind;
}

export function retentionTitle(report: RetentionReport): string {
  const unit = report.unit ?? 'day';
  const start = `${report.born.first_time ? 'the first ' : ''}${eventLabel(report.born.event).toLowerCase()}`;
  const what = isRate(report)
    ? 'Retention rate'
    : `${'sum' in (report.measure as object) ? 'Sum of' : 'Average'} ${referenceLabel(Object.values(report.measure as object)[0] as Reference).toLowerCase()}`;
  const by = report.breakdown?.length
    ? `, by ${report.breakdown.map((b) => referenceLabel(b).toLowerCase()).join(' and ')}`
    : '';
  return `${what} by ${unit}s since ${start}${by}`;
}

interface ChartProps extends Shown {
  height: number;
  title: string;
  onView?: (view: View) => void;
}

export function RetentionChart({ result, report, view, kind, height, title, onView }: ChartProps) {
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const all = curves(result, report, view);
  const drawn = all.filter((c) => !c.hidden);
  return (
    <>
      <Legend
        items={(onView ? all : drawn).map((c) => ({
          key: c.key,
          label: c.label,
          color: c.color,
          hidden: c.hidden,
          dashed: c.dashed,
        }))}
        onHighlight={setHighlighted}
        onToggle={
          onView &&
          ((key) => {
            const curve = all.find((c) => c.key === key);
            if (curve) onView(toggled(view, curve));
          })
        }
      />
      <LineChart
        name={title}
        points={bucketPoints(result, report.unit ?? 'day')}
        series={drawn.map(curveSeries)}
        kind={kind}
        format={formatFor(
          kind,
          drawn.flatMap((c) => c.values),
        )}
        height={height}
        highlighted={highlighted}
      />
    </>
  );
}

export function retentionNotes({ result, report }: Shown): string[] {
  const unit = report.unit ?? 'day';
  const all = result.series.find((s) => s.segment.length === 0);
  const notes = [`Average over start ${unit}s that have finished, weighted by group size.`];
  const tail = all ? thinFrom(all, result.buckets) : null;
  if (tail && all && all.cohorts.length > 3)
    notes.push(
      `From ${unit} ${tail.bucket} on it rests on ${tail.groups} start ${tail.groups === 1 ? unit : `${unit}s`} or fewer.`,
    );
  const segments = result.segments;
  if (segments && segments.found > segments.returned)
    notes.push(`The ${segments.returned} largest of ${segments.found} segments are listed.`);
  if (segments?.overlap) notes.push('One user can be in several segments.');
  return notes;
}

export function Strip({ result, report, kind }: Shown) {
  const unit = report.unit ?? 'day';
  const all = result.series.find((s) => s.segment.length === 0);
  if (!all) return null;
  const at = (bucket: number) => {
    const i = result.buckets.indexOf(bucket);
    const found = all.average[i];
    return found ? (isRate(report) ? found.rate : found.value) : null;
  };
  const middle = result.buckets[Math.floor(result.buckets.length / 2)] ?? 0;
  const last =
    [...all.average].reverse().find((a) => (isRate(report) ? a.rate : a.value) !== null)?.bucket ?? 0;
  const marks = [...new Set([1, middle, last])].filter((b) => b > 0).sort((a, b) => a - b);
  const format = formatFor(
    kind,
    all.average.map((a) => (isRate(report) ? a.rate : a.value)),
  );
  return (
    <div className="strip">
      <div className="number">
        <div className="number-label">{report.born.first_time ? 'New users' : 'Users who started'}</div>
        <div className="number-value">{formatCount(all.cohorts.reduce((sum, c) => sum + c.size, 0))}</div>
      </div>
      {marks.map((bucket) => (
        <div className="number" key={bucket}>
          <div className="number-label">
            {isRate(report) ? 'Back in' : 'In'} {unit} {bucket}
          </div>
          <div className="number-value">{format(at(bucket))}</div>
        </div>
      ))}
    </div>
  );
}

export function SegmentTable({
  result,
  report,
  view,
  kind,
  title,
  onToggle,
}: Shown & { title: string; onToggle: (curve: Curve) => void }) {
  const all = curves(result, report, view);
  const unit = report.unit ?? 'day';
  const by = report.breakdown?.map((b) => referenceLabel(b).toLowerCase()).join(' and ') ?? '';
  const marks = result.buckets
    .map((bucket, i) => ({ bucket, i }))
    .filter(
      ({ bucket, i }) =>
        result.buckets.length <= 8 ||
        bucket === 1 ||
        (i > 0 && i % Math.ceil(result.buckets.length / 6) === 0),
    );
  const format = formatFor(
    kind,
    all.flatMap((c) => c.values),
  );
  const largest = maxOf(all.filter((c) => !c.all).map((c) => c.size));
  const columns: Column<Curve>[] = [
    {
      key: 'segment',
      title: by ? capitalise(by) : 'Users',
      width: 190,
      sort: (c) => c.label,
      csv: (c) => c.label,
      render: (c) => (
        <span className="row-name">
          <input
            type="checkbox"
            checked={!c.hidden}
            onChange={() => onToggle(c)}
            aria-label={`Show ${c.label}`}
            style={{ accentColor: c.color }}
          />
          <span title={c.label}>{c.label}</span>
        </span>
      ),
    },
    {
      key: 'size',
      title: 'Users',
      numeric: true,
      sort: (c) => c.size,
      csv: (c) => c.size,
      render: (c) =>
        c.all ? (
          formatCount(c.size)
        ) : (
          <InlineBar share={c.size / (largest || 1)}>{formatCount(c.size)}</InlineBar>
        ),
    },
    ...marks.map(
      ({ bucket, i }): Column<Curve> => ({
        key: String(bucket),
        title: bucket === 0 ? `Under 1 ${unit}` : `${capitalise(unit)} ${bucket}`,
        numeric: true,
        sort: (c) => c.values[i] ?? null,
        render: (c) => format(c.values[i]),
      }),
    ),
    { key: 'spark', title: 'Curve', render: (c) => <Spark values={c.values} color={c.color} /> },
  ];
  const csvColumns: Column<Curve>[] = [
    ...columns.filter((c) => c.csv),
    ...result.buckets.map((bucket, i) => ({
      key: `all ${bucket}`,
      title: `${unit} ${bucket}`,
      render: () => null,
      csv: (c: Curve) => c.values[i] ?? null,
    })),
  ];
  return (
    <section className="card">
      <div className="card-head">
        <h2>By {by}</h2>
        <CsvButton title={title} columns={csvColumns} rows={all} />
      </div>
      <DataTable
        name={`Numbers: ${title}`}
        columns={columns}
        rows={all.filter((c) => !c.all)}
        pinned={all.filter((c) => c.all)}
        rowKey={(c) => c.key}
      />
    </section>
  );
}
