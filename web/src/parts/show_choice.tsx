import { showOptions } from '../lib/format';
import type { Show } from '../query/types';
import { Choose } from './choose';

interface Props {
  label: string;
  show: Show | undefined;
  onShow: (show: Show | undefined) => void;
  small?: boolean;
}

// The number format: what the data suggest, or one of ours.
export function ShowChoice({ label, show, onShow, small = false }: Props) {
  return (
    <Choose
      label={label}
      quiet
      small={small}
      value={show ?? 'auto'}
      options={[{ value: 'auto', label: 'Automatic' }, ...showOptions]}
      onChange={(next) => onShow(next === 'auto' ? undefined : (next as Show))}
    />
  );
}
