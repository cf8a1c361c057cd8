import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useReport } from '../../api/hooks';
import { TopBar } from '../../parts/shell';
import { ProblemBox, Skeleton } from '../../parts/states';
import { reportPath } from '../../query/url';

// A saved report opens in its builder, where its link holds the whole question.
export function ReportPage({ id }: { id: string }) {
  const saved = useReport(id);
  const [, navigate] = useLocation();
  useEffect(() => {
    if (!saved.data) return;
    const path = reportPath({ report: saved.data.report, view: {} });
    navigate(`${path}&saved=${encodeURIComponent(id)}`, { replace: true });
  }, [saved.data, id, navigate]);
  return (
    <>
      <TopBar title="Report" crumbs={[{ label: 'Home', href: '/' }]} />
      <main className="page" id="main">
        <section className="card">
          {saved.isError ? (
            <ProblemBox error={saved.error} retry={() => void saved.refetch()} />
          ) : (
            <Skeleton height={320} />
          )}
        </section>
      </main>
    </>
  );
}
