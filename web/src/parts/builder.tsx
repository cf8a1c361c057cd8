// The frame of every report page: the question on the left, its answer on the right, the link as its state.
import { type ReactNode, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Problem } from '../api/client';
import { type Answer, useAnswer, useEvents, useMainEvent, useProject } from '../api/hooks';
import { localDate } from '../lib/dates';
import { type QuestionState, useQuestion } from '../lib/question';
import { notReady, toRequest } from '../query/request';
import type { Range, Report, View } from '../query/types';
import { Freshness } from './freshness';
import { insightsPresets, type Preset, RangePicker } from './range';
import { ReportBar } from './report_bar';
import { Busy, Empty, ProblemBox, Skeleton } from './states';

export interface Building<R extends Report> extends QuestionState<R> {
  report: R;
  view: View;
  asked: R; // the question whose answer is on screen
  result: Answer<R> | undefined;
  answer: ReturnType<typeof useAnswer<R>>;
  waiting: string | null; // what is missing before it can be asked
  today: string;
  zone: string;
  set: (next: Partial<R>) => void;
  without: (...keys: (keyof R)[]) => R;
}

export function useBuilder<R extends Report>(start: (event?: string) => R): Building<R> {
  const project = useProject();
  const events = useEvents();
  const event = useMainEvent();
  const fallback = useMemo(() => ({ report: start(event), view: {} }), [event, start]);
  const state = useQuestion<R>(fallback);
  const { report, view } = state.question;
  const request = useMemo(() => toRequest(report), [report]);
  const missing = notReady(report);
  const answer = useAnswer<R>(request, missing === null && state.problem === null);
  const zone = project.data?.timezone ?? 'UTC';
  return {
    ...state,
    report,
    view,
    asked: answer.data?.asked ?? request,
    result: answer.data?.result,
    answer,
    waiting: missing && !events.isPending ? missing : null,
    today: localDate(project.data?.now ?? new Date().toISOString(), zone),
    zone,
    set: (next) => state.change({ report: { ...report, ...next } }),
    without: (...keys) => {
      const rest = { ...report };
      for (const key of keys) delete rest[key];
      return rest;
    },
  };
}

interface Props<R extends Report> {
  building: Building<R>;
  kind: string;
  panel: ReactNode;
  tools?: ReactNode;
  presets?: Preset[];
  onRange?: (range: Range) => void;
  // The answer drawn; called only when there is one.
  children: (result: Answer<R>) => ReactNode;
}

export function Builder<R extends Report>({
  building,
  kind,
  panel,
  tools,
  presets = insightsPresets,
  onRange,
  children,
}: Props<R>) {
  const { report, view, problem, waiting, answer, result, undo, redo, change, without } = building;
  const project = useProject();
  const [path, navigate] = useLocation();
  const savedId = new URLSearchParams(useSearch()).get('saved');
  const setRange =
    onRange ?? ((range: Range) => change({ report: { ...without('from', 'to', 'last'), ...range } }));
  return (
    <>
      <ReportBar
        kind={kind}
        report={report}
        view={view}
        ready={notReady(report) === null && problem === null}
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
          {panel}
        </aside>
        <main className="result" id="main" tabIndex={-1}>
          <div className="toolbar">
            <RangePicker
              range={report}
              today={building.today}
              timeZone={building.zone}
              weekStart={project.data?.week_start ?? 'monday'}
              presets={presets}
              onChange={setRange}
            />
            {tools}
            <Freshness
              scanned={result && 'events_scanned' in result ? result.events_scanned : undefined}
              elapsed={result && 'elapsed_ms' in result ? result.elapsed_ms : undefined}
              busy={answer.isFetching}
              onRefresh={() => void answer.refetch()}
            />
          </div>
          {problem ? (
            <section className="card">
              <ProblemBox
                error={new Problem(0, 'This link cannot be opened', problem)}
                fix={{ label: 'Start a new report', run: () => navigate(path) }}
              />
            </section>
          ) : waiting ? (
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
          ) : result === undefined ? (
            <section className="card">
              <Skeleton height={320} rows={4} />
            </section>
          ) : (
            <div className={`answer ${answer.isPlaceholderData ? 'old' : ''}`} aria-busy={answer.isFetching}>
              <Busy active={answer.isFetching} />
              {children(result)}
            </div>
          )}
        </main>
      </div>
    </>
  );
}
