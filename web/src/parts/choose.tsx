import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button,
  Header,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  Select,
  SelectValue,
} from 'react-aria-components';

export interface Option<V extends string> {
  value: V;
  label: string;
  group?: string;
  hint?: string;
}

interface ChooseProps<V extends string> {
  label: string;
  value: V;
  options: readonly Option<V>[];
  onChange: (value: V) => void;
  quiet?: boolean;
  small?: boolean;
  className?: string;
}

// One of a short list. Quiet inside sentences, bordered in forms.
export function Choose<V extends string>({
  label,
  value,
  options,
  onChange,
  quiet = false,
  small = false,
  className = '',
}: ChooseProps<V>) {
  const groups = [...new Set(options.map((o) => o.group ?? ''))];
  const item = (o: Option<V>): ReactNode => (
    <ListBoxItem key={o.value} id={o.value} textValue={o.label} className="option">
      {({ isSelected }) => (
        <>
          <span className="option-label">{o.label}</span>
          {o.hint && <span className="option-hint">{o.hint}</span>}
          <span className="option-check">{isSelected && <Check size={14} aria-hidden />}</span>
        </>
      )}
    </ListBoxItem>
  );
  return (
    <Select
      aria-label={label}
      selectedKey={value}
      onSelectionChange={(key) => {
        if (key !== null && key !== value) onChange(key as V);
      }}
      className={`choose ${quiet ? 'quiet' : ''} ${small ? 'small' : ''} ${className}`}
    >
      <Button className="choose-button">
        <SelectValue className="choose-value">
          {options.find((o) => o.value === value)?.label.replace(/…$/, '') ?? 'Choose'}
        </SelectValue>
        <ChevronDown size={13} aria-hidden />
      </Button>
      <Popover className="popover" offset={4} containerPadding={12}>
        <ListBox className="options">
          {groups.length === 1
            ? options.map(item)
            : groups.map((group) => (
                <ListBoxSection key={group || 'rest'} className="option-group">
                  {group && <Header className="option-header">{group}</Header>}
                  {options.filter((o) => (o.group ?? '') === group).map(item)}
                </ListBoxSection>
              ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
