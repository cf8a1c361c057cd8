import { useEffect, useRef, useState } from 'react';
import { useAnswer } from '../../api/hooks';
import type { InsightsResult, RetentionResult } from '../../api/types';
import { Busy, ProblemBox, Skeleton } from '../../parts/states';
import { metricKinds } from '../../query/kinds';
import { notReady, toRequest } from '../../query/request';
import type { InsightsReport, Report, RetentionReport } from '../../query/types';
import { useTypeOf } from '../insights/page';
import { chartOf, InsightsChart, insightsNotes } from '../insights/result';
import { useRetentionKind } from '../retention/page';
import { RetentionChart, retentionNotes } from '../retention/result';

const height = 210;

function InsightsCard({ report, result }: { report: InsightsReport; result: InsightsResult }) {
  const kinds = metricKinds(report.metrics, useTypeOf(report), {});
  const shown = {
    result,
    report,
    names: report.metrics.map((m) => m.name ?? ''),
    kinds,
    view: {},
    chart: chartOf(report, {}),
  };
  return (
    <>
      <InsightsChart {...shown} title="Chart" height={height} />
      <p className="footnote">{insightsNotes(shown).join(' ')}</p>
    </>
  );
}

function RetentionCard({ report, result }: { report: RetentionReport; result: RetentionResult }) {
  const shown = { result, report, view: {}, kind: useRetentionKind(report) };
  return (
    <>
      <RetentionChart {...shown} title="Retention" height={height} />
      <p className="footnote">{retentionNotes(shown).slice(1).join(' ')}</p>
    </>
  );
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

export function LiveCard({ report }: { report: Report }) {
  const [box, seen] = useSeen();
  const answer = useAnswer<Report>(toRequest(report), seen && notReady(report) === null);
  const data = answer.data;
  return (
    <div ref={box} className="live">
      {answer.isError ? (
        <ProblemBox error={answer.error} retry={() => void answer.refetch()} compact />
      ) : !data ? (
        <Skeleton height={height} />
      ) : (
        <div className={`answer ${answer.isPlaceholderData ? 'old' : ''}`}>
          <Busy active={answer.isFetching} />
          {data.asked.report === 'insights' ? (
            <InsightsCard report={data.asked} result={data.result as InsightsResult} />
          ) : (
            <RetentionCard report={data.asked} result={data.result as RetentionResult} />
          )}
        </div>
      )}
    </div>
  );
}
