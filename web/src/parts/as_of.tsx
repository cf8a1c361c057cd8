import { referenceLabel } from '../query/describe';
import type { AsOf, Reference } from '../query/types';
import { Choose } from './choose';

interface Props {
  reference: Reference & { as_of?: AsOf };
  history: AsOf | undefined; // what counts unless the reference says; none = there is only now
  onChange: (as_of: AsOf) => void;
}

export function AsOfChoice({ reference, history, onChange }: Props) {
  if (!history) return null;
  return (
    <Choose
      label={`Which ${referenceLabel(reference)} counts`}
      quiet
      small
      value={reference.as_of ?? history}
      options={[
        { value: 'event', label: 'at that time' },
        { value: 'now', label: 'today' },
      ]}
      onChange={onChange}
    />
  );
}
