import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Problem } from '../../api/client';
import { useAnswer, useEvents, useProject, useProperties } from '../../api/hooks';
import { localDate } from '../../lib/dates';
import { useQuestion } from '../../lib/question';
import { Freshness } from '../../parts/freshness';
import { referenceKey } from '../../parts/property_picker';
import { insightsPresets, RangePicker } from '../../parts/range';
import { ReportBar } from '../../parts/report_bar';
import { Busy, Empty, ProblemBox, Skeleton } from '../../parts/states';
import { defaultRetention } from '../../query/defaults';
import { describe, eventLabel } from '../../query/describe';
import { eventsOf, notReady, toRequest } from '../../query/request';
import type { Range, RetentionReport, View } from '../../query/types';
import { curves, retentionKind, toggled } from './curves';
import { HeatTable } from './heat_table';
import { RetentionPanel } from './panel';
import { RetentionChart, retentionNotes, retentionTitle, SegmentTable, type Shown, Strip } from './result';

const presets = insightsPresets.filter((p) => p.last !== '1 day' && p.last !== '7 days');

export function useRetentionKind(report: RetentionReport, view: View) {
  const properties = useProperties(eventsOf(report));
  return useMemo(() => {
    const types = new Map((properties.data ?? []).map((p) => [referenceKey(p.reference), p.type]));
    return retentionKind(report, (reference) => types.get(referenceKey(reference)), view);
  }, [properties.data, report, view]);
}

export function RetentionPage() {
  const project = useProject();
  const events = useEvents();
  const busiest = events.data?.[0]?.event;
  const fallback = useMemo(() => ({ report: defaultRetention(busiest), view: {} }), [busiest]);
  const { question, problem, change, undo, redo } = useQuestion<RetentionReport>(fallback);
  const { report, view } = question;
  const [path, navigate] = useLocation();
  const savedId = new URLSearchParams(useSearch()).get('saved');
  const request = useMemo(() => toRequest(report), [report]);
  const waiting = notReady(report);
  const answer = useAnswer<RetentionReport>(request, waiting === null && problem === null);
  const zone = project.data?.timezone ?? 'UTC';
  const today = localDate(project.data?.now ?? new Date().toISOString(), zone);
  const asked = answer.data?.asked ?? request;
  const kind = useRetentionKind(asked, view);
  const title = retentionTitle(asked);
  const unit = asked.unit ?? 'day';
  const setRange = (range: Range) => {
    const { from: _f, to: _t, last: _l, ...rest } = report;
    change({ report: { ...rest, ...range } });
  };
  const shown: Shown | null = answer.data ? { result: answer.data.result, report: asked, view, kind } : null;
  const empty = shown?.result.series.every((s) => s.cohorts.length === 0) ?? false;

  return (
    <>
      <ReportBar
        kind="Retention"
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
          <RetentionPanel report={report} view={view} onChange={change} />
        </aside>
        <main className="result" id="main" tabIndex={-1}>
          <div className="toolbar">
            <RangePicker
              range={report}
              today={today}
              timeZone={zone}
              weekStart={project.data?.week_start ?? 'monday'}
              presets={presets}
              onChange={setRange}
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
                fix={{ label: 'Start a new report', run: () => navigate('/retention') }}
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
              <Skeleton height={320} rows={6} />
            </section>
          ) : empty ? (
            <section className="card">
              <Empty title="Nobody started in this range">
                No user has “{eventLabel(report.born.event)}”
                {report.born.first_time ? ' for the first time' : ''} in it. Choose a longer range
                {report.where?.length ? ' or remove a filter' : ''}.
              </Empty>
            </section>
          ) : (
            <div className={`answer ${answer.isPlaceholderData ? 'old' : ''}`} aria-busy={answer.isFetching}>
              <Busy active={answer.isFetching} />
              <Strip {...shown} />
              <section className="card">
                <div className="card-head">
                  <h2>{title}</h2>
                </div>
                <RetentionChart
                  {...shown}
                  title={title}
                  height={280}
                  onView={(next) => change({ view: next })}
                />
                <p className="footnote">{[describe(asked), ...retentionNotes(shown)].join(' ')}</p>
              </section>
              {(asked.breakdown?.length ?? 0) > 0 && (
                <SegmentTable
                  {...shown}
                  title={title}
                  onToggle={(curve) => change({ view: toggled(view, curve) })}
                />
              )}
              <HeatTable
                result={shown.result}
                curves={curves(shown.result, asked, view)}
                segment={view.segment ?? '[]'}
                onSegment={(segment) => change({ view: { ...view, segment } })}
                unit={unit}
                kind={kind}
                title={`${kind === 'percent' ? 'Retention rate' : title.split(' by ')[0]} by start ${unit}`}
              />
            </div>
          )}
        </main>
      </div>
    </>
  );
}
