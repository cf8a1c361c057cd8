import { Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { referenceLabel } from '../query/describe';
import type { Breakdown } from '../query/types';
import { AsOfChoice } from './as_of';
import { Button } from './button';
import { Choose } from './choose';
import { Pop } from './pop';
import { isNumeric, PropertyPicker, referenceKey, typeIcon, usePropertyItems } from './property_picker';

function bucketLabel(breakdown: Breakdown): string {
  if (breakdown.buckets) return `${breakdown.buckets.length + 1} ranges`;
  if (breakdown.bucket_size) return `steps of ${breakdown.bucket_size}`;
  return 'each value';
}

function BucketForm({
  breakdown,
  onChange,
  close,
}: {
  breakdown: Breakdown;
  onChange: (b: Breakdown) => void;
  close: () => void;
}) {
  const [problem, setProblem] = useState('');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const { buckets: _b, bucket_size: _s, ...rest } = breakdown;
    const bounds = String(data.get('bounds') ?? '')
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(Number);
    const size = String(data.get('size') ?? '').trim();
    if (bounds.some(Number.isNaN))
      return setProblem('Enter numbers with commas between them, for example 10, 20, 50.');
    if (bounds.some((b, i) => i > 0 && b <= (bounds[i - 1] as number)))
      return setProblem('Each bound must be larger than the one before.');
    if (size && !(Number(size) > 0)) return setProblem('Enter a step above 0.');
    if (bounds.length && size) return setProblem('Fill in one of the two.');
    onChange(
      bounds.length ? { ...rest, buckets: bounds } : size ? { ...rest, bucket_size: Number(size) } : rest,
    );
    close();
  };
  return (
    <form className="form narrow" onSubmit={submit}>
      <label className="field">
        <span>Ranges start at</span>
        <input
          autoFocus
          className="input"
          name="bounds"
          placeholder="10, 20, 50"
          defaultValue={breakdown.buckets?.join(', ')}
        />
      </label>
      <label className="field">
        <span>or steps of</span>
        <input
          className="input"
          name="size"
          inputMode="decimal"
          placeholder="5"
          defaultValue={breakdown.bucket_size}
        />
      </label>
      <p className="help">Leave both empty to see each value on its own.</p>
      {problem && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="buttons end">
        <Button small kind="primary" type="submit">
          Apply
        </Button>
      </div>
    </form>
  );
}

interface Props {
  breakdowns: Breakdown[];
  events: string[];
  onChange: (breakdowns: Breakdown[]) => void;
  most?: number;
  sides?: boolean;
}

export function BreakdownSection({ breakdowns, events, onChange, most = 4, sides = false }: Props) {
  const items = usePropertyItems({ events });
  const replace = (index: number, next: Breakdown) =>
    onChange(breakdowns.map((b, i) => (i === index ? next : b)));
  return (
    <section className="panel-section" aria-label="Break down by">
      <div className="panel-head">
        <h2>Break down by</h2>
        {breakdowns.length < most && (
          <PropertyPicker
            label="Add a breakdown"
            events={events}
            cohorts
            time={!sides}
            onPick={(item) =>
              onChange([...breakdowns, sides ? { ...item.reference, at: 'born' } : item.reference])
            }
            trigger={
              <Button kind="link" small>
                <Plus size={14} aria-hidden />
                Add
              </Button>
            }
          />
        )}
      </div>
      {breakdowns.length === 0 && <p className="panel-none">One line for everything.</p>}
      <div className="chips">
        {breakdowns.map((breakdown, index) => {
          const item = items.find((i) => i.key === referenceKey(breakdown));
          const type = item?.type;
          const label = referenceLabel(breakdown);
          return (
            <div className="chip" key={referenceKey(breakdown) + index}>
              <PropertyPicker
                label="Change breakdown"
                events={events}
                cohorts
                time={!sides}
                value={breakdown}
                onPick={(item) =>
                  replace(index, sides ? { ...item.reference, at: breakdown.at ?? 'born' } : item.reference)
                }
                trigger={
                  <AriaButton className="chip-part strong">
                    {typeIcon('cohort' in breakdown ? 'cohort' : (type ?? 'text'))}
                    {label}
                  </AriaButton>
                }
              />
              <AsOfChoice
                reference={breakdown}
                history={item?.property?.history}
                onChange={(as_of) => replace(index, { ...breakdown, as_of } as Breakdown)}
              />
              {type !== 'cohort' && isNumeric(type) && (
                <Pop
                  label={`Ranges of ${label}`}
                  trigger={<AriaButton className="chip-part value">{bucketLabel(breakdown)}</AriaButton>}
                >
                  {(close) => (
                    <BucketForm breakdown={breakdown} onChange={(b) => replace(index, b)} close={close} />
                  )}
                </Pop>
              )}
              {sides && (
                <Choose
                  label="Taken from"
                  quiet
                  small
                  value={breakdown.at ?? 'born'}
                  options={[
                    { value: 'born', label: 'of the first event' },
                    { value: 'returned', label: 'of the return' },
                  ]}
                  onChange={(at) => replace(index, { ...breakdown, at })}
                />
              )}
              <button
                type="button"
                className="chip-remove"
                aria-label={`Remove breakdown ${label}`}
                onClick={() => onChange(breakdowns.filter((_, i) => i !== index))}
              >
                <X size={13} aria-hidden />
              </button>
            </div>
          );
        })}
      </div>
    </section>
  );
}
