import { RefreshCw } from 'lucide-react';
import { Link } from 'wouter';
import { useProject, useSources } from '../api/hooks';
import { dateLabel, localDate, sinceLabel, timeLabel } from '../lib/dates';
import { formatElapsed, plural } from '../lib/format';
import { IconButton } from './button';

interface Props {
  scanned: number | undefined;
  elapsed: number | undefined;
  onRefresh: () => void;
  busy: boolean;
}

// How fresh the data are and what the answer cost. A failed sync is said here, next to the numbers it makes old.
export function Freshness({ scanned, elapsed, onRefresh, busy }: Props) {
  const project = useProject();
  const sources = useSources();
  const failed = (sources.data ?? []).find((s) => s.state === 'failed');
  const zone = project.data?.timezone ?? 'UTC';
  const last = project.data?.last_event;
  return (
    <div className="freshness">
      {failed ? (
        <Link href="/sources" className="chip-warn">
          {failed.source} failed to sync · last success {sinceLabel(failed.last_success, new Date())}
        </Link>
      ) : (
        last && (
          <span
            title={project.data?.synced_at ? `Synced ${timeLabel(project.data.synced_at, zone)}` : undefined}
          >
            <span className="dot good" aria-hidden /> Data to {dateLabel(localDate(last, zone))}
          </span>
        )
      )}
      {scanned !== undefined && elapsed !== undefined && (
        <span className="cost">
          {plural(scanned, 'event')} in {formatElapsed(elapsed)}
        </span>
      )}
      <IconButton label="Run again" onPress={onRefresh} isDisabled={busy}>
        <RefreshCw size={15} aria-hidden className={busy ? 'spin' : ''} />
      </IconButton>
    </div>
  );
}
