import { Plus, X } from 'lucide-react';
import { useEvents } from '../../api/hooks';
import { Button } from '../../parts/button';
import { Choose } from '../../parts/choose';
import { FilterSection } from '../../parts/filters';
import { HoldSection } from '../../parts/hold';
import { ActionMenu } from '../../parts/pop';
import { SelectorBlock } from '../../parts/selector_block';
import { capitalise } from '../../query/describe';
import { eventsOf } from '../../query/request';
import type { Counted, FlowReport } from '../../query/types';

interface Props {
  report: FlowReport;
  onChange: (next: { report: FlowReport }) => void;
}

const counts: { value: Counted; label: string }[] = [
  { value: 'users', label: 'users, from their first' },
  { value: 'totals', label: 'every start' },
  { value: 'sessions', label: 'sessions' },
];
const steps = [0, 1, 2, 3, 4, 5, 6];
const rows = [3, 5, 8, 12, 20];
// A link may ask for a number that is not among the usual ones.
const choices = (usual: number[], value: number) =>
  [...new Set([...usual, value])]
    .sort((a, b) => a - b)
    .map((n) => ({ value: String(n), label: n === 0 ? 'none' : String(n) }));

export function FlowPanel({ report, onChange }: Props) {
  const events = useEvents();
  const set = (next: Partial<FlowReport>) => onChange({ report: { ...report, ...next } });
  const drop = (...keys: (keyof FlowReport)[]): FlowReport => {
    const rest = { ...report };
    for (const key of keys) delete rest[key];
    return rest;
  };
  const hidden = report.hide ?? [];
  const setHidden = (hide: string[]) =>
    onChange({ report: hide.length ? { ...report, hide } : drop('hide') });
  const hideable = (events.data ?? []).map((e) => e.event).filter((e) => !hidden.includes(e));
  const number = (label: string, value: number, usual: number[], change: (n: number) => void) => (
    <div className="pair">
      <span>{label}</span>
      <Choose
        label={label}
        quiet
        value={String(value)}
        options={choices(usual, value)}
        onChange={(n) => change(Number(n))}
      />
    </div>
  );
  return (
    <>
      <section className="panel-section" aria-label="Start">
        <div className="panel-head">
          <h2>Start</h2>
        </div>
        {report.anchors.map((anchor, index) => (
          <SelectorBlock
            key={index}
            badge={String(index + 1)}
            label={index === 0 ? 'Event to start from' : `Event ${index + 1} on the way`}
            selector={anchor}
            firstTime={index === 0}
            onChange={(next) => set({ anchors: report.anchors.map((a, i) => (i === index ? next : a)) })}
            onRemove={
              report.anchors.length > 1
                ? () => {
                    const anchors = report.anchors.filter((_, i) => i !== index);
                    onChange({ report: { ...(anchors.length > 1 ? report : drop('window')), anchors } });
                  }
                : undefined
            }
          />
        ))}
        <div className="add-row">
          <Button kind="link" small onPress={() => set({ anchors: [...report.anchors, {}] })}>
            <Plus size={14} aria-hidden />
            And then
          </Button>
        </div>
      </section>
      <section className="panel-section" aria-label="Steps">
        <div className="panel-head">
          <h2>Steps</h2>
        </div>
        {number('Steps after', report.after ?? 3, steps, (after) => set({ after }))}
        {number('Steps before', report.before ?? 0, steps, (before) => set({ before }))}
        {number('Events at each step', report.rows ?? 5, rows, (n) => set({ rows: n }))}
        <div className="pair">
          <span>Count</span>
          <Choose
            label="Count"
            quiet
            value={report.count ?? 'users'}
            options={counts}
            onChange={(count) => set({ count })}
          />
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={report.collapse_repeats ?? false}
            onChange={(e) =>
              onChange({
                report: e.target.checked ? { ...report, collapse_repeats: true } : drop('collapse_repeats'),
              })
            }
          />
          The same event again counts once
        </label>
      </section>
      <section className="panel-section" aria-label="Hidden events">
        <div className="panel-head">
          <h2>Hidden events</h2>
          {hideable.length > 0 && (
            <ActionMenu
              label="Events to hide"
              trigger={
                <Button kind="link" small>
                  <Plus size={14} aria-hidden />
                  Add
                </Button>
              }
              actions={hideable.map((event) => ({
                id: event,
                label: capitalise(event),
                run: () => setHidden([...hidden, event]),
              }))}
            />
          )}
        </div>
        {hidden.length === 0 && <p className="panel-none">Every event is a step.</p>}
        <div className="chips">
          {hidden.map((event) => (
            <div className="chip" key={event}>
              <span className="chip-text">{capitalise(event)}</span>
              <button
                type="button"
                className="chip-remove"
                aria-label={`Show ${event}`}
                onClick={() => setHidden(hidden.filter((e) => e !== event))}
              >
                <X size={13} aria-hidden />
              </button>
            </div>
          ))}
        </div>
      </section>
      <HoldSection
        held={report.hold ?? []}
        events={eventsOf(report)}
        onChange={(hold) => onChange({ report: hold.length ? { ...report, hold } : drop('hold') })}
      />
      <FilterSection
        filters={report.where ?? []}
        events={eventsOf(report)}
        onChange={(where) => onChange({ report: where.length ? { ...report, where } : drop('where') })}
      />
    </>
  );
}
