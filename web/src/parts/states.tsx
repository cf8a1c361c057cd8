// What every page shows while there is nothing to show, or something went wrong.
import { Check, CircleAlert, Copy, SearchX, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { asProblem } from '../api/hooks';
import { Button } from './button';

export function useDelayed(active: boolean, delay: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!active) {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), delay);
    return () => clearTimeout(timer);
  }, [active, delay]);
  return active && late;
}

// Nothing before 200 ms: a fast answer must not flicker.
export function Skeleton({ height, rows = 0 }: { height?: number; rows?: number }) {
  const late = useDelayed(true, 200);
  return (
    <div className={`skeleton ${late ? 'late' : ''}`} aria-busy="true">
      <span className="hidden" role="status">
        {late ? 'Loading' : ''}
      </span>
      {height !== undefined && <div className="bone" style={{ height }} />}
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="bone row" />
      ))}
    </div>
  );
}

// The bar on top of a result that is being replaced, and how long it has taken once that is worth saying.
export function Busy({ active, onCancel }: { active: boolean; onCancel?: () => void }) {
  const late = useDelayed(active, 200);
  const slow = useDelayed(active, 2000);
  return (
    <div className="busy" aria-live="polite">
      {late && <div className="busy-bar" />}
      {slow && (
        <div className="busy-card">
          Still counting…
          {onCancel && (
            <Button small onPress={onCancel}>
              Cancel
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

export function Empty({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className="empty">
      {icon ?? <SearchX size={22} aria-hidden />}
      <h2>{title}</h2>
      <div className="empty-text">{children}</div>
    </div>
  );
}

export function CopyButton({
  text,
  label,
  kind = 'plain',
}: {
  text: () => string;
  label: string;
  kind?: 'plain' | 'link';
}) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2000);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <Button
      kind={kind}
      onPress={() => {
        void navigator.clipboard?.writeText(text()).then(
          () => setDone(true),
          () => setDone(false),
        );
      }}
    >
      {done ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      {done ? 'Copied' : label}
    </Button>
  );
}

interface ProblemProps {
  error: unknown;
  retry?: () => void;
  fix?: { label: string; run: () => void } | undefined;
  compact?: boolean;
}

export function ProblemBox({ error, retry, fix, compact = false }: ProblemProps) {
  const problem = asProblem(error);
  const details = () =>
    JSON.stringify(
      {
        status: problem.status,
        title: problem.title,
        detail: problem.detail,
        errors: problem.errors,
        page: location.href,
      },
      null,
      2,
    );
  return (
    <div className={`problem ${compact ? 'compact' : ''}`} role="alert">
      <TriangleAlert size={compact ? 18 : 22} aria-hidden />
      <h2>{problem.title}</h2>
      {problem.errors.length > 1 ? (
        <ul>
          {problem.errors.map((e) => (
            <li key={e.path + e.message}>{e.message}</li>
          ))}
        </ul>
      ) : (
        problem.detail && <p>{problem.detail}</p>
      )}
      <div className="buttons">
        {fix && (
          <Button kind="primary" onPress={fix.run}>
            {fix.label}
          </Button>
        )}
        {retry && <Button onPress={retry}>Run again</Button>}
        {!compact && <CopyButton text={details} label="Copy details" />}
      </div>
    </div>
  );
}

export function Note({ children }: { children: ReactNode }) {
  return (
    <p className="note-bad" role="alert">
      <CircleAlert size={14} aria-hidden />
      {children}
    </p>
  );
}
