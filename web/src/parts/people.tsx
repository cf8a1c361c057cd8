// Who is behind a number: the same question with a `who`, shown in a drawer.
import { Download } from 'lucide-react';
import { useAnswer, useProperties } from '../api/hooks';
import type { UsersResult } from '../api/types';
import { download } from '../lib/csv';
import { none, plural } from '../lib/format';
import { referenceLabel } from '../query/describe';
import type { Reference } from '../query/types';
import { Button } from './button';
import { Drawer } from './drawer';
import { ProblemBox, Skeleton } from './states';

export interface Who {
  title: string;
  says: string;
  document: object;
}

const text = (value: unknown): string =>
  value === null || value === undefined ? none : typeof value === 'object' ? JSON.stringify(value) : String(value);

export const columnName = (reference: Reference): string =>
  'user' in reference ? reference.user : 'property' in reference ? reference.property : referenceLabel(reference);

export function PeopleTable({ result, columns }: { result: UsersResult; columns: Reference[] }) {
  return (
    <section className="table-scroll plain" aria-label="People">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">User</th>
            {columns.map((c) => (
              <th scope="col" key={columnName(c)}>
                {referenceLabel(c)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {result.users.map((user) => (
            <tr key={user.id}>
              <th scope="row" className="id" title={user.id}>
                {user.id}
              </th>
              {columns.map((c) => (
                <td key={columnName(c)}>{text(user[columnName(c)])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export const usersCsv = (result: UsersResult, columns: Reference[]) => [
  ['id', ...columns.map(columnName)],
  ...result.users.map((user) => [user.id, ...columns.map((c) => text(user[columnName(c)]).replace(none, ''))]),
];

// Up to three user properties beside the id, in the model's order.
export function useUserColumns(): Reference[] {
  const properties = useProperties([]);
  return (properties.data ?? [])
    .filter((p) => p.kind === 'user' && p.type !== 'objects' && p.type !== 'list')
    .slice(0, 3)
    .map((p) => p.reference);
}

const shown = 100;

function People({ who }: { who: Who }) {
  const offered = useUserColumns();
  const answer = useAnswer<object>(who.document);
  const result = answer.data?.result as UsersResult | undefined;
  const columns = offered.filter((c) => result?.users.some((user) => user[columnName(c)] !== undefined));
  if (answer.isError) return <ProblemBox error={answer.error} retry={() => void answer.refetch()} />;
  if (!result) return <Skeleton rows={8} />;
  return (
    <>
      <div className="drawer-head">
        <strong>{plural(result.size, 'user')}</strong>
        <Button small onPress={() => download(who.title, usersCsv(result, columns))}>
          <Download size={14} aria-hidden />
          CSV
        </Button>
      </div>
      <PeopleTable result={result} columns={columns} />
      {result.size > result.users.length && (
        <p className="footnote">
          The first {result.users.length || shown} of {plural(result.size, 'user')} are shown.
        </p>
      )}
    </>
  );
}

export function PeopleDrawer({ who, onClose }: { who: Who | null; onClose: () => void }) {
  return (
    <Drawer title={who?.title ?? ''} isOpen={who !== null} onClose={onClose}>
      {who && (
        <>
          <p className="drawer-says">{who.says}</p>
          <People who={who} />
        </>
      )}
    </Drawer>
  );
}
