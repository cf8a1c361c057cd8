import { ChartBarBig, ChartColumn, ChartLine, Hash, Table } from 'lucide-react';
import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Problem } from '../../api/client';
import { useAnswer, useEvents, useMetrics, useProject, useProperties } from '../../api/hooks';
import { localDate } from '../../lib/dates';
import type { ValueKind } from '../../lib/format';
import { fittingUnits, unitFor, unitName } from '../../lib/grain';
import { useQuestion } from '../../lib/question';
import { Choose } from '../../parts/choose';
import { Freshness } from '../../parts/freshness';
import { referenceKey } from '../../parts/property_picker';
import { insightsPresets, RangePicker } from '../../parts/range';
import { ReportBar } from '../../parts/report_bar';
import { Segmented } from '../../parts/segmented';
import { Busy, Empty, ProblemBox, Skeleton } from '../../parts/states';
import { defaultInsights } from '../../query/defaults';
import { breakdownLabel, describe, metricLabel } from '../../query/describe';
import { metricKinds, type TypeOf } from '../../query/kinds';
import { eventsOf, notReady, toRequest } from '../../query/request';
import type { ChartKind, InsightsReport, Range, Unit, View } from '../../query/types';
import { InsightsPanel } from './panel';
import { chartKinds, chartOf, InsightsChart, insightsNotes, OverallStrip, type Shown } from './result';
import { drawn, toggled } from './rows';
import { InsightsTable } from './table';

const chartChoices: { value: ChartKind; label: string; icon: React.ReactNode }[] = [
  { value: 'line', label: 'Line', icon: <ChartLine size={15} aria-hidden /> },
  { value: 'column', label: 'Columns', icon: <ChartColumn size={15} aria-hidden /> },
  { value: 'bar', label: 'Bars', icon: <ChartBarBig size={15} aria-hidden /> },
  { value: 'number', label: 'Number', icon: <Hash size={15} aria-hidden /> },
  { value: 'table', label: 'Table', icon: <Table size={15} aria-hidden /> },
];

function useTypeOf(report: InsightsReport): TypeOf {
  const properties = useProperties(eventsOf(report));
  return useMemo(() => {
    const types = new Map((properties.data ?? []).map((p) => [referenceKey(p.reference), p.type]));
    return (reference) => types.get(referenceKey(reference));
  }, [properties.data]);
}

export function useKinds(report: InsightsReport, view: View): ValueKind[] {
  const saved = useMetrics();
  return metricKinds(report.metrics, useTypeOf(report), view, saved.data);
}

export function insightsTitle(report: InsightsReport): string {
  const names = report.metrics.map((m) => metricLabel(m));
  const what =
    names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
  return report.breakdown?.length ? `${what} by ${report.breakdown.map(breakdownLabel).join(' and ')}` : what;
}

export function InsightsPage() {
  const project = useProject();
  const events = useEvents();
  const busiest = events.data?.[0]?.event;
  const fallback = useMemo(() => ({ report: defaultInsights(busiest), view: {} }), [busiest]);
  const { question, problem, change, undo, redo } = useQuestion<InsightsReport>(fallback);
  const { report, view } = question;
  const [path, navigate] = useLocation();
  const search = useSearch();
  const savedId = new URLSearchParams(search).get('saved');
  const request = useMemo(() => toRequest(report), [report]);
  const waiting = notReady(report);
  const answer = useAnswer<InsightsReport>(request, waiting === null && problem === null);
  const zone = project.data?.timezone ?? 'UTC';
  const today = localDate(project.data?.now ?? new Date().toISOString(), zone);
  const setRange = (range: Range) => {
    const { from: _f, to: _t, last: _l, unit, ...rest } = report;
    const next = unitFor(range, report, unit, today);
    change({ report: { ...rest, ...range, ...(next ? { unit: next } : {}) } });
  };
  const asked = answer.data?.asked ?? request;
  const kinds = useKinds(asked, view);
  const chart = chartOf(asked, view);
  const title = insightsTitle(asked);
  const shown: Shown | null = answer.data
    ? {
        result: answer.data.result,
        report: asked,
        names: asked.metrics.map((m) => m.name ?? ''),
        kinds,
        view,
        chart,
      }
    : null;
  const totals = shown
    ? drawn(shown.result, asked, shown.names, shown.kinds, view).rows.filter(
        (r) => r.all || (asked.breakdown?.length ?? 0) === 0,
      )
    : [];
  const empty = shown?.result.series.every((s) => !s.overall) ?? false;
  const unitOptions: { value: Unit | 'none'; label: string }[] = [
    ...fittingUnits(report, today).map((u) => ({ value: u, label: unitName(u) })),
    { value: 'none', label: 'No time steps' },
  ];
  if (report.unit && !unitOptions.some((o) => o.value === report.unit))
    unitOptions.unshift({ value: report.unit, label: unitName(report.unit) });

  return (
    <>
      <ReportBar
        kind="Insights"
        report={report}
        view={view}
        ready={waiting === null && problem === null}
        savedId={savedId}
        onSaved={(id) => {
          const params = new URLSearchParams(window.location.search);
          params.set('saved', id);
          navigate(`${path}?${params}`, { replace: true, state: window.history.state });
        }}
        undo={undo}
        redo={redo}
      />
      <div className="workspace">
        <aside className="panel" aria-label="Question">
          <InsightsPanel report={report} view={view} onChange={change} />
        </aside>
        <main className="result" id="main" tabIndex={-1}>
          <div className="toolbar">
            <RangePicker
              range={report}
              today={today}
              timeZone={zone}
              weekStart={project.data?.week_start ?? 'monday'}
              presets={insightsPresets}
              onChange={setRange}
            />
            <Choose
              label="Time steps"
              value={report.unit ?? 'none'}
              options={unitOptions}
              onChange={(unit) => {
                const { unit: _, ...rest } = report;
                change({ report: unit === 'none' ? rest : { ...rest, unit } });
              }}
            />
            <Freshness
              scanned={shown?.result.events_scanned}
              elapsed={shown?.result.elapsed_ms}
              busy={answer.isFetching}
              onRefresh={() => void answer.refetch()}
            />
          </div>
          {problem ? (
            <section className="card">
              <ProblemBox
                error={new Problem(0, 'This link cannot be opened', problem)}
                fix={{ label: 'Start a new report', run: () => navigate('/insights') }}
              />
            </section>
          ) : waiting && !events.isPending ? (
            <section className="card">
              <Empty title={waiting}>Pick it on the left and the answer shows here.</Empty>
            </section>
          ) : answer.isError ? (
            <section className="card">
              <ProblemBox
                error={answer.error}
                retry={() => void answer.refetch()}
                fix={undo ? { label: 'Undo the last change', run: undo } : undefined}
              />
            </section>
          ) : !shown ? (
            <section className="card">
              <Skeleton height={320} rows={3} />
            </section>
          ) : (
            <div className={`answer ${answer.isPlaceholderData ? 'old' : ''}`} aria-busy={answer.isFetching}>
              <Busy active={answer.isFetching} />
              {chart !== 'number' && totals.length <= 6 && <OverallStrip rows={totals} />}
              <section className="card">
                <div className="card-head">
                  <h2>{title}</h2>
                  <Segmented
                    label="Chart"
                    iconsOnly
                    value={chart}
                    choices={chartChoices.filter((c) => chartKinds(asked).includes(c.value))}
                    onChange={(kind) => change({ view: { ...view, chart: kind } })}
                  />
                </div>
                {empty ? (
                  <Empty title="No events match">
                    {(report.where?.length ?? 0) > 0
                      ? 'Remove a filter on the left or choose a longer range.'
                      : 'Choose a longer range or another event.'}
                  </Empty>
                ) : (
                  <InsightsChart
                    {...shown}
                    title={title}
                    height={280}
                    onView={(next) => change({ view: next })}
                  />
                )}
                <p className="footnote">
                  {[describe(asked), ...(empty ? [] : insightsNotes(shown))].join(' ')}
                </p>
              </section>
              <InsightsTable
                {...shown}
                title={title}
                onToggle={(row) => change({ view: toggled(view, row) })}
              />
            </div>
          )}
        </main>
      </div>
    </>
  );
}
