// Steps from the left: a bar's height is the share of the first step, the hatched part above it dropped out since the step before.
import type { FunnelResult } from '../../api/types';
import { durationLabel } from '../../lib/dates';
import { formatCount, formatPercent } from '../../lib/format';
import { eventLabel } from '../../query/describe';
import type { FunnelSegment } from './segments';

export type OnStep = (segment: FunnelSegment, step: number, dropped: boolean) => void;

interface Props {
  result: FunnelResult;
  segments: FunnelSegment[];
  onStep?: OnStep | undefined;
}

const barHeight = 190;

interface BarProps {
  segment: FunnelSegment;
  step: number;
  name: string;
  onStep?: OnStep | undefined;
}

function StepBar({ segment, step, name, onStep }: BarProps) {
  const found = segment.series.steps[step];
  const before = segment.series.steps[step - 1];
  if (!found) return null;
  const share = found.from_first ?? 0;
  const lost = (before?.from_first ?? share) - share;
  const dropped = (before?.count ?? found.count) - found.count;
  const part = (kind: 'stay' | 'drop', of: number, label: string, color?: string) => {
    const fill = <span className="funnel-fill" style={{ height: of * barHeight, background: color }} />;
    return onStep ? (
      <button
        type="button"
        className={`funnel-${kind}`}
        title={label}
        aria-label={`Who is this? ${label}`}
        onClick={() => onStep(segment, step, kind === 'drop')}
      >
        {fill}
      </button>
    ) : (
      <span className={`funnel-${kind}`} title={label}>
        {fill}
      </span>
    );
  };
  return (
    <div className="funnel-bar">
      {dropped > 0 &&
        part('drop', lost, `${segment.label}: ${formatCount(dropped)} dropped out before ${name}`)}
      {found.count > 0 &&
        part('stay', share, `${segment.label}: ${formatCount(found.count)} reached ${name}`, segment.color)}
    </div>
  );
}

export function FunnelBars({ result, segments, onStep }: Props) {
  const drawn = segments.filter((s) => !s.hidden);
  return (
    <ol className="funnel" aria-label="Steps">
      {result.steps.map((named, step) => {
        const name = eventLabel(named.event);
        return (
          <li key={`${step} ${name}`} className="funnel-step">
            <div className="funnel-head">
              <span className="badge">{step + 1}</span>
              <span title={name}>{name}</span>
            </div>
            <div className="funnel-bars" style={{ minHeight: barHeight }}>
              {drawn.map((segment) => (
                <StepBar key={segment.key} segment={segment} step={step} name={name} onStep={onStep} />
              ))}
            </div>
            {drawn.map((segment) => {
              const found = segment.series.steps[step];
              return (
                <div key={segment.key} className="funnel-numbers">
                  {drawn.length > 1 && <span className="swatch" style={{ background: segment.color }} />}
                  <strong>{formatPercent(found?.from_first)}</strong>
                  <span className="num">{formatCount(found?.count ?? 0)}</span>
                  {step > 0 && drawn.length === 1 && (
                    <span className="muted">
                      {formatPercent(found?.from_previous)} of the step before ·{' '}
                      {durationLabel(found?.median_seconds ?? null)} median
                    </span>
                  )}
                </div>
              );
            })}
          </li>
        );
      })}
    </ol>
  );
}
