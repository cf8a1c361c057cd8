// One event of a question with its filters: a funnel's step, a flow's anchor, a side of a retention.
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Filter, Selector } from '../query/types';
import { EventPicker } from './event_picker';
import { InlineFilters } from './filters';

interface Props<S extends Selector> {
  badge: string;
  tone?: string;
  label: string;
  selector: S;
  onChange: (selector: S) => void;
  onRemove?: (() => void) | undefined;
  firstTime?: boolean;
  children?: ReactNode;
}

const listed = (s: Selector): string[] =>
  (Array.isArray(s.event) ? s.event : s.event ? [s.event] : []).filter((e) => e !== '*');

export function SelectorBlock<S extends Selector>({
  badge,
  tone = '',
  label,
  selector,
  onChange,
  onRemove,
  firstTime = false,
  children,
}: Props<S>) {
  const setWhere = (where: Filter[]) => {
    const { where: _, ...rest } = selector;
    onChange((where.length ? { ...rest, where } : rest) as S);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a card
    <div className="block" role="group" aria-label={label}>
      <div className="block-head">
        <span className={`badge ${tone}`}>{badge}</span>
        <EventPicker
          label={label}
          event={selector.event}
          onChange={(event) => onChange({ ...selector, event })}
        />
        {firstTime && (
          <button
            type="button"
            className={`toggle-chip ${selector.first_time ? 'on' : ''}`}
            aria-pressed={Boolean(selector.first_time)}
            onClick={() => {
              const { first_time: was, ...rest } = selector;
              onChange((was ? rest : { ...rest, first_time: true }) as S);
            }}
          >
            First time ever
          </button>
        )}
        {onRemove && (
          <button
            type="button"
            className="button icon-only quiet"
            aria-label={`Remove ${label.toLowerCase()}`}
            onClick={onRemove}
          >
            <X size={14} aria-hidden />
          </button>
        )}
      </div>
      <InlineFilters filters={selector.where ?? []} events={listed(selector)} onChange={setWhere} />
      {children}
    </div>
  );
}
