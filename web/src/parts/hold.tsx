// "The same … in every step": properties whose value has to stay.
import { Plus, X } from 'lucide-react';
import { referenceLabel } from '../query/describe';
import type { Reference } from '../query/types';
import { Button } from './button';
import { PropertyPicker, referenceKey } from './property_picker';

interface Props {
  held: Reference[];
  events: string[];
  onChange: (held: Reference[]) => void;
}

const most = 3;

export function HoldSection({ held, events, onChange }: Props) {
  return (
    <section className="panel-section" aria-label="The same in every step">
      <div className="panel-head">
        <h2>The same in every step</h2>
        {held.length < most && (
          <PropertyPicker
            label="Add a property that stays the same"
            events={events}
            onPick={(item) => onChange([...held, item.reference])}
            trigger={
              <Button kind="link" small>
                <Plus size={14} aria-hidden />
                Add
              </Button>
            }
          />
        )}
      </div>
      {held.length === 0 && <p className="panel-none">Steps may be about different things.</p>}
      <div className="chips">
        {held.map((reference, index) => (
          <div className="chip" key={referenceKey(reference)}>
            <span className="chip-text">{referenceLabel(reference)}</span>
            <button
              type="button"
              className="chip-remove"
              aria-label={`Remove ${referenceLabel(reference)}`}
              onClick={() => onChange(held.filter((_, i) => i !== index))}
            >
              <X size={13} aria-hidden />
            </button>
          </div>
        ))}
      </div>
    </section>
  );
}
