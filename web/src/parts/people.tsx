// Lists of users, with the first few user properties beside the id.
import { useProperties } from '../api/hooks';
import type { UsersResult } from '../api/types';
import { dateLabel } from '../lib/dates';
import { formatValue, none } from '../lib/format';
import { referenceLabel } from '../query/describe';
import type { Reference } from '../query/types';

const text = (value: unknown): string =>
  typeof value === 'number'
    ? formatValue('number', value)
    : typeof value === 'string' && /^\d{4}-\d\d-\d\d(T|$)/.test(value)
      ? dateLabel(value)
      : plainText(value);

const plainText = (value: unknown): string =>
  value === null || value === undefined
    ? none
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

export const columnName = (reference: Reference): string =>
  'user' in reference
    ? reference.user
    : 'property' in reference
      ? reference.property
      : referenceLabel(reference);

export function PeopleTable({ result, columns }: { result: UsersResult; columns: Reference[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="table-scroll plain" tabIndex={0} aria-label="People">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">User</th>
            {columns.map((c) => (
              <th
                scope="col"
                key={columnName(c)}
                className={result.users.some((u) => typeof u[columnName(c)] === 'number') ? 'num' : undefined}
              >
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
                <td
                  key={columnName(c)}
                  className={typeof user[columnName(c)] === 'number' ? 'num' : undefined}
                >
                  {text(user[columnName(c)])}
                </td>
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
  ...result.users.map((user) => [
    user.id,
    ...columns.map((c) => plainText(user[columnName(c)]).replace(none, '')),
  ]),
];

// What tells people apart comes first.
const telling = ['name', 'email'];
const shownColumns = 3;

export function useUserColumns(): Reference[] {
  const properties = useProperties([]);
  const offered = (properties.data ?? []).filter(
    (p) => p.kind === 'user' && p.type !== 'objects' && p.type !== 'list',
  );
  const place = (reference: Reference): number => {
    const at = telling.indexOf(columnName(reference));
    return at < 0 ? telling.length : at;
  };
  return offered
    .map((p) => p.reference)
    .sort((a, b) => place(a) - place(b))
    .slice(0, shownColumns);
}
