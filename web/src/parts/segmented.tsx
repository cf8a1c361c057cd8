import { type ReactNode, useId } from 'react';

interface Choice<V extends string> {
  value: V;
  label: string;
  icon?: ReactNode;
}

interface Props<V extends string> {
  label: string;
  value: V | null;
  choices: readonly Choice<V>[];
  onChange: (value: V) => void;
  iconsOnly?: boolean;
}

// Two to seven exclusive views as one control: native radio buttons, so arrow keys come with it.
export function Segmented<V extends string>({
  label,
  value,
  choices,
  onChange,
  iconsOnly = false,
}: Props<V>) {
  const name = useId();
  return (
    <fieldset className="segmented">
      <legend className="hidden">{label}</legend>
      {choices.map((c) => (
        <label key={c.value} className="segment" title={iconsOnly ? c.label : undefined}>
          <input
            type="radio"
            name={name}
            checked={c.value === value}
            onChange={() => onChange(c.value)}
            aria-label={iconsOnly ? c.label : undefined}
          />
          {c.icon}
          {!iconsOnly && <span>{c.label}</span>}
        </label>
      ))}
    </fieldset>
  );
}
