import { Plus, Trash2, Users } from 'lucide-react';
import { Link, useLocation } from 'wouter';
import { useCohorts, useRemove, useSaveCohort } from '../../api/hooks';
import type { Cohort } from '../../api/types';
import { formatCount } from '../../lib/format';
import { Button, IconButton } from '../../parts/button';
import { TopBar } from '../../parts/shell';
import { Empty, ProblemBox, Skeleton } from '../../parts/states';
import { useToast } from '../../parts/toast';
import { cohortLabel } from '../../query/describe';

export function CohortsPage() {
  const cohorts = useCohorts();
  const remove = useRemove('cohorts');
  const restore = useSaveCohort();
  const toast = useToast();
  const [, navigate] = useLocation();
  const discard = (cohort: Cohort) =>
    remove.mutate(cohort.id, {
      onSuccess: () =>
        toast.show(`“${cohort.name}” was deleted.`, {
          label: 'Undo',
          run: () =>
            restore.mutate(
              { body: { name: cohort.name, definition: cohort.definition } },
              { onError: toast.fail },
            ),
        }),
      onError: toast.fail,
    });
  return (
    <>
      <TopBar title="Cohorts">
        <Button kind="primary" onPress={() => navigate('/cohorts/new')}>
          <Plus size={14} aria-hidden />
          New cohort
        </Button>
      </TopBar>
      <main className="page" id="main" tabIndex={-1}>
        <section className="card">
          {cohorts.isError ? (
            <ProblemBox error={cohorts.error} retry={() => void cohorts.refetch()} />
          ) : !cohorts.data ? (
            <Skeleton rows={4} />
          ) : cohorts.data.length === 0 ? (
            <Empty title="No cohorts yet" icon={<Users size={22} aria-hidden />}>
              <p>
                A cohort is a saved set of users, such as everyone who ordered for the first time in the last
                30 days.
              </p>
              <Button onPress={() => navigate('/cohorts/new')}>Build a cohort</Button>
            </Empty>
          ) : (
            <section className="table-scroll" aria-label="Cohorts">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col" className="num">
                      Users now
                    </th>
                    <th scope="col">Who is in it</th>
                    <th scope="col">Defined in</th>
                    <th scope="col">
                      <span className="hidden">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {cohorts.data.map((cohort) => (
                    <tr key={cohort.id}>
                      <th scope="row">
                        <Link href={`/cohorts/${encodeURIComponent(cohort.id)}`} className="row-name">
                          <Users size={15} aria-hidden />
                          {cohort.name}
                        </Link>
                      </th>
                      <td className="num">{formatCount(cohort.size)}</td>
                      <td className="says">{cohortLabel(cohort.definition)}</td>
                      <td>{cohort.origin === 'model' ? 'The model file' : 'Here'}</td>
                      <td className="num">
                        {cohort.origin === 'saved' && (
                          <IconButton label={`Delete ${cohort.name}`} onPress={() => discard(cohort)}>
                            <Trash2 size={15} aria-hidden />
                          </IconButton>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
        </section>
      </main>
    </>
  );
}
