import { useEvents } from '../../api/hooks';
import { BreakdownSection } from '../../parts/breakdowns';
import { Choose } from '../../parts/choose';
import { FilterSection } from '../../parts/filters';
import { PropertyButton } from '../../parts/measure';
import { usePropertyItems } from '../../parts/property_picker';
import { SelectorBlock } from '../../parts/selector_block';
import { ShowChoice } from '../../parts/show_choice';
import { eventsOf } from '../../query/request';
import type { Criterion, Reference, RetentionReport, RetentionUnit, Selector, View } from '../../query/types';
import { withShow } from '../../query/view';

interface Props {
  report: RetentionReport;
  view: View;
  onChange: (next: { report?: RetentionReport; view?: View }) => void;
}

const listed = (s: Selector): string[] =>
  (Array.isArray(s.event) ? s.event : s.event ? [s.event] : []).filter((e) => e !== '*');

const criteria = (unit: string): { value: Criterion; label: string }[] => [
  { value: 'on', label: `in that ${unit}` },
  { value: 'on or after', label: `in that ${unit} or later` },
  { value: 'on or before', label: `up to that ${unit}` },
  { value: 'streak', label: `in every ${unit} so far` },
];

const lengths: Record<RetentionUnit, number[]> = {
  day: [7, 14, 30, 60, 90],
  week: [4, 8, 12, 26, 52],
  month: [3, 6, 12, 18, 24],
};

export function RetentionPanel({ report, view, onChange }: Props) {
  const events = useEvents();
  const set = (next: Partial<RetentionReport>) => onChange({ report: { ...report, ...next } });
  const unit = report.unit ?? 'day';
  const named = eventsOf(report);
  const returned = listed(report.returned);
  const numbers = usePropertyItems({ events: returned, numeric: true });
  const measure = report.measure ?? 'users';
  const kind = typeof measure === 'object' ? ('sum' in measure ? 'sum' : 'avg') : 'users';
  const reference =
    typeof measure === 'object'
      ? ((measure as { sum?: Reference; avg?: Reference }).sum ??
        (measure as { avg?: Reference }).avg ??
        null)
      : null;
  const likely = reference ?? (numbers.find((n) => n.type === 'decimal') ?? numbers[0])?.reference;
  const buckets =
    typeof report.buckets === 'number' || report.buckets === undefined ? (report.buckets ?? 12) : null;
  const choices = [...new Set([...lengths[unit], ...(buckets ? [buckets] : [])])].sort((a, b) => a - b);

  return (
    <>
      <section className="panel-section" aria-label="Events">
        <div className="panel-head">
          <h2>Question</h2>
        </div>
        <p className="lead">Users who did</p>
        <SelectorBlock
          badge="A"
          tone="ev-a"
          label="Event that starts the clock"
          selector={report.born}
          onChange={(born) => set({ born })}
          firstTime
        />
        <p className="lead">and came back to</p>
        <SelectorBlock
          badge="B"
          tone="ev-b"
          label="Event they come back to"
          selector={report.returned}
          onChange={(next) => set({ returned: next })}
        />
        {events.isError && <p className="field-problem">The list of events could not be read.</p>}
      </section>
      <section className="panel-section" aria-label="Measure">
        <div className="panel-head">
          <h2>Measure</h2>
        </div>
        <Choose
          label="Measure"
          value={kind}
          options={[
            { value: 'users', label: 'Retention rate' },
            ...(numbers.length > 0 || reference
              ? [
                  { value: 'sum' as const, label: 'Sum of a property' },
                  { value: 'avg' as const, label: 'Average of a property' },
                ]
              : []),
          ]}
          onChange={(next) => {
            if (next === 'users') return set({ measure: 'users' });
            if (likely)
              set({
                measure: next === 'sum' ? { sum: likely } : { avg: likely },
                ...(report.criterion === 'streak' ? { criterion: 'on' as const } : {}),
              });
          }}
        />
        {kind !== 'users' && (
          <>
            <div className="pair">
              <span>Property</span>
              <PropertyButton
                label="Property of the measure"
                reference={reference}
                events={returned}
                numeric
                onPick={(r) => set({ measure: kind === 'sum' ? { sum: r } : { avg: r } })}
              />
            </div>
            <div className="pair">
              <span>Show as</span>
              <ShowChoice
                label="Show the measure as"
                show={view.show?.[0]}
                onShow={(show) => onChange({ view: withShow(view, 0, show) })}
              />
            </div>
          </>
        )}
        <div className="pair">
          <span>A return counts</span>
          <Choose
            label="A return counts"
            quiet
            value={report.criterion ?? 'on or after'}
            options={criteria(unit).filter((c) => kind === 'users' || c.value !== 'streak')}
            onChange={(criterion) => set({ criterion })}
          />
        </div>
        <div className="pair">
          <span>Time steps</span>
          <Choose
            label="Time steps"
            quiet
            value={`${report.clock ?? 'rolling'} ${unit}`}
            options={(['day', 'week', 'month'] as const).flatMap((u) => [
              { value: `calendar ${u}`, label: `calendar ${u}s`, group: 'By the calendar' },
              { value: `rolling ${u}`, label: `${u}s since A`, group: 'From each user’s own start' },
            ])}
            onChange={(next) => {
              const [clock, u] = next.split(' ') as ['calendar' | 'rolling', RetentionUnit];
              const keep = u === unit ? report.buckets : u === 'month' ? 12 : u === 'week' ? 12 : 30;
              set({ clock, unit: u, buckets: keep ?? 12 });
            }}
          />
        </div>
        <div className="pair">
          <span>Followed for</span>
          {buckets === null ? (
            <span>{(report.buckets as number[]).join(', ')}</span>
          ) : (
            <Choose
              label="Followed for"
              quiet
              value={String(buckets)}
              options={choices.map((n) => ({ value: String(n), label: `${n} ${unit}s` }))}
              onChange={(n) => set({ buckets: Number(n) })}
            />
          )}
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={report.count_birth ?? false}
            onChange={(e) => {
              const { count_birth: _, ...rest } = report;
              onChange({ report: e.target.checked ? { ...rest, count_birth: true } : rest });
            }}
          />
          A itself counts in {unit} 0
        </label>
      </section>
      <FilterSection
        filters={report.where ?? []}
        events={named}
        onChange={(where) => {
          const { where: _, ...rest } = report;
          onChange({ report: where.length ? { ...rest, where } : rest });
        }}
      />
      <BreakdownSection
        breakdowns={report.breakdown ?? []}
        events={named}
        sides
        most={1}
        onChange={(breakdown) => {
          const { breakdown: _, ...rest } = report;
          onChange({ report: breakdown.length ? { ...rest, breakdown } : rest });
        }}
      />
    </>
  );
}
