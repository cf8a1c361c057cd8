// A list of filters as chips "property operator value ×", each part opening its own editor.
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { filterLabel, isCondition, opLabel, referenceLabel, valueLabel } from '../query/describe';
import { guessType, isFinished, operatorsFor, shapeOf, startFilter, withOperator } from '../query/filters';
import type { Condition, Filter } from '../query/types';
import { AsOfChoice } from './as_of';
import { Button } from './button';
import { Choose } from './choose';
import { Pop } from './pop';
import {
  type PropertyItem,
  PropertyPicker,
  referenceKey,
  typeIcon,
  usePropertyItems,
} from './property_picker';
import { ValueEditor } from './value_editor';

interface ChipProps {
  filter: Filter;
  events: string[];
  userOnly: boolean;
  item: PropertyItem | undefined; // what the filter's property is, when there is one
  open: boolean;
  onOpen: (open: boolean) => void;
  onChange: (filter: Filter) => void;
  onRemove: () => void;
}

function Chip({ filter, events, userOnly, item, open, onOpen, onChange, onRemove }: ChipProps) {
  const remove = (
    <button
      type="button"
      className="chip-remove"
      aria-label={`Remove filter ${filterLabel(filter)}`}
      onClick={onRemove}
    >
      <X size={13} aria-hidden />
    </button>
  );
  if (!isCondition(filter))
    return (
      <div className="chip">
        <span className="chip-text">{filterLabel(filter)}</span>
        {remove}
      </div>
    );
  const type = 'cohort' in filter ? 'cohort' : (item?.type ?? guessType(filter.op, filter.value));
  const shape = shapeOf(type, filter.op);
  return (
    <div className={`chip ${isFinished(filter) ? '' : 'unfinished'}`}>
      <PropertyPicker
        label="Property"
        events={events}
        cohorts
        userOnly={userOnly}
        value={filter}
        onPick={(item) => onChange(startFilter(item.reference, item.type))}
        trigger={
          <AriaButton className="chip-part strong">
            {typeIcon(type)}
            {'cohort' in filter ? filter.cohort : referenceLabel(filter)}
          </AriaButton>
        }
      />
      {!userOnly && (
        <AsOfChoice
          reference={filter}
          history={item?.property?.history}
          onChange={(as_of) => onChange({ ...filter, as_of } as Condition)}
        />
      )}
      <Choose
        label={`Operator of ${referenceLabel(filter)}`}
        quiet
        small
        value={filter.op}
        options={operatorsFor(type).map((op) => ({ value: op, label: opLabel(op) }))}
        onChange={(op) => {
          onChange(withOperator(filter, op, type));
          if (shapeOf(type, op) !== shape && shapeOf(type, op) !== 'none') onOpen(true);
        }}
      />
      {shape === 'boolean' && (
        <Choose
          label={`Value of ${referenceLabel(filter)}`}
          quiet
          small
          value={filter.value === false ? 'no' : 'yes'}
          options={[
            { value: 'yes', label: 'yes' },
            { value: 'no', label: 'no' },
          ]}
          onChange={(value) => onChange({ ...filter, value: value === 'yes' })}
        />
      )}
      {shape !== 'none' && shape !== 'boolean' && (
        <Pop
          label={`Value of ${referenceLabel(filter)}`}
          isOpen={open}
          onOpenChange={onOpen}
          trigger={
            <AriaButton className={`chip-part value ${isFinished(filter) ? '' : 'missing'}`}>
              {valueLabel(filter.value, filter.op) || 'choose a value'}
            </AriaButton>
          }
        >
          {(close) => (
            <ValueEditor
              filter={filter}
              type={type}
              event={events[0]}
              close={close}
              onChange={(value) => onChange({ ...filter, value })}
            />
          )}
        </Pop>
      )}
      {remove}
    </div>
  );
}

interface Props {
  filters: Filter[];
  events: string[];
  onChange: (filters: Filter[]) => void;
  addLabel?: string;
  userOnly?: boolean;
}

export function AddFilter({
  filters,
  events,
  onChange,
  onAdded,
  label,
  userOnly = false,
}: Omit<Props, 'addLabel'> & { onAdded: (index: number) => void; label: string }) {
  return (
    <PropertyPicker
      label="Add a filter"
      events={events}
      cohorts
      userOnly={userOnly}
      onPick={(item) => {
        onChange([...filters, startFilter(item.reference, item.type)]);
        if (shapeOf(item.type, operatorsFor(item.type)[0] ?? '') !== 'none') onAdded(filters.length);
      }}
      trigger={
        <Button kind="link" small>
          <Plus size={14} aria-hidden />
          {label}
        </Button>
      }
    />
  );
}

export function FilterChips({
  filters,
  events,
  onChange,
  opened,
  onOpened,
  userOnly = false,
}: Props & { opened: number | null; onOpened: (index: number | null) => void }) {
  const items = usePropertyItems({ events });
  return (
    <div className="chips">
      {filters.map((filter, index) => (
        <Chip
          key={index}
          filter={filter}
          events={events}
          userOnly={userOnly}
          item={items.find((i) => isCondition(filter) && i.key === referenceKey(filter))}
          open={opened === index}
          onOpen={(open) => onOpened(open ? index : null)}
          onChange={(next) => onChange(filters.map((f, i) => (i === index ? next : f)))}
          onRemove={() => onChange(filters.filter((_, i) => i !== index))}
        />
      ))}
    </div>
  );
}

// Chips with their own "add" under them: filters of one metric, of one condition.
export function InlineFilters({ filters, events, onChange, addLabel = 'Filter', userOnly = false }: Props) {
  const [opened, setOpened] = useState<number | null>(null);
  return (
    <>
      <FilterChips
        filters={filters}
        events={events}
        onChange={onChange}
        opened={opened}
        onOpened={setOpened}
        userOnly={userOnly}
      />
      <AddFilter
        filters={filters}
        events={events}
        onChange={onChange}
        onAdded={setOpened}
        label={addLabel}
        userOnly={userOnly}
      />
    </>
  );
}

export function FilterSection({ filters, events, onChange }: Props) {
  const [opened, setOpened] = useState<number | null>(null);
  return (
    <section className="panel-section" aria-label="Filters">
      <div className="panel-head">
        <h2>Filters</h2>
        <AddFilter filters={filters} events={events} onChange={onChange} onAdded={setOpened} label="Add" />
      </div>
      {filters.length === 0 ? (
        <p className="panel-none">Everything is included.</p>
      ) : (
        <FilterChips
          filters={filters}
          events={events}
          onChange={onChange}
          opened={opened}
          onOpened={setOpened}
        />
      )}
    </section>
  );
}
