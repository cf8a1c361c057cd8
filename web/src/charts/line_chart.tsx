import { ChartFrame, type ChartProps } from './chart';
import { linePath, pointX, thin } from './geometry';

export function LineChart(props: ChartProps) {
  const { series, points, highlighted } = props;
  return (
    <ChartFrame {...props} bands={false} axisValues={series.flatMap((s) => s.values)}>
      {({ frame, axis, active }) =>
        series.map((s) => {
          const kept = thin(s.values, Math.max(1, Math.floor(frame.width)));
          const path = linePath(
            kept.map((i) => s.values[i]),
            kept.map((i) => points[i]?.open ?? false),
            (k) => pointX(kept[k] ?? 0, points.length, frame),
            axis.y,
          );
          const value = active === null ? null : s.values[active];
          const faded = highlighted && highlighted !== s.key;
          return (
            <g
              key={s.key}
              className={`line ${s.strong ? 'strong' : ''} ${s.dashed ? 'second' : ''} ${faded ? 'faded' : ''}`}
              style={{ stroke: s.color }}
            >
              <path d={path.solid} />
              <path d={path.dashed} className="in-progress" />
              {path.dots.map((d) => (
                <circle key={d.x} cx={d.x} cy={d.y} r={2.5} style={{ fill: s.color }} />
              ))}
              {value !== null && value !== undefined && active !== null && (
                <circle
                  cx={pointX(active, points.length, frame)}
                  cy={axis.y(value)}
                  r={4}
                  className="marker"
                  style={{ fill: s.color }}
                />
              )}
            </g>
          );
        })
      }
    </ChartFrame>
  );
}
