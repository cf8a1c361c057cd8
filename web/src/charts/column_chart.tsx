import { ChartFrame, type ChartProps } from './chart';
import { bandX, stack } from './geometry';

// Columns over time: stacked where parts add up to a whole, side by side where they do not.
export function ColumnChart({ stacked, ...props }: ChartProps & { stacked: boolean }) {
  const { series, points, highlighted } = props;
  const stacks = stacked
    ? stack(
        series.map((s) => s.values),
        points.length,
      )
    : null;
  const axisValues = stacks ? (stacks.at(-1) ?? []).map((s) => s.to) : series.flatMap((s) => s.values);
  return (
    <ChartFrame {...props} bands axisValues={axisValues}>
      {({ frame, axis, active }) =>
        series.map((s, n) =>
          s.values.map((value, i) => {
            if (value === null) return null;
            const band = bandX(i, points.length, frame);
            const gap = Math.min(band.width * 0.28, 14);
            const room = band.width - gap;
            const part = stacks?.[n]?.[i];
            const width = Math.max(
              1,
              stacks ? room : room / series.length - (series.length > 1 && room / series.length > 4 ? 1 : 0),
            );
            const x = band.x + gap / 2 + (stacks ? 0 : (room / series.length) * n);
            const [low, high] = part ? [part.from, part.to] : [Math.min(0, value), Math.max(0, value)];
            const height = Math.max(value === 0 ? 0 : 1, axis.y(low) - axis.y(high));
            const faded = highlighted && highlighted !== s.key;
            return (
              <rect
                key={`${s.key} ${i}`}
                x={x}
                y={axis.y(low) - height}
                width={width}
                height={height}
                rx={stacks || width < 4 ? 0 : 2}
                className={`column ${points[i]?.open ? 'open' : ''} ${faded ? 'faded' : ''} ${active === i ? 'active' : ''}`}
                style={{ fill: s.color, stroke: s.color }}
              />
            );
          }),
        )
      }
    </ChartFrame>
  );
}
