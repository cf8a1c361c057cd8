// A searchable list under one text field: the field keeps the focus, arrows move the highlight, Enter picks.
import { Check, Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { rank } from '../lib/rank';

export interface PickItem {
  key: string;
  label: string;
  group?: string;
  hint?: ReactNode;
  icon?: ReactNode;
  search?: string;
}

interface PickerProps<I extends PickItem> {
  label: string;
  placeholder: string;
  items: I[];
  onPick: (item: I) => void;
  close: () => void;
  details?: (item: I) => ReactNode;
  picked?: ReadonlySet<string>;
  multiple?: boolean;
  onType?: (text: string) => void;
  addTyped?: (text: string) => void;
  busy?: boolean;
  empty?: string;
  foot?: ReactNode;
}

export function Picker<I extends PickItem>({
  label,
  placeholder,
  items,
  onPick,
  close,
  details,
  picked,
  multiple = false,
  onType,
  addTyped,
  busy = false,
  empty = 'Nothing fits what you typed.',
  foot,
}: PickerProps<I>) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(() => Math.max(0, multiple ? 0 : items.findIndex((i) => picked?.has(i.key))));
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const found = useMemo(
    () => (onType ? items : rank(items, typed, (i) => i.search ?? i.label)),
    [items, typed, onType],
  );
  const grouped = typed === '' || onType !== undefined;
  const canAdd =
    addTyped !== undefined && typed.trim() !== '' && !found.some((i) => i.label === typed.trim());
  const count = found.length + (canAdd ? 1 : 0);
  const active = Math.min(at, count - 1);
  const current = found[active];

  useEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  const choose = (index: number) => {
    const item = found[index];
    if (item) onPick(item);
    else if (canAdd) addTyped(typed.trim());
    else return;
    if (!multiple) close();
    else if (!item) {
      setTyped('');
      onType?.('');
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const page = 8;
    const moves: Record<string, number> = {
      ArrowDown: active + 1 >= count ? 0 : active + 1,
      ArrowUp: active <= 0 ? count - 1 : active - 1,
      PageDown: Math.min(count - 1, active + page),
      PageUp: Math.max(0, active - page),
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      setAt(move);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(active);
    } else if (event.key === 'Escape' && typed !== '') {
      event.preventDefault();
      event.stopPropagation();
      setTyped('');
      onType?.('');
    }
  };

  return (
    <div className={`picker ${details ? 'with-details' : ''}`}>
      <div className="picker-search">
        <Search size={14} aria-hidden />
        <input
          autoFocus
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={count > 0 ? `${id}-${active}` : undefined}
          aria-autocomplete="list"
          placeholder={placeholder}
          value={typed}
          onChange={(e) => {
            setTyped(e.target.value);
            setAt(0);
            onType?.(e.target.value);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="picker-columns">
        <div
          ref={list}
          className="picker-list"
          role="listbox"
          id={`${id}-list`}
          aria-label={label}
          aria-multiselectable={multiple || undefined}
        >
          {busy && count === 0 && <p className="picker-note">Looking…</p>}
          {!busy && count === 0 && <p className="picker-note">{empty}</p>}
          {found.map((item, index) => (
            <div key={item.key} role="presentation">
              {grouped && item.group && item.group !== found[index - 1]?.group && (
                <div className="option-header" role="presentation">
                  {item.group}
                </div>
              )}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the text field above owns the keyboard */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the text field, aria-activedescendant points here */}
              <div
                role="option"
                id={`${id}-${index}`}
                aria-selected={multiple ? (picked?.has(item.key) ?? false) : index === active}
                data-active={index === active}
                className="pick"
                onClick={() => choose(index)}
                onPointerMove={() => index !== at && setAt(index)}
              >
                {multiple && (
                  <span className={`tick ${picked?.has(item.key) ? 'on' : ''}`}>
                    {picked?.has(item.key) && <Check size={12} aria-hidden />}
                  </span>
                )}
                {item.icon}
                <span className="pick-label">{item.label}</span>
                {item.hint !== undefined && <span className="pick-hint">{item.hint}</span>}
                {!multiple && picked?.has(item.key) && (
                  <Check size={14} aria-label="chosen" className="pick-check" />
                )}
              </div>
            </div>
          ))}
          {canAdd && (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the text field above owns the keyboard
            // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the text field
            <div
              role="option"
              id={`${id}-${found.length}`}
              aria-selected={false}
              data-active={active === found.length}
              className="pick"
              onClick={() => choose(found.length)}
            >
              <span className="pick-label">Use “{typed.trim()}”</span>
            </div>
          )}
        </div>
        {details && <div className="picker-details">{current && details(current)}</div>}
      </div>
      <div className="picker-foot">
        {foot ?? (
          <span aria-hidden className="keys">
            <kbd>↑↓</kbd> move <kbd>↵</kbd> {multiple ? 'tick' : 'choose'} <kbd>esc</kbd> close
          </span>
        )}
      </div>
    </div>
  );
}
