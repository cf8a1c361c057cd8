import { useEffect, useRef, useState } from 'react';
import { useAnswer } from '../../api/hooks';
import type { FlowResult, FunnelResult, InsightsResult, RetentionResult, UsersResult } from '../../api/types';
import { formatCount, plural } from '../../lib/format';
import { columnName, PeopleTable } from '../../parts/people';
import { Busy, ProblemBox, Skeleton } from '../../parts/states';
import { notReady, toRequest } from '../../query/request';
import type {
  FlowReport,
  FunnelReport,
  InsightsReport,
  Report,
  RetentionReport,
  UsersReport,
  View,
} from '../../query/types';
import { FlowChart } from '../flow/chart';
import { flowTitle } from '../flow/page';
import { FunnelChart, funnelNotes } from '../funnel/page';
import { insightsTitle, useKinds } from '../insights/page';
import { chartOf, InsightsChart, insightsNotes } from '../insights/result';
import { InsightsTable } from '../insights/table';
import { useRetentionKind } from '../retention/page';
import { RetentionChart, retentionNotes } from '../retention/result';

const height = 210;

interface Drawn<A, R> {
  report: A;
  result: R;
  view: View;
}

function InsightsCard({ report, result, view }: Drawn<InsightsReport, InsightsResult>) {
  const kinds = useKinds(report, view);
  const shown = {
    result,
    report,
    names: report.metrics.map((m) => m.name ?? ''),
    kinds,
    view,
    chart: chartOf(report, view),
  };
  return (
    <>
      {shown.chart === 'table' ? (
        <div className="card-table">
          <InsightsTable {...shown} title={insightsTitle(report)} />
        </div>
      ) : (
        <InsightsChart {...shown} title="Chart" height={height} />
      )}
      <p className="footnote">{insightsNotes(shown).join(' ')}</p>
    </>
  );
}

function RetentionCard({ report, result, view }: Drawn<RetentionReport, RetentionResult>) {
  const shown = { result, report, view, kind: useRetentionKind(report, view) };
  return (
    <>
      <RetentionChart {...shown} title="Retention" height={height} />
      <p className="footnote">{retentionNotes(shown).slice(1).join(' ')}</p>
    </>
  );
}

function FunnelCard({ report, result, view }: Drawn<FunnelReport, FunnelResult>) {
  return (
    <>
      <FunnelChart result={result} report={report} view={view} />
      <p className="footnote">{funnelNotes(result, report).slice(0, -1).join(' ')}</p>
    </>
  );
}

function FlowCard({ report, result }: Omit<Drawn<FlowReport, FlowResult>, 'view'>) {
  return <FlowChart result={result} title={flowTitle(report)} height={height} />;
}

function Answered({ asked, result, view }: { asked: Report | UsersReport; result: unknown; view: View }) {
  switch (asked.report) {
    case 'insights':
      return <InsightsCard report={asked} result={result as InsightsResult} view={view} />;
    case 'funnel':
      return <FunnelCard report={asked} result={result as FunnelResult} view={view} />;
    case 'retention':
      return <RetentionCard report={asked} result={result as RetentionResult} view={view} />;
    case 'flow':
      return <FlowCard report={asked} result={result as FlowResult} />;
    case 'users':
      return <UsersCard report={asked} result={result as UsersResult} />;
  }
}

// Asks only when the card comes near the window.
function useSeen(): [React.RefObject<HTMLDivElement | null>, boolean] {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element || seen) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((e) => e.isIntersecting) && setSeen(true),
      {
        rootMargin: '300px',
      },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [seen]);
  return [box, seen];
}

function UsersCard({ report, result }: { report: UsersReport; result: UsersResult }) {
  const columns = (report.columns ?? []).filter((c) =>
    result.users.some((u) => u[columnName(c)] !== undefined),
  );
  return (
    <>
      <div className="number">
        <div className="number-value">{plural(result.size, 'user')}</div>
      </div>
      <div className="card-table">
        <PeopleTable result={result} columns={columns} />
      </div>
      <p className="footnote">
        {result.size > result.users.length && `${formatCount(result.users.length)} of them are listed.`}
      </p>
    </>
  );
}

export function LiveCard({ report, view }: { report: Report | UsersReport; view: View }) {
  const [box, seen] = useSeen();
  const answer = useAnswer<Report | UsersReport>(
    report.report === 'users' ? report : toRequest(report),
    seen && (report.report === 'users' || notReady(report) === null),
  );
  const data = answer.data;
  return (
    <div ref={box} className="live">
      {answer.isError ? (
        <ProblemBox error={answer.error} retry={() => void answer.refetch()} compact />
      ) : !seen ? (
        <div style={{ height }} />
      ) : !data ? (
        <Skeleton height={height} />
      ) : (
        <div className={`answer ${answer.isPlaceholderData ? 'old' : ''}`}>
          <Busy active={answer.isFetching} />
          <Answered asked={data.asked} result={data.result} view={view} />
        </div>
      )}
    </div>
  );
}
