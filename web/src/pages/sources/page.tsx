import { CircleAlert, CircleCheck, CircleDashed, CirclePause, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useProject, useSources, useSync } from '../../api/hooks';
import type { Source, SyncState } from '../../api/types';
import { sinceLabel, timeLabel } from '../../lib/dates';
import { formatCount, none } from '../../lib/format';
import { Drawer } from '../../parts/drawer';
import { TopBar } from '../../parts/shell';
import { Empty, ProblemBox, Skeleton } from '../../parts/states';
import { SourceDetails } from './details';

const kinds = { event: 'Event', users: 'Users', lookup: 'Lookup table' } as const;

type Running = NonNullable<SyncState['running']>;

// "reading, 1,200,000 of 4,000,000 rows"
function progressLabel(running: Running): string {
  if (running.rows_read === 0) return running.phase;
  const of = running.rows_expected ? ` of ${formatCount(running.rows_expected)}` : '';
  return `${running.phase}, ${formatCount(running.rows_read)}${of} rows`;
}

function State({ source, running }: { source: Source; running: Running | null }) {
  if (running)
    return (
      <span className="state">
        <RefreshCw size={14} aria-hidden className="spin" /> Running
        <span className="second-line">{progressLabel(running)}</span>
      </span>
    );
  if (source.paused)
    return (
      <span className="state">
        <CirclePause size={14} aria-hidden /> Paused
      </span>
    );
  if (source.state === 'paused')
    return (
      <span className="state warn">
        <CircleAlert size={14} aria-hidden /> Waits for your word
      </span>
    );
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
  if (r.equal)
    return (
      <span className="state good" title={r.checksums ? 'Counts and checksums' : 'Counts'}>
        Equal
      </span>
    );
  return (
    <span className="state warn">
      {formatCount(r.warehouse_rows)} in the warehouse, {formatCount(r.store_rows)} here
    </span>
  );
}

export function SourcesPage() {
  const sources = useSources();
  const project = useProject();
  const sync = useSync();
  const running = sync.data?.running ?? null;
  const zone = project.data?.timezone ?? 'UTC';
  const [open, setOpen] = useState<string | null>(null);
  const opened = sources.data?.find((source) => source.source === open);
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
                    <th scope="col" className="num" title="Rows that were new in the last run">
                      New
                    </th>
                    <th scope="col" className="num" title="Rows that had changed by the last run">
                      Changed
                    </th>
                    <th scope="col" className="num" title="Rows that were gone by the last run">
                      Removed
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
                        <button type="button" className="cell" onClick={() => setOpen(source.source)}>
                          {source.source}
                        </button>
                        {source.table !== source.source && (
                          <code className="second-line">{source.table}</code>
                        )}
                      </th>
                      <td>{kinds[source.kind]}</td>
                      <td>
                        <State source={source} running={running?.source === source.source ? running : null} />
                        {source.message && (
                          <span className={`second-line ${source.state === 'failed' ? 'bad' : 'muted'}`}>
                            {source.message}
                          </span>
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
                      <td className="num">
                        {source.kind === 'event' ? formatCount(source.rows_stored) : none}
                      </td>
                      <td className="num">
                        {source.kind === 'event' ? formatCount(source.rows_replaced) : none}
                      </td>
                      <td className="num">{formatCount(source.rows_removed)}</td>
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
      <Drawer title={open ?? ''} isOpen={opened !== undefined} onClose={() => setOpen(null)}>
        {opened && <SourceDetails source={opened} />}
      </Drawer>
    </>
  );
}
