// One source: what it did, run by run, and the rows it kept aside.
import { Pause, Play, RefreshCw } from 'lucide-react';
import { useKeptAside, usePauseSource, useProject, useRunSource, useRuns, useSync } from '../../api/hooks';
import type { Run, Source } from '../../api/types';
import { sinceLabel, timeLabel } from '../../lib/dates';
import { formatCount, formatElapsed, plural } from '../../lib/format';
import { Button } from '../../parts/button';
import { ProblemBox, Skeleton } from '../../parts/states';
import { useToast } from '../../parts/toast';

function Steering({ source }: { source: Source }) {
  const sync = useSync();
  const run = useRunSource();
  const pause = usePauseSource();
  const toast = useToast();
  const name = source.source;
  const isRunning = sync.data?.running?.source === name;
  return (
    <div className="steering">
      {sync.data?.runs && (
        <Button
          kind="primary"
          isDisabled={run.isPending || isRunning}
          onPress={() => run.mutate(name, { onError: toast.fail })}
        >
          <RefreshCw size={14} aria-hidden className={isRunning ? 'spin' : ''} />
          {isRunning ? 'Running' : 'Run now'}
        </Button>
      )}
      <Button
        isDisabled={pause.isPending}
        onPress={() => pause.mutate({ source: name, paused: !source.paused }, { onError: toast.fail })}
      >
        {source.paused ? <Play size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
        {source.paused ? 'Resume' : 'Pause'}
      </Button>
      {sync.data && !sync.data.runs && (
        <p className="muted">
          This server does not sync by itself: start it with <code>starling serve --sync model.yaml</code>.
        </p>
      )}
    </div>
  );
}

// "2 new, 1 changed, 10 removed", or that nothing was. Profiles and lookup tables are swapped as a whole.
function changesLabel(run: Run, kind: Source['kind']): string {
  if (kind !== 'event') return `${plural(run.rows_stored, 'row')} swapped in`;
  const parts = [
    run.rows_stored > 0 && `${formatCount(run.rows_stored)} new`,
    run.rows_replaced > 0 && `${formatCount(run.rows_replaced)} changed`,
    run.rows_removed > 0 && `${formatCount(run.rows_removed)} removed`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : 'no changes';
}

function Runs({ source }: { source: Source }) {
  const runs = useRuns(source.source);
  const zone = useProject().data?.timezone ?? 'UTC';
  if (runs.isError) return <ProblemBox error={runs.error} retry={() => void runs.refetch()} compact />;
  if (!runs.data) return <Skeleton rows={4} />;
  if (runs.data.length === 0) return <p className="muted">It has not run yet.</p>;
  return (
    <ul className="runs">
      {runs.data.map((run) => (
        <li key={run.started}>
          <span
            className={`dot ${run.state === 'ok' ? 'good' : run.state === 'failed' ? 'bad' : 'warn'}`}
            aria-hidden
          />
          <div>
            <strong>
              {run.state === 'ok'
                ? changesLabel(run, source.kind)
                : run.state === 'failed'
                  ? 'Failed'
                  : 'Waits for your word'}
            </strong>
            <span className="muted" title={timeLabel(run.started, zone)}>
              {sinceLabel(run.started, new Date())} · {plural(run.rows_read, 'row')} read in{' '}
              {formatElapsed(run.duration_ms)}
            </span>
            {run.message && <span className={run.state === 'failed' ? 'bad' : 'muted'}>{run.message}</span>}
          </div>
        </li>
      ))}
    </ul>
  );
}

function KeptAside({ source }: { source: string }) {
  const kept = useKeptAside(source, true);
  if (kept.isError) return <ProblemBox error={kept.error} retry={() => void kept.refetch()} compact />;
  if (!kept.data) return <Skeleton rows={4} />;
  return (
    <>
      <h3>{plural(kept.data.total, 'row')} kept aside</h3>
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

export function SourceDetails({ source }: { source: Source }) {
  return (
    <div className="source-details">
      <Steering source={source} />
      {(source.rows_kept_aside ?? 0) > 0 && <KeptAside source={source.source} />}
      <h3>Last runs</h3>
      <Runs source={source} />
    </div>
  );
}
