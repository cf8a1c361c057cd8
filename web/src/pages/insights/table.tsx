import { formatFor } from '../../lib/format';
import { maxOf } from '../../lib/segment';
import { CellButton, type Column, CsvButton, DataTable, InlineBar } from '../../parts/table';
import type { Shown } from './result';
import { drawn, type OnCell, type Row } from './rows';

interface Props extends Shown {
  title: string;
  onToggle?: (row: Row) => void;
  onCell?: OnCell;
}

// Without `onToggle` it is the bare table, for a card that has its own head.
export function InsightsTable({ title, onToggle, onCell, ...shown }: Props) {
  const { result, report, chart } = shown;
  const { rows, points, unit, broken } = drawn(shown.result, report, shown.names, shown.kinds, shown.view);
  const many = shown.names.length > 1;
  const drawsLines = onToggle && chart !== 'table' && chart !== 'number';
  // Decimals line up down a metric's rows, whichever column.
  const formats = shown.names.map((_, i) => {
    const own = rows.filter((r) => r.metricIndex === i);
    return formatFor(
      shown.kinds[i] ?? 'number',
      own.flatMap((r) => [r.overall, ...r.values]),
    );
  });
  const format = (row: Row, value: number | null | undefined) =>
    (formats[row.metricIndex] ?? String)(value as number);
  const opened = (row: Row, interval: string | undefined, label: string, text: string) =>
    onCell ? (
      <CellButton
        label={`Who is this? ${label}`}
        onPress={() => onCell(row.metric, row.segment, interval, label)}
      >
        {text}
      </CellButton>
    ) : (
      text
    );
  const tops = shown.names.map((_, i) =>
    maxOf(rows.filter((r) => r.metricIndex === i && !r.all).map((r) => r.overall)),
  );

  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: broken && !many ? 'Segment' : 'Metric',
      sort: (r) => (broken && many ? r.metric : r.label),
      csv: (r) => (broken && !many ? r.label : r.metric),
      width: 190,
      render: (r) => (
        <span className="row-name">
          {drawsLines && (
            <input
              type="checkbox"
              checked={!r.hidden}
              onChange={() => onToggle(r)}
              aria-label={many && broken ? `Show ${r.label} of ${r.metric}` : `Show ${r.label}`}
              style={{ accentColor: r.color }}
            />
          )}
          <span title={r.label}>{broken && !many ? r.label : r.metric}</span>
        </span>
      ),
    },
    ...(broken && many
      ? [
          {
            key: 'segment',
            title: 'Segment',
            sort: (r: Row) => r.label,
            csv: (r: Row) => r.label,
            render: (r: Row) => r.label,
          },
        ]
      : []),
    {
      key: 'overall',
      title: unit ? 'Whole range' : 'Value',
      numeric: true,
      sort: (r) => r.overall,
      csv: (r) => r.overall,
      hint: 'Computed over the whole range, not added up',
      render: (r) => {
        const text = opened(r, undefined, r.label, format(r, r.overall));
        return broken && !r.all ? (
          <InlineBar share={(r.overall ?? 0) / (tops[r.metricIndex] || 1)}>{text}</InlineBar>
        ) : (
          text
        );
      },
    },
    ...points.map(
      (point, i): Column<Row> => ({
        key: result.intervals[i] ?? String(i),
        title: point.open ? `${point.short} *` : point.short,
        hint: point.open ? `${point.label}, in progress` : point.label,
        numeric: true,
        sort: (r) => r.values[i] ?? null,
        csv: (r) => r.values[i] ?? null,
        render: (r) => opened(r, result.intervals[i], `${r.label}, ${point.label}`, format(r, r.values[i])),
      }),
    ),
  ];
  const csvColumns = columns.map((c, i) => {
    const point = i - (columns.length - points.length);
    return point >= 0 ? { ...c, title: result.intervals[point] ?? c.title } : c;
  });
  const pinned = broken ? rows.filter((r) => r.all) : [];
  const rest = broken ? rows.filter((r) => !r.all) : rows;
  const table = (
    <DataTable
      name={`Numbers: ${title}`}
      columns={columns}
      rows={rest}
      pinned={pinned}
      rowKey={(r) => r.key}
    />
  );
  if (!onToggle) return table;
  return (
    <section className="card">
      <div className="card-head">
        <h2>{broken ? `By ${title.split(' by ')[1] ?? 'segment'}` : 'Numbers'}</h2>
        <CsvButton title={title} columns={csvColumns} rows={[...pinned, ...rest]} />
      </div>
      {table}
      {points.some((p) => p.open) && <p className="footnote">* still in progress</p>}
    </section>
  );
}
