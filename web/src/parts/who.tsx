// "Who is this?": the users behind a number of a report, in a drawer.
import { Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { post } from '../api/client';
import { useAnswer } from '../api/hooks';
import type { UsersResult } from '../api/types';
import { download } from '../lib/csv';
import { plural } from '../lib/format';
import { toRequest } from '../query/request';
import type { Reference, Report, Who } from '../query/types';
import { Button } from './button';
import { Drawer } from './drawer';
import { PeopleTable, usersCsv, useUserColumns } from './people';
import { Busy, Empty, ProblemBox, Skeleton } from './states';
import { useToast } from './toast';

const listed = 100;

const question = (report: Report, who: Who, columns: Reference[], limit: number): object => ({
  ...toRequest(report),
  who: { ...who, columns, limit },
});

function People({ report, who, label }: { report: Report; who: Who; label: string }) {
  const columns = useUserColumns();
  const toast = useToast();
  const answer = useAnswer<object>(question(report, who, columns, listed));
  const result = answer.data?.result as UsersResult | undefined;
  const all = async () => {
    if (!result) return;
    try {
      const everyone = await post<UsersResult>('/query', question(report, who, columns, result.size));
      download(label, usersCsv(everyone, columns));
    } catch (error) {
      toast.fail(error);
    }
  };
  if (answer.isError) return <ProblemBox error={answer.error} retry={() => void answer.refetch()} />;
  if (!result) return <Skeleton height={40} rows={8} />;
  if (result.size === 0)
    return <Empty title="Nobody is behind this number">Events without a user have nobody to list.</Empty>;
  return (
    <div className={`answer ${answer.isPlaceholderData ? 'old' : ''}`} aria-busy={answer.isFetching}>
      <Busy active={answer.isFetching} />
      <div className="card-head">
        <div className="number" aria-live="polite">
          <div className="number-value">{plural(result.size, 'user')}</div>
        </div>
        <Button small onPress={() => void all()}>
          <Download size={14} aria-hidden />
          CSV
        </Button>
      </div>
      <PeopleTable result={result} columns={columns} />
      {result.size > result.users.length && (
        <p className="footnote">The first {result.users.length}, by id. The CSV has all of them.</p>
      )}
    </div>
  );
}

export interface PeopleState {
  open: (who: Who, label: string) => void;
  drawer: ReactNode;
}

export function usePeople(report: Report): PeopleState {
  const [asked, setAsked] = useState<{ report: Report; who: Who; label: string } | null>(null);
  return {
    open: (who, label) => setAsked({ report, who, label }),
    drawer: (
      <Drawer title={asked?.label ?? ''} isOpen={asked !== null} onClose={() => setAsked(null)}>
        {asked && <People {...asked} />}
      </Drawer>
    ),
  };
}
