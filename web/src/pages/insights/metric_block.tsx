import { ArrowDown, ArrowUp, Copy, Ellipsis, Hash, Pencil, Sparkles, Trash2, TrendingUp } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { EventPicker } from '../../parts/event_picker';
import { AddFilter, FilterChips } from '../../parts/filters';
import { MeasureEditor } from '../../parts/measure';
import { ActionMenu } from '../../parts/pop';
import { ShowChoice } from '../../parts/show_choice';
import { capitalise, metricLabel } from '../../query/describe';
import { letterOf } from '../../query/metrics';
import type { Filter, Metric, Show } from '../../query/types';

interface Props {
  metric: Metric;
  index: number;
  count: number;
  saved: Metric | undefined;
  show: Show | undefined;
  onChange: (metric: Metric) => void;
  onShow: (show: Show | undefined) => void;
  onMove: (to: number) => void;
  onCopy: () => void;
  onRemove: () => void;
}

const eventsOf = (metric: Metric): string[] =>
  (Array.isArray(metric.event) ? metric.event : metric.event ? [metric.event] : []).filter((e) => e !== '*');

// A text that is part of the question only once it is finished: on Enter or on leaving the field.
export function LateInput({
  value,
  onDone,
  label,
  placeholder,
  autoFocus = false,
  className = '',
}: {
  value: string;
  onDone: (value: string) => void;
  label: string;
  placeholder: string;
  autoFocus?: boolean;
  className?: string;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const done = () => {
    if (draft !== null && draft !== value) onDone(draft.trim());
    setDraft(null);
  };
  return (
    <input
      autoFocus={autoFocus}
      className={`input ${className}`}
      aria-label={label}
      placeholder={placeholder}
      value={draft ?? value}
      maxLength={200}
      onChange={(e) => setDraft(e.target.value)}
      onBlur={done}
      onKeyDown={(e) => {
        if (e.key === 'Enter') done();
        if (e.key === 'Escape') setDraft(null);
      }}
    />
  );
}

export function MetricBlock({
  metric,
  index,
  count,
  saved,
  show,
  onChange,
  onShow,
  onMove,
  onCopy,
  onRemove,
}: Props) {
  const [naming, setNaming] = useState(false);
  const [showing, setShowing] = useState(false);
  const [opened, setOpened] = useState<number | null>(null);
  const events = eventsOf(metric);
  const letter = letterOf(index);
  const formula = metric.formula !== undefined;
  const setWhere = (where: Filter[]) => {
    const { where: _, ...rest } = metric;
    onChange(where.length ? { ...rest, where } : rest);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    onMove(index + (event.key === 'ArrowUp' ? -1 : 1));
  };
  const rename = (name: string) => {
    const { name: _, ...rest } = metric;
    onChange(name ? { ...rest, name } : rest);
    setNaming(false);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a card
    <div
      className="block"
      role="group"
      aria-label={`Metric ${letter}: ${metricLabel(metric)}`}
      onKeyDown={onKeyDown}
    >
      <div className="block-head">
        <span className={`badge b${index % 8}`}>{letter}</span>
        {formula || metric.metric ? (
          <span className="block-name">
            {metric.name ?? (formula ? 'Formula' : capitalise(metric.metric ?? ''))}
          </span>
        ) : (
          <EventPicker
            label={`Event of metric ${letter}`}
            event={metric.event}
            onChange={(event) => onChange({ ...metric, event })}
          />
        )}
        <ActionMenu
          label={`Metric ${letter}`}
          trigger={
            <AriaButton className="button icon-only quiet" aria-label={`More for metric ${letter}`}>
              <Ellipsis size={15} aria-hidden />
            </AriaButton>
          }
          actions={[
            {
              id: 'rename',
              label: 'Rename',
              icon: <Pencil size={14} aria-hidden />,
              run: () => setNaming(true),
            },
            ...(formula || metric.metric
              ? []
              : [
                  {
                    id: 'first',
                    label: metric.first_time ? 'Count every time' : 'Count first time ever',
                    icon: <Sparkles size={14} aria-hidden />,
                    run: () => {
                      const { first_time: was, ...rest } = metric;
                      onChange(was ? rest : { ...rest, first_time: true });
                    },
                  },
                ]),
            ...(saved
              ? [
                  {
                    id: 'edit',
                    label: 'Edit a copy here',
                    icon: <Pencil size={14} aria-hidden />,
                    run: () => {
                      const { metric: _, ...rest } = metric;
                      onChange({ ...saved, ...rest });
                    },
                  },
                ]
              : []),
            {
              id: 'rolling',
              label: metric.rolling ? 'No rolling average' : 'Rolling average of 7',
              icon: <TrendingUp size={14} aria-hidden />,
              run: () => {
                const { rolling, cumulative: _, ...rest } = metric;
                onChange(rolling ? rest : { ...rest, rolling: 7 });
              },
            },
            {
              id: 'cumulative',
              label: metric.cumulative ? 'No running total' : 'Running total',
              icon: <TrendingUp size={14} aria-hidden />,
              run: () => {
                const { cumulative, rolling: _, ...rest } = metric;
                onChange(cumulative ? rest : { ...rest, cumulative: true });
              },
            },
            {
              id: 'show',
              label: 'Number format',
              icon: <Hash size={14} aria-hidden />,
              run: () => setShowing(true),
            },
            { id: 'copy', label: 'Duplicate', icon: <Copy size={14} aria-hidden />, run: onCopy },
            {
              id: 'up',
              label: 'Move up',
              icon: <ArrowUp size={14} aria-hidden />,
              disabled: index === 0,
              run: () => onMove(index - 1),
            },
            {
              id: 'down',
              label: 'Move down',
              icon: <ArrowDown size={14} aria-hidden />,
              disabled: index === count - 1,
              run: () => onMove(index + 1),
            },
            {
              id: 'remove',
              label: 'Remove',
              icon: <Trash2 size={14} aria-hidden />,
              danger: true,
              disabled: count === 1,
              run: onRemove,
            },
          ]}
        />
      </div>
      {(naming || (metric.name && !formula && !metric.metric)) && (
        <LateInput
          value={metric.name ?? ''}
          onDone={rename}
          label={`Name of metric ${letter}`}
          placeholder="Name on the chart"
          autoFocus={naming}
          className="name"
        />
      )}
      {formula ? (
        <>
          <LateInput
            value={metric.formula ?? ''}
            onDone={(text) => onChange({ ...metric, formula: text.toUpperCase() })}
            label={`Formula of metric ${letter}`}
            placeholder="A / B"
            className="mono"
          />
          {!naming && (
            <div className="block-row">
              <button type="button" className="button link small" onClick={() => setNaming(true)}>
                {metric.name ? 'Rename' : 'Name it'}
              </button>
            </div>
          )}
        </>
      ) : metric.metric ? (
        <p className="block-help">Metric of the model</p>
      ) : (
        <>
          <MeasureEditor
            measure={metric.measure}
            events={events}
            onChange={(measure) => onChange({ ...metric, measure })}
          />
          <FilterChips
            filters={metric.where ?? []}
            events={events}
            onChange={setWhere}
            opened={opened}
            onOpened={setOpened}
          />
          <div className="block-row">
            <button
              type="button"
              className={`toggle-chip ${metric.first_time ? 'on' : ''}`}
              aria-pressed={Boolean(metric.first_time)}
              onClick={() => {
                const { first_time: was, ...rest } = metric;
                onChange(was ? rest : { ...rest, first_time: true });
              }}
            >
              First time ever
            </button>
            <AddFilter
              filters={metric.where ?? []}
              events={events}
              onChange={setWhere}
              onAdded={setOpened}
              label="Filter"
            />
          </div>
        </>
      )}
      {(metric.rolling || metric.cumulative) && (
        <div className="block-row">
          <span className="toggle-chip on">
            {metric.rolling ? `Average of last ${metric.rolling}` : 'Running total'}
          </span>
        </div>
      )}
      {(show || showing) && (
        <div className="block-row spread">
          <span className="muted">Show as</span>
          <ShowChoice label={`Show metric ${letter} as`} show={show} onShow={onShow} small />
        </div>
      )}
    </div>
  );
}
