// One condition of a cohort as a sentence whose words can be changed.
import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { IconButton } from '../../parts/button';
import { Choose } from '../../parts/choose';
import { EventPicker } from '../../parts/event_picker';
import { FilterChips, InlineFilters } from '../../parts/filters';
import { PropertyButton } from '../../parts/measure';
import { usePropertyItems } from '../../parts/property_picker';
import {
  agoDays,
  amountOf,
  comparisons,
  eventOf,
  ofReference,
  startWindow,
  type Verb,
  verbOf,
  type WindowKind,
  windowOf,
  withAmount,
  withVerb,
  withWindow,
} from '../../query/cohort_edit';
import { capitalise, cohortConditionLabel, isCondition } from '../../query/describe';
import type { CohortCondition, CohortOf, Condition, EventCondition } from '../../query/types';

const verbs: { value: Verb; label: string }[] = [
  { value: 'did', label: 'did' },
  { value: 'did_not', label: 'did not do' },
  { value: 'first_did', label: 'did for the first time ever' },
];

const windows: { value: WindowKind; label: string }[] = [
  { value: 'last', label: 'in the last' },
  { value: 'between', label: 'between' },
  { value: 'dates', label: 'on dates from' },
  { value: 'ever', label: 'ever' },
];

interface NumberProps {
  label: string;
  value: number;
  least?: number;
  whole?: boolean;
  onChange: (value: number) => void;
}

// A number is taken when it is one; until then what was typed stays.
export function NumberInput({ label, value, least = 0, whole = true, onChange }: NumberProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const number = draft === null ? value : Number(draft);
  const bad =
    draft !== null &&
    (draft.trim() === '' || Number.isNaN(number) || number < least || (whole && !Number.isInteger(number)));
  return (
    <input
      className="input tiny"
      inputMode="decimal"
      aria-label={label}
      aria-invalid={bad || undefined}
      title={bad ? `Enter a ${whole ? 'whole ' : ''}number from ${least}` : undefined}
      value={draft ?? String(value)}
      onChange={(e) => {
        const text = e.target.value;
        const next = Number(text);
        setDraft(text);
        if (
          text.trim() !== '' &&
          !Number.isNaN(next) &&
          next >= least &&
          (!whole || Number.isInteger(next)) &&
          next !== value
        )
          onChange(next);
      }}
      onBlur={() => setDraft(null)}
    />
  );
}

const units = ['days', 'weeks', 'months'] as const;

function WindowEditor({
  condition,
  today,
  onChange,
}: {
  condition: EventCondition;
  today: string;
  onChange: (c: EventCondition) => void;
}) {
  const kind = windowOf(condition);
  const [count = '30', unit = 'days'] = (condition.last ?? '30 days').split(' ');
  const [near, far] = condition.between ?? ['30 days ago', '120 days ago'];
  return (
    <>
      <Choose
        label="When"
        quiet
        value={kind}
        options={windows}
        onChange={(next) => onChange(withWindow(condition, startWindow(next, today)))}
      />
      {kind === 'last' && (
        <>
          <NumberInput
            label="How many"
            least={1}
            value={Number(count)}
            onChange={(n) => onChange(withWindow(condition, { last: `${n} ${unit}` }))}
          />
          <Choose
            label="Unit"
            quiet
            value={(unit.endsWith('s') ? unit : `${unit}s`) as (typeof units)[number]}
            options={units.map((u) => ({ value: u, label: u }))}
            onChange={(u) => onChange(withWindow(condition, { last: `${count} ${u}` }))}
          />
        </>
      )}
      {kind === 'between' && (
        <>
          <NumberInput
            label="From days ago"
            value={agoDays(near)}
            onChange={(n) => onChange(withWindow(condition, { between: [`${n} days ago`, far] }))}
          />
          <span>and</span>
          <NumberInput
            label="To days ago"
            value={agoDays(far)}
            onChange={(n) => onChange(withWindow(condition, { between: [near, `${n} days ago`] }))}
          />
          <span>days ago</span>
        </>
      )}
      {kind === 'dates' && (
        <>
          <input
            className="input date"
            type="date"
            aria-label="From"
            value={condition.from ?? ''}
            onChange={(e) =>
              e.target.value &&
              onChange(
                withWindow(condition, {
                  from: e.target.value,
                  ...(condition.to ? { to: condition.to } : {}),
                }),
              )
            }
          />
          <span>to</span>
          <input
            className="input date"
            type="date"
            aria-label="To"
            value={condition.to ?? ''}
            onChange={(e) =>
              onChange(
                withWindow(condition, {
                  ...(condition.from ? { from: condition.from } : {}),
                  ...(e.target.value ? { to: e.target.value } : {}),
                }),
              )
            }
          />
        </>
      )}
    </>
  );
}

type OfKind = 'total' | 'sum' | 'avg' | 'distinct';

function AmountEditor({
  condition,
  onChange,
}: {
  condition: EventCondition;
  onChange: (c: EventCondition) => void;
}) {
  const { comparison, n, of } = amountOf(condition);
  const event = eventOf(condition);
  const events = event && event !== '*' ? [event] : [];
  const items = usePropertyItems({ events });
  const numbers = items.filter((i) => i.type === 'integer' || i.type === 'decimal' || i.type === 'float');
  const property = ofReference(of);
  const likely = (numbers.find((i) => i.type === 'decimal') ?? numbers[0])?.reference;
  const change = (kind: OfKind) => {
    if (kind === 'total') return onChange(withAmount(condition, comparison, n, 'total'));
    const reference =
      kind === 'distinct'
        ? (items.find((i) => i.type === 'text')?.reference ?? likely)
        : (property?.reference ?? likely);
    if (reference)
      onChange(withAmount(condition, comparison, n, { [kind]: reference } as unknown as CohortOf));
  };
  return (
    <>
      {property && <span>with</span>}
      {property && (
        <>
          <Choose
            label="Counted"
            quiet
            value={property.kind as OfKind}
            options={[
              { value: 'total', label: 'number of times' },
              { value: 'sum', label: 'sum of' },
              { value: 'avg', label: 'average of' },
              { value: 'distinct', label: 'distinct' },
            ]}
            onChange={change}
          />
          <PropertyButton
            label="Property counted"
            reference={property.reference}
            events={events}
            numeric={property.kind !== 'distinct'}
            onPick={(reference) =>
              onChange(
                withAmount(condition, comparison, n, { [property.kind]: reference } as unknown as CohortOf),
              )
            }
          />
        </>
      )}
      <Choose
        label="Comparison"
        quiet
        value={comparison}
        options={comparisons.map((c) => ({ value: c, label: c.replace('_', ' ') }))}
        onChange={(next) => onChange(withAmount(condition, next, n, of))}
      />
      <NumberInput
        label="Amount"
        whole={!property}
        value={n}
        onChange={(next) => onChange(withAmount(condition, comparison, next, of))}
      />
      {!property && (
        <Choose
          label="Counted"
          quiet
          value={'total' as OfKind}
          options={[
            { value: 'total', label: n === 1 ? 'time' : 'times' },
            ...(numbers.length > 0
              ? [
                  { value: 'sum' as OfKind, label: 'sum of a property' },
                  { value: 'avg' as OfKind, label: 'average of a property' },
                ]
              : []),
            { value: 'distinct', label: 'distinct values of a property' },
          ]}
          onChange={change}
        />
      )}
    </>
  );
}

interface Props {
  condition: CohortCondition;
  index: number;
  today: string;
  joiner: ReactNode;
  readOnly: boolean;
  removable: boolean;
  onChange: (condition: CohortCondition) => void;
  onRemove: () => void;
}

export function ConditionRow({
  condition,
  index,
  today,
  joiner,
  readOnly,
  removable,
  onChange,
  onRemove,
}: Props) {
  const [opened, setOpened] = useState<number | null>(null);
  const label = cohortConditionLabel(condition);
  const nested = 'all' in condition || 'any' in condition;
  const plain = isCondition(condition as Condition);
  const event = !nested && !plain ? (condition as EventCondition) : null;
  return (
    <li className="condition">
      <div className="condition-join">{joiner}</div>
      <fieldset className="condition-card" disabled={readOnly}>
        <legend className="hidden">{`Condition ${index + 1}: ${label}`}</legend>
        {readOnly || nested ? (
          <span className="condition-text">{capitalise(label)}</span>
        ) : event ? (
          <>
            <div className="sentence">
              <Choose
                label="Did or did not"
                quiet
                value={verbOf(event)}
                options={verbs}
                onChange={(verb) => onChange(withVerb(event, verb))}
              />
              <EventPicker
                label="Event"
                chevron
                className="quiet-button strong"
                event={eventOf(event)}
                onChange={(name) => onChange(withVerb(event, verbOf(event), name))}
              />
              {verbOf(event) === 'did' && <AmountEditor condition={event} onChange={onChange} />}
              <WindowEditor condition={event} today={today} onChange={onChange} />
            </div>
            <div className="condition-where">
              <InlineFilters
                filters={event.where ?? []}
                events={eventOf(event) && eventOf(event) !== '*' ? [eventOf(event)] : []}
                addLabel="where…"
                onChange={(where) => {
                  const { where: _, ...rest } = event;
                  onChange(where.length ? { ...rest, where } : rest);
                }}
              />
            </div>
          </>
        ) : (
          <FilterChips
            filters={[condition as Condition]}
            events={[]}
            userOnly
            opened={opened}
            onOpened={setOpened}
            onChange={(list) => (list[0] ? onChange(list[0] as Condition) : onRemove())}
          />
        )}
        {!readOnly && removable && (event || nested) && (
          <IconButton label={`Remove condition ${index + 1}`} className="condition-remove" onPress={onRemove}>
            <X size={15} aria-hidden />
          </IconButton>
        )}
      </fieldset>
    </li>
  );
}
