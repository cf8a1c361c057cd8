import { ChevronDown } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { aggregateLabel, propertyOf, referenceLabel } from '../query/describe';
import type { Aggregate, Measure, PerUserAggregate, Reference } from '../query/types';
import { Choose, type Option } from './choose';
import { PropertyPicker, usePropertyItems } from './property_picker';

type Kind =
  | 'total'
  | 'users'
  | 'rolling 1 day'
  | 'rolling 7 days'
  | 'rolling 30 days'
  | Aggregate
  | 'per_user';

const ofProperty: Aggregate[] = [
  'sum',
  'avg',
  'median',
  'min',
  'max',
  'p25',
  'p75',
  'p90',
  'p99',
  'distinct',
];

const options: Option<Kind>[] = [
  { value: 'total', label: 'Total events', group: 'Count' },
  { value: 'users', label: 'Unique users', group: 'Count' },
  { value: 'rolling 1 day', label: 'Daily active users', group: 'Count', hint: 'DAU' },
  { value: 'rolling 7 days', label: 'Weekly active users', group: 'Count', hint: 'WAU' },
  { value: 'rolling 30 days', label: 'Monthly active users', group: 'Count', hint: 'MAU' },
  ...ofProperty.map((a) => ({ value: a as Kind, label: `${aggregateLabel(a)}…`, group: 'Of a property' })),
  { value: 'per_user', label: 'Per user…', group: 'Per user' },
];

const perUser: Option<PerUserAggregate>[] = [
  { value: 'avg', label: 'Average' },
  { value: 'median', label: 'Median' },
  { value: 'min', label: 'Smallest' },
  { value: 'max', label: 'Largest' },
  { value: 'p25', label: '25th percentile' },
  { value: 'p75', label: '75th percentile' },
  { value: 'p90', label: '90th percentile' },
];

function kindOf(measure: Measure | undefined): Kind {
  if (measure === undefined || measure === 'sessions') return 'total';
  if (typeof measure === 'string') return measure;
  if ('users' in measure) return `rolling ${measure.users.rolling}` as Kind;
  if ('per_user' in measure) return 'per_user';
  return propertyOf(measure)?.aggregate ?? 'total';
}

interface PropertyButtonProps {
  label: string;
  reference: Reference | null;
  events: string[];
  numeric: boolean;
  onPick: (reference: Reference) => void;
}

export function PropertyButton({ label, reference, events, numeric, onPick }: PropertyButtonProps) {
  const text = reference ? referenceLabel(reference) : 'choose a property';
  return (
    <PropertyPicker
      label={label}
      events={events}
      numeric={numeric}
      value={reference ?? undefined}
      onPick={(item) => onPick(item.reference)}
      trigger={
        <AriaButton className="quiet-button" aria-label={`${text}, ${label.toLowerCase()}`}>
          {text}
          <ChevronDown size={13} aria-hidden />
        </AriaButton>
      }
    />
  );
}

interface Props {
  measure: Measure | undefined;
  events: string[];
  onChange: (measure: Measure) => void;
}

// Choosing a measure of a property also chooses the likeliest property, so that an answer shows at once.
export function MeasureEditor({ measure, events, onChange }: Props) {
  const kind = kindOf(measure);
  const items = usePropertyItems({ events });
  const numbers = items.filter((i) => i.type === 'integer' || i.type === 'decimal' || i.type === 'float');
  const likely = (numbers.find((i) => i.type === 'decimal') ?? numbers[0])?.reference;
  const current = propertyOf(measure);
  const per = typeof measure === 'object' && 'per_user' in measure ? measure : null;

  const change = (next: Kind) => {
    if (next === 'total' || next === 'users') return onChange(next);
    if (next.startsWith('rolling ')) return onChange({ users: { rolling: next.slice('rolling '.length) } });
    if (next === 'per_user') return onChange({ per_user: 'avg', of: 'total' });
    const reference =
      next === 'distinct'
        ? (current?.reference ?? items.find((i) => i.type === 'text')?.reference ?? items[0]?.reference)
        : current && current.aggregate !== 'distinct'
          ? current.reference
          : likely;
    if (reference) onChange({ [next]: reference } as Measure);
  };
  const available =
    numbers.length > 0
      ? options
      : options.filter((o) => o.group !== 'Of a property' || o.value === 'distinct');

  return (
    <div className="measure">
      <Choose label="Measure" quiet value={kind} options={available} onChange={change} />
      {current && (
        <PropertyButton
          label="Property of the measure"
          reference={current.reference}
          events={events}
          numeric={current.aggregate !== 'distinct'}
          onPick={(reference) => onChange({ [current.aggregate]: reference } as Measure)}
        />
      )}
      {per && (
        <>
          <Choose
            label="Over users"
            quiet
            value={per.per_user}
            options={perUser}
            onChange={(agg) => onChange({ ...per, per_user: agg })}
          />
          <PropertyPicker
            label="Of what per user"
            events={events}
            numeric
            value={typeof per.of === 'object' ? per.of.sum : undefined}
            extra={[
              {
                key: 'total',
                label: 'Number of events',
                group: 'Count',
                reference: { event: true },
                type: 'integer',
              },
            ]}
            onPick={(item) =>
              onChange({ ...per, of: item.key === 'total' ? 'total' : { sum: item.reference } })
            }
            trigger={
              <AriaButton className="quiet-button">
                {typeof per.of === 'object'
                  ? `sum of ${referenceLabel(per.of.sum).toLowerCase()}`
                  : 'number of events'}
                <ChevronDown size={13} aria-hidden />
              </AriaButton>
            }
          />
        </>
      )}
    </div>
  );
}
