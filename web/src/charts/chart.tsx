// The frame all charts over time share: axes, pointer and keyboard cursor, tooltip. What is drawn inside comes from the caller.
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { compact, type Format, type ValueKind } from '../lib/format';
import { type Axis, bandX, type Frame, labelIndexes, nearestPoint, pointX, valueAxis } from './geometry';

export interface Series {
  key: string;
  label: string;
  color: string;
  strong?: boolean;
  dashed?: boolean;
  values: (number | null)[];
}

export interface Point {
  label: string;
  short: string;
  open: boolean;
}

export interface ChartProps {
  name: string;
  points: Point[];
  series: Series[];
  kind: ValueKind;
  format: Format;
  height: number;
  highlighted?: string | null;
  // A click on a mark, or Enter at the cursor: which series, at which point.
  onPick?: ((key: string, point: number) => void) | undefined;
}

interface Inside {
  frame: Frame;
  axis: Axis;
  active: number | null;
}

interface FrameProps extends ChartProps {
  bands: boolean;
  axisValues: Iterable<number | null | undefined>;
  children: (inside: Inside) => ReactNode;
}

export function useWidth<E extends HTMLElement = HTMLDivElement>(): [React.RefObject<E | null>, number] {
  const box = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}

const tooltipRows = 12;

interface Cursor {
  index: number;
  series: number;
}

export function ChartFrame({
  name,
  points,
  series,
  kind,
  format,
  height,
  bands,
  axisValues,
  onPick,
  children,
}: FrameProps) {
  const [box, width] = useWidth();
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const count = points.length;
  const frame: Frame = { width, height, left: 48, right: bands ? 4 : 18, top: 8, bottom: 24 };
  const axis = valueAxis(axisValues, frame, kind === 'count');
  const xOf = (i: number): number => {
    if (!bands) return pointX(i, count, frame);
    const band = bandX(i, count, frame);
    return band.x + band.width / 2;
  };
  const active = cursor && cursor.index < count ? cursor : null;

  const locate = (event: MouseEvent<HTMLDivElement>): Cursor => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const px = event.clientX - bounds.left;
    const py = event.clientY - bounds.top;
    const index = bands
      ? Math.max(0, Math.min(count - 1, Math.floor((px - frame.left) / bandX(0, count, frame).width)))
      : nearestPoint(px, count, frame);
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    series.forEach((s, i) => {
      const value = s.values[index];
      if (value === null || value === undefined) return;
      const distance = Math.abs(axis.y(value) - py);
      if (distance < least) [least, nearest] = [distance, i];
    });
    return { index, series: nearest };
  };

  const pick = (at: Cursor) => {
    const key = series[at.series]?.key;
    if (key !== undefined) onPick?.(key, at.index);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const now = active ?? { index: count - 1, series: 0 };
    const s = Math.max(1, series.length);
    const next: Record<string, Cursor> = {
      ArrowLeft: { ...now, index: Math.max(0, now.index - (active ? 1 : 0)) },
      ArrowRight: { ...now, index: Math.min(count - 1, now.index + 1) },
      Home: { ...now, index: 0 },
      End: { ...now, index: count - 1 },
      ArrowUp: { ...now, series: (now.series + s - 1) % s },
      ArrowDown: { ...now, series: (now.series + 1) % s },
    };
    const to = next[event.key];
    if (to) {
      event.preventDefault();
      setCursor(to);
    } else if (event.key === 'Enter' && active && onPick) {
      event.preventDefault();
      pick(active);
    } else if (event.key === 'Escape') setCursor(null);
  };

  const spoken = (): string => {
    if (!active) return `${name}, ${count} points. Use the arrow keys.`;
    const s = series[active.series];
    return `${points[active.index]?.label}${points[active.index]?.open ? ', in progress' : ''}: ${s?.label} ${format(s?.values[active.index])}`;
  };

  return (
    <div
      ref={box}
      className={onPick ? 'chart pickable' : 'chart'}
      style={{ height }}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={active?.index ?? 0}
      aria-valuetext={spoken()}
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(null)}
      onClick={onPick && ((e) => pick(locate(e)))}
      onPointerMove={(e) => setCursor(locate(e))}
      onPointerLeave={() => setCursor(null)}
    >
      {width > 0 && (
        <svg width={width} height={height} aria-hidden>
          {axis.ticks.map((tick) => (
            <g key={tick} transform={`translate(0,${Math.round(axis.y(tick)) + 0.5})`}>
              <line
                x1={frame.left - 8}
                x2={width - frame.right}
                className={tick === 0 ? 'base-line' : 'grid-line'}
              />
              <text x={frame.left - 14} dy="0.32em" textAnchor="end" className="axis-text">
                {compact(kind, tick)}
              </text>
            </g>
          ))}
          {labelIndexes(count, width - frame.left - frame.right).map((i) => (
            <text key={i} x={xOf(i)} y={height - 6} textAnchor="middle" className="axis-text">
              {points[i]?.short}
            </text>
          ))}
          {active && !bands && (
            <line
              x1={xOf(active.index)}
              x2={xOf(active.index)}
              y1={frame.top}
              y2={height - frame.bottom}
              className="cursor-line"
            />
          )}
          {children({ frame, axis, active: active?.index ?? null })}
        </svg>
      )}
      {active && (
        <ChartTip
          x={xOf(active.index)}
          width={width}
          point={points[active.index] as Point}
          series={series}
          index={active.index}
          near={active.series}
          format={format}
          pickable={onPick !== undefined}
        />
      )}
    </div>
  );
}

interface TipProps {
  x: number;
  width: number;
  point: Point;
  series: Series[];
  index: number;
  near: number;
  format: Format;
  pickable: boolean;
}

function ChartTip({ x, width, point, series, index, near, format, pickable }: TipProps) {
  const rows = series
    .map((s, i) => ({ s, near: i === near, value: s.values[index] ?? null }))
    .sort((a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY));
  const right = x > width * 0.6;
  return (
    <div className="chart-tip" style={right ? { right: width - x + 14 } : { left: x + 14 }} aria-hidden>
      <div className="chart-tip-head">
        {point.label}
        {point.open && <span className="muted"> · in progress</span>}
      </div>
      {rows.slice(0, tooltipRows).map(({ s, near: bold, value }) => (
        <div key={s.key} className={`chart-tip-row ${bold ? 'near' : ''}`}>
          <span className="swatch" style={{ background: s.color }} />
          <span className="chart-tip-label">{s.label}</span>
          <span className="num">{format(value)}</span>
        </div>
      ))}
      {rows.length > tooltipRows && (
        <div className="muted">{rows.length - tooltipRows} more in the table</div>
      )}
      {pickable && <div className="muted">Click to see who</div>}
    </div>
  );
}
