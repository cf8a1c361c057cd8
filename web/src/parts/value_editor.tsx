// The value of a filter, by what its operator needs.
import { type FormEvent, useState } from 'react';
import { useValues } from '../api/hooks';
import { formatCount } from '../lib/format';
import { type FilterType, shapeOf } from '../query/filters';
import type { Condition, Reference } from '../query/types';
import { Button } from './button';
import { Picker } from './picker';

interface Props {
  filter: Condition;
  type: FilterType;
  event: string | undefined;
  onChange: (value: unknown) => void;
  close: () => void;
}

function Values({ filter, event, onChange, close, type }: Props) {
  const [typed, setTyped] = useState('');
  const { op: _op, value, ...reference } = filter;
  const values = useValues(reference as Reference, event, typed, true);
  const chosen: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  const found = (values.data?.values ?? []).filter((v) => v.value !== null);
  const listed = new Set(found.map((v) => String(v.value)));
  const items = [
    ...(typed === ''
      ? chosen
          .filter((v) => !listed.has(String(v)))
          .map((v) => ({ key: String(v), label: String(v), hint: '', raw: v }))
      : []),
    ...found.map((v) => ({
      key: String(v.value),
      label: String(v.value) || '(empty)',
      hint: formatCount(v.count),
      raw: v.value,
    })),
  ];
  const toggle = (raw: unknown) =>
    onChange(chosen.some((v) => v === raw) ? chosen.filter((v) => v !== raw) : [...chosen, raw]);
  return (
    <Picker
      label="Search values"
      placeholder="Search or type a value"
      items={items}
      multiple
      picked={new Set(chosen.map(String))}
      onPick={(item) => toggle(item.raw)}
      addTyped={type === 'text' || type === 'list' ? (text) => toggle(text) : undefined}
      onType={setTyped}
      close={close}
      busy={values.isPending}
      empty={
        values.isError
          ? 'The values could not be read. Type one and press Enter.'
          : 'No value fits what you typed.'
      }
      foot={
        <>
          <span className="muted">{chosen.length === 0 ? 'None chosen' : `${chosen.length} chosen`}</span>
          <Button small kind="primary" onPress={close}>
            Done
          </Button>
        </>
      }
    />
  );
}

const asNumber = (text: FormDataEntryValue | null): number | null => {
  const number = Number(
    String(text ?? '')
      .trim()
      .replaceAll(',', ''),
  );
  return String(text ?? '').trim() === '' || Number.isNaN(number) ? null : number;
};

const units = ['days', 'weeks', 'months', 'years'];

export function ValueEditor(props: Props) {
  const { filter, type, onChange, close } = props;
  const [problem, setProblem] = useState('');
  const shape = shapeOf(type, filter.op);
  if (shape === 'values') return <Values {...props} />;
  const value = filter.value;
  const pair = Array.isArray(value) ? value : [];

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? '').trim();
    const done = (next: unknown) => {
      onChange(next);
      close();
    };
    if (shape === 'number') {
      const number = asNumber(data.get('a'));
      return number === null ? setProblem('Enter a number.') : done(number);
    }
    if (shape === 'numbers') {
      const [a, b] = [asNumber(data.get('a')), asNumber(data.get('b'))];
      if (a === null || b === null) return setProblem('Enter both numbers.');
      return a > b ? setProblem('The first number must not be the larger one.') : done([a, b]);
    }
    if (shape === 'dates') {
      if (!text('a') || !text('b')) return setProblem('Enter both dates.');
      return text('a') > text('b')
        ? setProblem('The first date must not be the later one.')
        : done([text('a'), text('b')]);
    }
    if (shape === 'span') {
      const n = asNumber(data.get('a'));
      return n === null || n < 1 || !Number.isInteger(n)
        ? setProblem('Enter a whole number.')
        : done(`${n} ${text('unit')}`);
    }
    return text('a') === '' ? setProblem('Enter a value.') : done(text('a'));
  };

  const inputType = shape === 'date' || shape === 'dates' ? 'date' : 'text';
  const mode = shape === 'number' || shape === 'numbers' || shape === 'span' ? 'decimal' : 'text';
  const [spanCount, spanUnit] =
    shape === 'span' && typeof value === 'string' ? value.split(' ') : ['30', 'days'];
  const first = shape === 'span' ? spanCount : shape === 'numbers' || shape === 'dates' ? pair[0] : value;
  return (
    <form className="form narrow" onSubmit={submit}>
      <div className="row">
        <input
          autoFocus
          className="input"
          name="a"
          aria-label={shape === 'numbers' || shape === 'dates' ? 'From' : 'Value'}
          type={inputType}
          inputMode={mode}
          defaultValue={first === undefined ? '' : String(first)}
        />
        {(shape === 'numbers' || shape === 'dates') && (
          <>
            <span className="muted">and</span>
            <input
              className="input"
              name="b"
              aria-label="To"
              type={inputType}
              inputMode={mode}
              defaultValue={pair[1] === undefined ? '' : String(pair[1])}
            />
          </>
        )}
        {shape === 'span' && (
          <select className="input" name="unit" aria-label="Unit" defaultValue={spanUnit}>
            {units.map((u) => (
              <option key={u}>{u}</option>
            ))}
          </select>
        )}
      </div>
      {problem && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="buttons end">
        <Button small onPress={close}>
          Cancel
        </Button>
        <Button small kind="primary" type="submit">
          Apply
        </Button>
      </div>
    </form>
  );
}
