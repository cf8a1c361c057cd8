import type { FunnelResult } from '../../api/types';
import { Legend } from '../../charts/legend';
import { durationLabel } from '../../lib/dates';
import { formatCount, formatPercent } from '../../lib/format';
import { fittingUnits, unitName } from '../../lib/grain';
import { Builder, useBuilder } from '../../parts/builder';
import { Choose } from '../../parts/choose';
import { Empty } from '../../parts/states';
import { usePeople } from '../../parts/who';
import { defaultFunnel } from '../../query/defaults';
import { breakdownLabel, capitalise, describe, eventLabel } from '../../query/describe';
import type { FunnelReport, Unit, View } from '../../query/types';
import { FunnelBars, type OnStep } from './bars';
import { FunnelPanel } from './panel';
import { type FunnelSegment, segmentsOf, toggled } from './segments';
import { FunnelTable } from './table';
import { FunnelTrend } from './trend';

export function funnelTitle(report: FunnelReport): string {
  const [first, last] = [report.steps[0], report.steps.at(-1)];
  const by = report.breakdown?.length ? ` by ${report.breakdown.map(breakdownLabel).join(' and ')}` : '';
  return `${eventLabel(first?.event)} to ${eventLabel(last?.event).toLowerCase()}${by}`;
}

export function funnelNotes(result: FunnelResult, report: FunnelReport): string[] {
  const notes: string[] = [];
  const { segments } = result;
  if (segments && segments.found > segments.returned)
    notes.push(`The ${segments.returned} largest of ${segments.found} segments are listed.`);
  if (report.breakdown?.length && (report.count ?? 'users') === 'users')
    notes.push('A user can enter once in each segment, so segments may add up to more than all.');
  notes.push('Those who entered lately may still finish.');
  return notes;
}

function Strip({ all, count }: { all: FunnelSegment; count: string }) {
  const { steps, conversion } = all.series;
  const last = steps.at(-1);
  const numbers: [string, string][] = [
    [`${count} that entered`, formatCount(steps[0]?.count ?? 0)],
    ['Went all the way', formatCount(last?.count ?? 0)],
    ['Conversion', formatPercent(conversion)],
    ['Last step took (median)', durationLabel(last?.median_seconds ?? null)],
  ];
  return (
    <div className="strip">
      {numbers.map(([label, value]) => (
        <div className="number" key={label}>
          <div className="number-label">{label}</div>
          <div className="number-value">{value}</div>
        </div>
      ))}
    </div>
  );
}

const countNames = { users: 'Users', totals: 'Attempts', sessions: 'Sessions' } as const;

interface ChartProps {
  result: FunnelResult;
  report: FunnelReport;
  view: View;
  onView?: (view: View) => void;
  onStep?: OnStep;
}

export function FunnelChart({ result, report, view, onView, onStep }: ChartProps) {
  const segments = segmentsOf(result, report, view);
  return (
    <>
      {segments.length > 1 && (
        <Legend
          items={onView ? segments : segments.filter((s) => !s.hidden)}
          onHighlight={() => {}}
          onToggle={
            onView &&
            ((key) => {
              const segment = segments.find((s) => s.key === key);
              if (segment) onView(toggled(view, segment));
            })
          }
        />
      )}
      <FunnelBars result={result} segments={segments} onStep={onStep} />
    </>
  );
}

export function FunnelPage() {
  const building = useBuilder<FunnelReport>(defaultFunnel);
  const { report, view, change, asked, today, set, without } = building;
  const people = usePeople(asked);
  const title = funnelTitle(asked);
  const units: { value: Unit | 'none'; label: string }[] = [
    { value: 'none', label: 'No trend' },
    ...fittingUnits(report, today).map((u) => ({ value: u, label: `Trend, ${unitName(u).toLowerCase()}` })),
  ];

  const draw = (result: FunnelResult) => {
    const segments = segmentsOf(result, asked, view);
    const all = segments.find((s) => s.all);
    const openStep: OnStep = (segment, step, dropped) =>
      people.open(
        { step: step + 1, segment: segment.segment, ...(dropped ? { dropped: true } : {}) },
        `${segment.all ? '' : `${segment.label}: `}${dropped ? 'Dropped out before' : 'Reached'} ${eventLabel(result.steps[step]?.event).toLowerCase()}`,
      );
    if (!all || all.series.steps[0]?.count === 0)
      return (
        <section className="card">
          <Empty title="Nobody entered in this range">
            No user has “{eventLabel(asked.steps[0]?.event)}” in it. Choose a longer range
            {asked.where?.length ? ' or remove a filter' : ''}.
          </Empty>
        </section>
      );
    return (
      <>
        <Strip all={all} count={countNames[asked.count ?? 'users']} />
        <section className="card">
          <div className="card-head">
            <h2>{title}</h2>
          </div>
          <FunnelChart
            result={result}
            report={asked}
            view={view}
            onView={(next) => change({ view: next })}
            onStep={openStep}
          />
          <p className="footnote">{[describe(asked), ...funnelNotes(result, asked)].join(' ')}</p>
        </section>
        {result.unit && (
          <section className="card">
            <div className="card-head">
              <h2>Conversion by {result.unit}</h2>
            </div>
            <FunnelTrend
              result={result}
              segments={segments}
              title={`Conversion by ${result.unit}`}
              onPick={(segment, interval, label) =>
                people.open(
                  { step: result.steps.length, segment: segment.segment, interval },
                  `Went all the way, ${label}`,
                )
              }
            />
            <p className="footnote">
              Each {result.unit} is a funnel of its own, dated by the first step. A user can enter in each.
            </p>
          </section>
        )}
        <FunnelTable
          title={title}
          by={capitalise(asked.breakdown?.map(breakdownLabel).join(' and ') ?? '')}
          result={result}
          segments={segments}
          onToggle={(segment) => change({ view: toggled(view, segment) })}
          onStep={openStep}
        />
      </>
    );
  };

  return (
    <>
      <Builder
        building={building}
        kind="Funnel"
        panel={<FunnelPanel report={report} onChange={change} />}
        tools={
          <Choose
            label="Trend"
            value={report.unit ?? 'none'}
            options={units}
            onChange={(unit) => (unit === 'none' ? change({ report: without('unit') }) : set({ unit }))}
          />
        }
      >
        {draw}
      </Builder>
      {people.drawer}
    </>
  );
}
