export interface LegendItem {
  key: string;
  label: string;
  color: string;
  hidden: boolean;
  dashed?: boolean;
}

interface Props {
  items: LegendItem[];
  onToggle?: ((key: string) => void) | undefined;
  onHighlight: (key: string | null) => void;
}

// Which line is which. One line needs no legend: the title names it.
export function Legend({ items, onToggle, onHighlight }: Props) {
  if (items.length < 2) return null;
  return (
    <ul className="legend" aria-label="Lines">
      {items.map((item) => (
        <li key={item.key}>
          <button
            type="button"
            aria-pressed={onToggle ? !item.hidden : undefined}
            className={`legend-item ${item.hidden ? 'off' : ''}`}
            onClick={() => onToggle?.(item.key)}
            onPointerEnter={() => !item.hidden && onHighlight(item.key)}
            onPointerLeave={() => onHighlight(null)}
          >
            <span className={`dash ${item.dashed ? 'second' : ''}`} style={{ color: item.color }} />
            {item.label}
          </button>
        </li>
      ))}
    </ul>
  );
}
