import { useState } from 'react';
import type { FunnelResult } from '../../api/types';
import { durationLabel } from '../../lib/dates';
import { formatCount, formatPercent } from '../../lib/format';
import { maxOf } from '../../lib/segment';
import { Segmented } from '../../parts/segmented';
import { CellButton, type Column, CsvButton, DataTable, InlineBar } from '../../parts/table';
import { eventLabel } from '../../query/describe';
import type { OnStep } from './bars';
import type { FunnelSegment } from './segments';

interface Props {
  title: string;
  by: string;
  result: FunnelResult;
  segments: FunnelSegment[];
  onToggle: (segment: FunnelSegment) => void;
  onStep: OnStep;
}

type Figure = 'count' | 'from_previous' | 'from_first' | 'median_seconds' | 'avg_seconds';
const figures: { value: Figure; label: string }[] = [
  { value: 'count', label: 'Count' },
  { value: 'from_first', label: '% of first' },
  { value: 'from_previous', label: '% of previous' },
  { value: 'median_seconds', label: 'Median time' },
  { value: 'avg_seconds', label: 'Average time' },
];

const figureText = (figure: Figure, value: number | null): string =>
  figure === 'count'
    ? formatCount(value ?? 0)
    : figure.startsWith('from')
      ? formatPercent(value)
      : durationLabel(value);

export function FunnelTable({ title, by, result, segments, onToggle, onStep }: Props) {
  const [figure, setFigure] = useState<Figure>('count');
  const broken = segments.length > 1;
  const most = maxOf(segments.filter((s) => !s.all).map((s) => s.series.conversion));
  const columns: Column<FunnelSegment>[] = [
    {
      key: 'segment',
      title: broken ? by : 'Segment',
      width: 170,
      sort: (s) => s.label,
      csv: (s) => s.label,
      render: (s) => (
        <span className="row-name">
          {broken && (
            <input
              type="checkbox"
              checked={!s.hidden}
              onChange={() => onToggle(s)}
              aria-label={`Show ${s.label}`}
              style={{ accentColor: s.color }}
            />
          )}
          <span title={s.label}>{s.label}</span>
        </span>
      ),
    },
    {
      key: 'conversion',
      title: 'Conversion',
      numeric: true,
      sort: (s) => s.series.conversion,
      csv: (s) => s.series.conversion,
      render: (s) => {
        const text = formatPercent(s.series.conversion);
        return s.all ? text : <InlineBar share={(s.series.conversion ?? 0) / (most || 1)}>{text}</InlineBar>;
      },
    },
    ...result.steps.map(
      (named, step): Column<FunnelSegment> => ({
        key: `step ${step}`,
        title: `${step + 1} ${eventLabel(named.event)}`,
        numeric: true,
        sort: (s) => s.series.steps[step]?.[figure] ?? null,
        csv: (s) => s.series.steps[step]?.[figure] ?? null,
        render: (s) => (
          <CellButton
            label={`Who is this? ${s.label}, step ${step + 1}`}
            onPress={() => onStep(s, step, false)}
          >
            {figureText(figure, s.series.steps[step]?.[figure] ?? null)}
          </CellButton>
        ),
      }),
    ),
  ];
  return (
    <section className="card">
      <div className="card-head">
        <h2>{broken ? `By ${by.toLowerCase()}` : 'Numbers'}</h2>
        <Segmented label="Figures" value={figure} choices={figures} onChange={setFigure} />
        <CsvButton title={title} columns={columns} rows={segments} />
      </div>
      <DataTable
        name={`Numbers: ${title}`}
        columns={columns}
        rows={segments.filter((s) => !s.all)}
        pinned={segments.filter((s) => s.all)}
        rowKey={(s) => s.key}
      />
    </section>
  );
}
