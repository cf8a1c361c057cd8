import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useCohorts, useReport } from '../../api/hooks';
import type { Cohort } from '../../api/types';
import { TopBar } from '../../parts/shell';
import { ProblemBox, Skeleton } from '../../parts/states';
import type { Report, UsersReport, View } from '../../query/types';
import { reportPath } from '../../query/url';

// Where a question is opened: its builder, or its cohort for a list of users.
export function openPath(report: Report | UsersReport, view: View | undefined, cohorts: Cohort[]): string {
  if (report.report !== 'users') return reportPath({ report, view: view ?? {} });
  const cohort = cohorts.find((c) => c.name === report.cohort);
  return cohort ? `/cohorts/${encodeURIComponent(cohort.id)}` : '/cohorts';
}

// A saved report opens in its builder, where its link holds the whole question.
export function ReportPage({ id }: { id: string }) {
  const saved = useReport(id);
  const cohorts = useCohorts();
  const [, navigate] = useLocation();
  useEffect(() => {
    if (!saved.data || cohorts.isPending) return;
    const path = openPath(saved.data.report, saved.data.view, cohorts.data ?? []);
    navigate(path.includes('?') ? `${path}&saved=${encodeURIComponent(id)}` : path, { replace: true });
  }, [saved.data, cohorts.isPending, cohorts.data, id, navigate]);
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
