import type { Format } from '../lib/format';

export interface Bar {
  key: string;
  label: string;
  color: string;
  value: number | null;
  onPress?: (() => void) | undefined;
}

// One horizontal bar a segment: the label is readable at any length, the number stands beside its bar.
export function Bars({ bars, format, name }: { bars: Bar[]; format: Format; name: string }) {
  const largest = Math.max(0, ...bars.map((b) => b.value ?? 0));
  return (
    <ul className="bars" aria-label={name}>
      {bars.map((bar) => {
        const share = largest > 0 && bar.value !== null ? Math.max(0, bar.value / largest) : 0;
        return (
          <li key={bar.key} className="bar">
            <span className="bar-label" title={bar.label}>
              {bar.label}
            </span>
            <span className="bar-track">
              <span className="bar-fill" style={{ width: `${share * 100}%`, background: bar.color }} />
            </span>
            {bar.onPress ? (
              <button
                type="button"
                className="num cell-button"
                title={`Who is this? ${bar.label}`}
                onClick={bar.onPress}
              >
                {format(bar.value)}
              </button>
            ) : (
              <span className="num">{format(bar.value)}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
