// Lists of users, with the first few user properties beside the id.
import { useProperties } from '../api/hooks';
import type { UsersResult } from '../api/types';
import { none } from '../lib/format';
import { referenceLabel } from '../query/describe';
import type { Reference } from '../query/types';

const text = (value: unknown): string =>
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
  ...result.users.map((user) => [
    user.id,
    ...columns.map((c) => text(user[columnName(c)]).replace(none, '')),
  ]),
];

// Up to three user properties beside the id, in the model's order.
export function useUserColumns(): Reference[] {
  const properties = useProperties([]);
  return (properties.data ?? [])
    .filter((p) => p.kind === 'user' && p.type !== 'objects' && p.type !== 'list')
    .slice(0, 3)
    .map((p) => p.reference);
}
