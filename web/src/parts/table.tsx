import { ArrowDown, ArrowUp, Download } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { type Cell, download } from '../lib/csv';
import { Button } from './button';

export interface Column<R> {
  key: string;
  title: string;
  render: (row: R) => ReactNode;
  sort?: (row: R) => number | string | null;
  numeric?: boolean;
  csv?: (row: R) => Cell;
  width?: number;
  hint?: string;
}

interface Props<R> {
  name: string;
  columns: Column<R>[];
  rows: R[];
  rowKey: (row: R) => string;
  pinned?: R[];
  rowClass?: (row: R) => string;
}

type Sort = { key: string; down: boolean } | null;
const shownAtOnce = 60;

const compare = (a: number | string | null, b: number | string | null): number => {
  if (a === null) return b === null ? 0 : 1;
  if (b === null) return -1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
};

// First column and header stick; overall rows come first, shaded, and stay out of the sorting.
export function DataTable<R>({ name, columns, rows, rowKey, pinned = [], rowClass }: Props<R>) {
  const [sort, setSort] = useState<Sort>(null);
  const [all, setAll] = useState(false);
  const sorted = useMemo(() => {
    const by = columns.find((c) => c.key === sort?.key)?.sort;
    if (!sort || !by) return rows;
    return [...rows].sort((a, b) => {
      const [x, y] = [by(a), by(b)];
      if (x === null || y === null) return compare(x, y);
      return sort.down ? -compare(x, y) : compare(x, y);
    });
  }, [rows, columns, sort]);
  const toggle = (column: Column<R>) =>
    setSort((now) =>
      now?.key !== column.key
        ? { key: column.key, down: column.numeric ?? false }
        : now.down === (column.numeric ?? false)
          ? { key: column.key, down: !now.down }
          : null,
    );
  const cells = (row: R) =>
    columns.map((c, i) =>
      i === 0 ? (
        <th key={c.key} scope="row">
          {c.render(row)}
        </th>
      ) : (
        <td key={c.key} className={c.numeric ? 'num' : undefined}>
          {c.render(row)}
        </td>
      ),
    );
  const visible = all ? sorted : sorted.slice(0, shownAtOnce);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="table-scroll" tabIndex={0} aria-label={name}>
        <table className="table">
          <thead>
            <tr>
              {columns.map((c) => (
                <th
                  key={c.key}
                  scope="col"
                  className={c.numeric ? 'num' : undefined}
                  style={c.width ? { minWidth: c.width } : undefined}
                  title={c.hint}
                  aria-sort={sort?.key === c.key ? (sort.down ? 'descending' : 'ascending') : undefined}
                >
                  {c.sort ? (
                    <button type="button" className="sort" onClick={() => toggle(c)}>
                      {c.title}
                      {sort?.key === c.key &&
                        (sort.down ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
                    </button>
                  ) : (
                    c.title
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {pinned.map((row) => (
              <tr key={rowKey(row)} className="overall">
                {cells(row)}
              </tr>
            ))}
            {visible.map((row) => (
              <tr key={rowKey(row)} className={rowClass?.(row)}>
                {cells(row)}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {visible.length < sorted.length && (
        <Button kind="link" onPress={() => setAll(true)}>
          Show all {sorted.length} rows
        </Button>
      )}
    </>
  );
}

export function CsvButton<R>({ title, columns, rows }: { title: string; columns: Column<R>[]; rows: R[] }) {
  const withCsv = columns.filter((c) => c.csv);
  return (
    <Button
      small
      onPress={() =>
        download(title, [withCsv.map((c) => c.title), ...rows.map((row) => withCsv.map((c) => c.csv?.(row)))])
      }
    >
      <Download size={14} aria-hidden />
      CSV
    </Button>
  );
}

// A number that opens the people behind it.
export function CellButton({
  label,
  onPress,
  children,
}: {
  label: string;
  onPress: () => void;
  children: ReactNode;
}) {
  return (
    <button type="button" className="cell-button" title={label} onClick={onPress}>
      {children}
    </button>
  );
}

// A number with its share of the column behind it.
export function InlineBar({ share, children }: { share: number; children: ReactNode }) {
  return (
    <span className="inline-bar">
      <span className="inline-bar-fill" style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
      <span>{children}</span>
    </span>
  );
}
