import { Calendar, Clock, Hash, List, ToggleLeft, Type, Users } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useCohorts, useProperties } from '../api/hooks';
import type { Property, PropertyType } from '../api/types';
import { formatValue } from '../lib/format';
import { referenceLabel } from '../query/describe';
import type { Reference, TimePart } from '../query/types';
import { Picker, type PickItem } from './picker';
import { Pop } from './pop';

export const isNumeric = (type: PropertyType | undefined): boolean =>
  type === 'integer' || type === 'decimal' || type === 'float';

export const referenceKey = (reference: Reference): string => {
  if ('property' in reference) return `property:${reference.property}`;
  if ('user' in reference) return `user:${reference.user}`;
  if ('cohort' in reference) return `cohort:${reference.cohort}`;
  if ('time' in reference) return `time:${reference.time}`;
  return 'event';
};

export function typeIcon(type: PropertyType | 'cohort'): ReactNode {
  if (type === 'cohort') return <Users size={14} aria-hidden />;
  if (isNumeric(type)) return <Hash size={14} aria-hidden />;
  if (type === 'boolean') return <ToggleLeft size={14} aria-hidden />;
  if (type === 'date') return <Calendar size={14} aria-hidden />;
  if (type === 'time') return <Clock size={14} aria-hidden />;
  if (type === 'list' || type === 'objects') return <List size={14} aria-hidden />;
  return <Type size={14} aria-hidden />;
}

function groupOf(property: Property): string {
  if (property.formula !== undefined) return 'Custom';
  if (property.kind === 'user') return 'User';
  if (property.kind === 'lookup' || property.lookup)
    return `Lookup · ${property.lookup ?? ''}`.replace(/ · $/, '');
  if (property.list) return `In each of ${property.list}`;
  return 'Event';
}

const groupOrder = (group: string): number =>
  group === 'Event'
    ? 0
    : group.startsWith('In each')
      ? 1
      : group.startsWith('Lookup')
        ? 2
        : group === 'User'
          ? 3
          : 4;

function exampleText(property: Property): string {
  const { example } = property;
  if (example === null || example === undefined) return '';
  if (typeof example === 'number')
    return formatValue(property.type === 'decimal' ? 'money' : 'number', example);
  if (typeof example === 'object') return Array.isArray(example) ? `${example.length} in a list` : '{…}';
  return String(example).slice(0, 24);
}

export interface PropertyItem extends PickItem {
  reference: Reference;
  type: PropertyType | 'cohort';
  property?: Property;
}

const times: [TimePart, string][] = [
  ['day_of_week', 'Day of week'],
  ['hour_of_day', 'Hour of day'],
  ['day', 'Day'],
  ['week', 'Week'],
  ['month', 'Month'],
];

interface Offer {
  events: string[];
  numeric?: boolean;
  cohorts?: boolean;
  time?: boolean;
  userOnly?: boolean;
}

export function usePropertyItems(
  { events, numeric, cohorts, time, userOnly }: Offer,
  enabled = true,
): PropertyItem[] {
  const properties = useProperties(events, enabled);
  const saved = useCohorts();
  const items: PropertyItem[] = (properties.data ?? [])
    .filter(
      (p) => (!numeric || isNumeric(p.type)) && (!userOnly || p.kind === 'user') && p.type !== 'objects',
    )
    .map((p) => ({
      key: referenceKey(p.reference),
      label: referenceLabel(p.reference),
      search: `${referenceLabel(p.reference)} ${p.label}`,
      group: groupOf(p),
      hint: exampleText(p),
      icon: typeIcon(p.type),
      reference: p.reference,
      type: p.type,
      property: p,
    }));
  items.sort((a, b) => groupOrder(a.group ?? '') - groupOrder(b.group ?? ''));
  if (cohorts && !numeric)
    for (const cohort of saved.data ?? [])
      items.push({
        key: `cohort:${cohort.name}`,
        label: cohort.name,
        group: 'Cohort',
        icon: typeIcon('cohort'),
        reference: { cohort: cohort.name },
        type: 'cohort',
      });
  if (time && !numeric)
    for (const [part, label] of times)
      items.push({
        key: `time:${part}`,
        label,
        group: 'Time',
        icon: typeIcon('time'),
        reference: { time: part },
        type: 'text',
      });
  return items;
}

// Two properties can read alike (location_id.name, product_id.name): the path tells them apart.
function Path({ item }: { item: PropertyItem }) {
  const property = item.property;
  if (!property) return null;
  return (
    <span className="picker-path">
      <code>{property.formula ?? property.label}</code>
      {property.filled !== null && property.filled < 1 && ` · ${Math.floor(property.filled * 100)}% filled`}
      {property.lookup && ' · value as of now'}
    </span>
  );
}

interface Props extends Offer {
  label: string;
  trigger: ReactElement;
  value?: Reference | undefined;
  onPick: (item: PropertyItem) => void;
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
  extra?: PropertyItem[];
}

export function PropertyPicker({
  label,
  trigger,
  value,
  onPick,
  isOpen,
  onOpenChange,
  extra,
  ...offer
}: Props) {
  const items = [...usePropertyItems(offer), ...(extra ?? [])];
  return (
    <Pop
      label={label}
      trigger={trigger}
      placement="right top"
      className="property-pop"
      isOpen={isOpen}
      onOpenChange={onOpenChange}
    >
      {(close) => (
        <Picker
          label="Search properties"
          placeholder="Search properties"
          items={items}
          picked={new Set(value ? [referenceKey(value)] : [])}
          onPick={onPick}
          close={close}
          details={(item) => <Path item={item} />}
          empty={
            offer.numeric
              ? 'No number property fits. Sums and averages need one.'
              : 'No property of the chosen events fits.'
          }
        />
      )}
    </Pop>
  );
}
