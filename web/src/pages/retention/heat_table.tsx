import { Fragment } from 'react';
import type { RetentionResult } from '../../api/types';
import { heatScale, heatSteps } from '../../charts/heat';
import { intervalLabel } from '../../lib/dates';
import { compact, formatCount, formatFor, none, type ValueKind } from '../../lib/format';
import { Choose } from '../../parts/choose';
import { CellButton, CsvButton } from '../../parts/table';
import type { RetentionUnit, Who } from '../../query/types';
import { bucketShort, type Curve, sizeOf } from './curves';

interface Props {
  result: RetentionResult;
  curves: Curve[];
  segment: string;
  onSegment: (segment: string) => void;
  onCell: (who: Who, label: string) => void;
  unit: RetentionUnit;
  kind: ValueKind;
  title: string;
}

const cellText = (kind: ValueKind, value: number | null): string =>
  value === null ? none : kind === 'percent' ? `${Math.round(value * 100)}%` : compact(kind, value);

// Start groups down, time since the start across, one colour scale for the whole table.
export function HeatTable({ result, curves, segment, onSegment, onCell, unit, kind, title }: Props) {
  const curve = curves.find((c) => c.key === segment) ?? curves[0];
  if (!curve) return null;
  const { series } = curve;
  const rate = kind === 'percent';
  const of = (cell: { rate: number | null; value: number | null } | null | undefined) =>
    !cell ? null : rate ? cell.rate : cell.value;
  const scale = heatScale(
    series.cohorts.flatMap((c) =>
      c.cells.map((cell, column) => ({ column, value: cell?.complete ? of(cell) : null })),
    ),
  );
  const exact = formatFor(
    kind,
    series.cohorts.flatMap((c) => c.cells.map(of)),
  );
  const average = series.average.map((a) => (rate ? a.rate : a.value));
  const unfinished = series.cohorts.some((c) => c.cells.some((cell) => cell && !cell.complete));
  const csv = [
    { key: 'born', title: 'start', render: () => null, csv: (c: (typeof series.cohorts)[number]) => c.born },
    { key: 'size', title: 'users', render: () => null, csv: (c: (typeof series.cohorts)[number]) => c.size },
    ...result.buckets.map((bucket, i) => ({
      key: String(bucket),
      title: `${unit} ${bucket}`,
      render: () => null,
      csv: (c: (typeof series.cohorts)[number]) => of(c.cells[i]),
    })),
  ];
  const cell = (key: number, value: number | null, complete: boolean, label: string, open?: () => void) => {
    if (value === null && complete) return <td key={key} />;
    const step = value === null ? 0 : scale(value);
    const style = { background: `var(--h${step})`, color: `var(--hf${step})` };
    const text = (
      <>
        {cellText(kind, value)}
        {!complete && <span className="star">*</span>}
      </>
    );
    const className = `heat-cell ${complete ? '' : 'open'}`;
    return (
      <td key={key}>
        {open ? (
          <button type="button" className={className} style={style} title={label} onClick={open}>
            {text}
            <span className="hidden">, who is this?</span>
          </button>
        ) : (
          <span className={className} style={style} title={label}>
            {text}
          </span>
        )}
      </td>
    );
  };
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
        {curves.length > 1 && (
          <Choose
            label="Segment of the table"
            small
            value={curve.key}
            options={curves.map((c) => ({ value: c.key, label: c.label }))}
            onChange={onSegment}
          />
        )}
        <span className="heat-legend" aria-hidden>
          Lower
          <span className="heat-scale">
            {Array.from({ length: heatSteps }, (_, i) => (
              <i key={i} style={{ background: `var(--h${i})` }} />
            ))}
          </span>
          Higher
          {unfinished && (
            <>
              <i className="heat-cell open sample" /> * still in progress
            </>
          )}
        </span>
        <CsvButton title={`${title} ${curve.label}`} columns={csv} rows={series.cohorts} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll heat-scroll" tabIndex={0} aria-label={title}>
        <table className="heat">
          <thead>
            <tr>
              <th scope="col">First in</th>
              <th scope="col" className="num">
                Users
              </th>
              {result.buckets.map((bucket) => (
                <th key={bucket} scope="col">
                  {bucketShort(bucket)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className="heat-average">
              <th scope="row">All, average</th>
              <td className="num">{formatCount(sizeOf(series))}</td>
              {average.map((value, i) => (
                <Fragment key={result.buckets[i]}>
                  {value === null ? (
                    <td />
                  ) : (
                    cell(i, value, true, `${exact(value)}, average, ${unit} ${result.buckets[i]}`)
                  )}
                </Fragment>
              ))}
            </tr>
            {series.cohorts.map((cohort) => {
              const start = intervalLabel(cohort.born, unit, unit === 'day');
              return (
                <tr key={cohort.born}>
                  <th scope="row">{start}</th>
                  <td className="num">
                    <CellButton
                      label={`Who started in ${start}?`}
                      onPress={() =>
                        onCell({ born: cohort.born, segment: series.segment }, `Started in ${start}`)
                      }
                    >
                      {formatCount(cohort.size)}
                    </CellButton>
                  </td>
                  {result.buckets.map((bucket, i) => {
                    const found = cohort.cells[i];
                    if (!found) return <td key={bucket} />;
                    const value = of(found);
                    const label = `${cellText(kind, value)}${found.complete ? '' : ' so far'}: ${exact(value)}, ${formatCount(found.users)} of ${formatCount(cohort.size)} users, ${start}, ${unit} ${bucket}`;
                    const who = { born: cohort.born, bucket, segment: series.segment };
                    return cell(bucket, value, found.complete, label, () =>
                      onCell(who, `${start}, ${unit} ${bucket}`),
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
}
