import { CircleAlert, CircleCheck, CircleDashed } from 'lucide-react';
import { useState } from 'react';
import { useKeptAside, useProject, useSources } from '../../api/hooks';
import type { Source } from '../../api/types';
import { sinceLabel, timeLabel } from '../../lib/dates';
import { formatCount, none, plural } from '../../lib/format';
import { Drawer } from '../../parts/drawer';
import { TopBar } from '../../parts/shell';
import { Empty, ProblemBox, Skeleton } from '../../parts/states';

const kinds = { event: 'Event', users: 'Users', lookup: 'Lookup table' } as const;

function State({ source }: { source: Source }) {
  if (source.state === 'ok')
    return (
      <span className="state good">
        <CircleCheck size={14} aria-hidden /> Up to date
      </span>
    );
  if (source.state === 'failed')
    return (
      <span className="state bad">
        <CircleAlert size={14} aria-hidden /> Failed
      </span>
    );
  return (
    <span className="state">
      <CircleDashed size={14} aria-hidden /> Never run
    </span>
  );
}

function Compared({ source }: { source: Source }) {
  const r = source.reconciliation;
  if (!r) return <span className="muted">Not compared</span>;
  if (r.equal) return <span className="state good">Equal</span>;
  return (
    <span className="state warn">
      {formatCount(r.warehouse_rows)} in the warehouse, {formatCount(r.store_rows)} here
    </span>
  );
}

function KeptAside({ source }: { source: string }) {
  const kept = useKeptAside(source, true);
  if (kept.isError) return <ProblemBox error={kept.error} retry={() => void kept.refetch()} compact />;
  if (!kept.data) return <Skeleton rows={4} />;
  return (
    <>
      <div className="drawer-head">
        <strong>{plural(kept.data.total, 'row')} kept aside</strong>
      </div>
      <ul className="kept">
        {kept.data.rows.map((row, i) => (
          <li key={`${row.id} ${i}`}>
            <strong>{row.reason}</strong>
            <span className="muted">
              {row.id ?? 'no id'} · first seen {sinceLabel(row.first_seen, new Date())}
            </span>
            <code>{JSON.stringify(row.row)}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

export function SourcesPage() {
  const sources = useSources();
  const project = useProject();
  const zone = project.data?.timezone ?? 'UTC';
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <TopBar title="Sources" />
      <main className="page" id="main" tabIndex={-1}>
        {sources.isError ? (
          <section className="card">
            <ProblemBox error={sources.error} retry={() => void sources.refetch()} />
          </section>
        ) : !sources.data ? (
          <section className="card">
            <Skeleton rows={5} />
          </section>
        ) : sources.data.length === 0 ? (
          <section className="card">
            <Empty title="No sources yet">
              Write a model of your warehouse and run <code>starling sync model.yaml</code>.
            </Empty>
          </section>
        ) : (
          <section className="card">
            <div className="card-head">
              <h2>What is synced from the warehouse</h2>
            </div>
            <section className="table-scroll" aria-label="Sources">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Source</th>
                    <th scope="col">Kind</th>
                    <th scope="col">State</th>
                    <th scope="col">Last success</th>
                    <th scope="col">Mode</th>
                    <th scope="col" className="num" title="Rows read in the last run">
                      Read
                    </th>
                    <th scope="col" className="num" title="Rows stored in the last run">
                      Stored
                    </th>
                    <th scope="col" className="num">
                      Rows now
                    </th>
                    <th scope="col" className="num">
                      Kept aside
                    </th>
                    <th scope="col">Against the warehouse</th>
                  </tr>
                </thead>
                <tbody>
                  {sources.data.map((source) => (
                    <tr key={source.source}>
                      <th scope="row">
                        {source.source}
                        {source.table !== source.source && (
                          <code className="second-line">{source.table}</code>
                        )}
                      </th>
                      <td>{kinds[source.kind]}</td>
                      <td>
                        <State source={source} />
                        {source.state === 'failed' && source.message && (
                          <span className="second-line bad">{source.message}</span>
                        )}
                      </td>
                      <td
                        className="nowrap"
                        title={source.last_success ? timeLabel(source.last_success, zone) : undefined}
                      >
                        {sinceLabel(source.last_success, new Date())}
                      </td>
                      <td className="nowrap">
                        {source.mode}
                        {source.every && <span className="muted"> · every {source.every}</span>}
                      </td>
                      <td className="num">{formatCount(source.rows_read)}</td>
                      <td className="num">{formatCount(source.rows_stored)}</td>
                      <td className="num">{formatCount(source.rows_total)}</td>
                      <td className="num">
                        {source.rows_kept_aside ? (
                          <button type="button" className="cell" onClick={() => setOpen(source.source)}>
                            {formatCount(source.rows_kept_aside)}
                          </button>
                        ) : source.rows_kept_aside === 0 ? (
                          '0'
                        ) : (
                          none
                        )}
                      </td>
                      <td>
                        <Compared source={source} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
            <p className="footnote">
              Rows that do not fit are kept aside with their reason; they never stop the rest and are tried
              again on the next run.
            </p>
          </section>
        )}
      </main>
      <Drawer title={`Kept aside: ${open ?? ''}`} isOpen={open !== null} onClose={() => setOpen(null)}>
        {open && <KeptAside source={open} />}
      </Drawer>
    </>
  );
}
